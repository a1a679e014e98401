#include "page_style.hpp"

namespace oauth_callback {

// Transparent borders are there for forced colours, which paint them. The marks are whole without
// the animation; "1 2" and 1.1 keep the round cap of a line that is not drawn yet out of sight.
const std::string_view page_style = R"(
:root{color-scheme:light dark;--ground:#f3f4f7;--card:#fff;--line:#e2e5ea;--ink:#191c20;
--soft:#59616c;--done:#18794e;--refused:#b42318;--question:#8a5a00;--waiting:#2b5fb8}
@media(prefers-color-scheme:dark){:root{--ground:#0f1114;--card:#191c20;--line:#2d3238;
--ink:#eef0f2;--soft:#a5adb8;--done:#4cc38a;--refused:#ff9a8f;--question:#e8b45a;--waiting:#8ab4f8}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;
background:var(--ground);color:var(--ink);
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{width:100%;max-width:32rem;padding:clamp(1.75rem,8vw,2.75rem) clamp(1.25rem,8vw,2.5rem);
text-align:center;overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);
border-radius:1.25rem;box-shadow:0 1px 2px #0000000a,0 12px 40px #0000000f}
svg{display:block;width:4rem;height:4rem;margin:0 auto 1.25rem;fill:none;stroke:currentColor;
stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round;stroke-dasharray:1 2}
circle{fill:currentColor;fill-opacity:.09;stroke-width:2}
.done svg{color:var(--done)}.refused svg{color:var(--refused)}
.question svg{color:var(--question)}.waiting svg{color:var(--waiting)}
.app{margin:0 0 .25rem;font-size:.875rem;font-weight:600;color:var(--soft)}
h1{margin:0;font-size:1.375rem;font-weight:650;line-height:1.25;letter-spacing:-.012em;
text-wrap:balance}
p{margin:.75rem 0 0;text-wrap:balance}
blockquote+p{margin-top:1.25rem}
.note{font-size:.875rem;color:var(--soft)}
blockquote{margin:1.25rem 0 0;padding:.875rem 1rem;text-align:start;background:var(--ground);
border:1px solid transparent;border-radius:.75rem}
blockquote p{margin:.25rem 0 0;font-size:.9375rem;text-wrap:wrap}
blockquote .note{margin:0;font-size:.8125rem}
code{font:600 .875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
a{color:inherit;text-underline-offset:.2em}
.button{display:inline-block;margin-top:.75rem;padding:.7rem 1.4rem;border:1px solid transparent;
border-radius:.7rem;background:var(--ink);color:var(--card);font-weight:600;text-decoration:none}
.button:hover{opacity:.88}
a:focus-visible{outline:3px solid var(--waiting);outline-offset:3px;border-radius:.3rem}
.button:focus-visible{border-radius:.7rem}
@media(prefers-reduced-motion:no-preference){
.done circle{animation:draw .7s cubic-bezier(.6,0,.3,1) backwards}
.done path{animation:draw .4s .55s cubic-bezier(.3,0,.2,1) backwards}
@keyframes draw{from{stroke-dashoffset:1.1;fill-opacity:0}}}
@media print{body{background:none}main{border:0;box-shadow:none}}
)";

const std::string_view clean_script = R"(history.replaceState(null,"",location.pathname))";

// A browser lets a script close a tab only when its history holds nothing but this page. Whoever
// touches the page before then is reading it.
const std::string_view closing_script = R"(history.replaceState(null,"",location.pathname);
(()=>{if(history.length>1)return;
const note=document.querySelector("[data-closing]"),plain=note.textContent,
stay=()=>{clearTimeout(timer);note.textContent=plain},
timer=setTimeout(()=>{stay();close()},5000);
note.textContent=note.dataset.closing;
for(const sign of["keydown","pointerdown"])addEventListener(sign,stay)})())";

namespace {

struct Look {
  std::string_view class_name;
  std::string_view path;
};

Look look_of(Mark mark) noexcept {
  switch (mark) {
    case Mark::done:
      return {"done", "m15 24.5 6.5 6.5L33.5 18"};
    case Mark::refused:
      return {"refused", "m17.5 17.5 13 13M30.5 17.5l-13 13"};
    case Mark::question:
      return {"question", "M19 19.5a5 5 0 1 1 7.5 4.4c-1.6 1-2.5 1.8-2.5 4.1M24 33.5v.01"};
    case Mark::waiting:
      return {"waiting", "M24 14v10l6.5 4"};
  }
  return {};
}

}  // namespace

std::string drawing(Mark mark) {
  std::string svg =
      "<svg viewBox=\"0 0 48 48\" aria-hidden=\"true\"><circle cx=\"24\" cy=\"24\" r=\"22\" "
      "pathLength=\"1\" transform=\"rotate(-90 24 24)\"/><path pathLength=\"1\" d=\"";
  return svg.append(look_of(mark).path).append("\"/></svg>");
}

std::string_view class_name(Mark mark) noexcept { return look_of(mark).class_name; }

}  // namespace oauth_callback
