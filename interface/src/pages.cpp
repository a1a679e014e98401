#include "pages.hpp"

#include <utility>
#include <vector>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

constexpr std::string_view style =
    ":root{color-scheme:light dark;--bg:#f4f5f7;--card:#fff;--ink:#1c2024;--soft:#5b6470;"
    "--good:#18794e;--bad:#b3261e}"
    "@media(prefers-color-scheme:dark){:root{--bg:#101214;--card:#1a1d21;--ink:#eceef0;--soft:#"
    "a0a8b3;"
    "--good:#3dd68c;--bad:#ff9592}}"
    "*{box-sizing:border-box}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;background:var("
    "--bg);"
    "color:var(--ink);font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}"
    "main{width:100%;max-width:28rem;padding:2.5rem 2rem;border-radius:1rem;background:var(--card);"
    "text-align:center;box-shadow:0 1px 2px #0001,0 8px 32px #0001;overflow-wrap:anywhere}"
    "svg{width:3.5rem;height:3.5rem;fill:none;stroke:currentColor;stroke-width:2.5;"
    "stroke-linecap:round;stroke-linejoin:round}"
    ".good svg{color:var(--good)}.bad svg{color:var(--bad)}"
    "h1{margin:1rem 0 .5rem;font-size:1.375rem;line-height:1.3}"
    "p{margin:.5rem 0 0;color:var(--soft)}"
    "code{font-size:.9em;color:var(--ink)}a{color:inherit}";

// The code and the state leave the address bar and the history.
constexpr std::string_view script = "history.replaceState(null,\"\",location.pathname)";

constexpr std::string_view check_mark =
    "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><circle cx=\"16\" cy=\"16\" r=\"13\"/>"
    "<path d=\"m10 16.5 4 4 8-9\"/></svg>";
constexpr std::string_view cross_mark =
    "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\"><circle cx=\"16\" cy=\"16\" r=\"13\"/>"
    "<path d=\"m11.5 11.5 9 9m0-9-9 9\"/></svg>";

std::string source_of(std::string_view text) { return "'sha256-" + base64(sha256(text)) + "'"; }

std::string policy_of(const std::string& styles, const std::string& scripts,
                      std::string_view more) {
  std::string policy =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  policy += more;
  if (!styles.empty()) policy += "; style-src " + styles;
  return policy + "; script-src " + scripts;
}

std::string document(std::string_view title, std::string_view kind, std::string_view text) {
  std::string html =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>";
  html.append(title)
      .append("</title><style>")
      .append(style)
      .append("</style></head><body><main class=\"");
  html.append(kind).append("\">").append(kind == "good" ? check_mark : cross_mark);
  html.append("<h1>").append(title).append("</h1>").append(text).append("</main><script>");
  return html.append(script).append("</script></body></html>\n");
}

std::vector<Field> security_fields(const std::string& policy) {
  return {{"Cache-Control", "no-store"},
          {"Content-Security-Policy", policy},
          {"Content-Type", "text/html; charset=utf-8"},
          {"Referrer-Policy", "no-referrer"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"}};
}

bool is_http_url(std::string_view url) {
  const std::string_view rest = iequals(url.substr(0, 8), "https://")  ? url.substr(8)
                                : iequals(url.substr(0, 7), "http://") ? url.substr(7)
                                                                       : std::string_view();
  if (rest.empty() || rest.front() == '/') return false;
  for (const char c : url) {
    if (c <= 0x20 || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\') return false;
  }
  return true;
}

void require_http_url(const std::string& url, const char* option) {
  if (url.empty() || is_http_url(url)) return;
  throw Error(errc::invalid_option,
              std::string(option) + " must be an absolute http or https URL without spaces");
}

// The sources of all inline elements of that name. Hashed before placeholders are filled in: an
// element that holds one never matches, so nothing from a response can run.
std::string inline_sources(const std::string& html, std::string_view element) {
  std::string sources;
  const std::string open = "<" + std::string(element);
  const std::string close = "</" + std::string(element);
  const auto find = [&](std::string_view needle, std::size_t from) {
    for (; from + needle.size() <= html.size(); ++from) {
      if (iequals(std::string_view(html).substr(from, needle.size()), needle)) return from;
    }
    return std::string::npos;
  };
  for (std::size_t at = find(open, 0); at != std::string::npos; at = find(open, at)) {
    const std::size_t begin = html.find('>', at);
    const std::size_t end = begin == std::string::npos ? begin : find(close, begin);
    if (end == std::string::npos) break;
    sources += (sources.empty() ? "" : " ") +
               source_of(std::string_view(html).substr(begin + 1, end - begin - 1));
    at = end;
  }
  return sources;
}

// One pass, so that a value cannot bring a placeholder of its own.
std::string fill(const std::string& html, const CallbackResult& result,
                 const std::string& app_name) {
  const std::string error_uri = is_http_url(result.error_uri) ? result.error_uri : std::string();
  const std::pair<std::string_view, std::string_view> values[] = {
      {"{{error}}", result.error},
      {"{{error_description}}", result.error_description},
      {"{{error_uri}}", error_uri},
      {"{{app_name}}", app_name}};
  std::string out;
  for (std::size_t at = 0; at < html.size();) {
    const std::string_view rest = std::string_view(html).substr(at);
    std::size_t taken = 1;
    std::string text(1, html[at]);
    for (const auto& [name, value] : values) {
      if (!rest.starts_with(name)) continue;
      taken = name.size();
      text = escape_html(value);
    }
    out += text;
    at += taken;
  }
  return out;
}

std::string success_text(const std::string& app_name) {
  return "<p>You can close this tab and return to " +
         (app_name.empty() ? std::string("the program that asked for it") : escape_html(app_name)) +
         ".</p>";
}

std::string refused_text(const CallbackResult& result, const std::string& app_name) {
  std::string text = "<p>The provider answered <code>" + escape_html(result.error) + "</code>";
  if (!result.error_description.empty()) text += ": " + escape_html(result.error_description);
  text += "</p>";
  if (is_http_url(result.error_uri)) {
    const std::string uri = escape_html(result.error_uri);
    text += "<p><a rel=\"noreferrer\" href=\"" + uri + "\">" + uri + "</a></p>";
  }
  return text + "<p>Close this tab, return to " +
         (app_name.empty() ? std::string("the program") : escape_html(app_name)) +
         ", and try again if this was not meant.</p>";
}

struct Words {
  std::string_view title;
  std::string_view text;
};

Words words_for(int status) {
  switch (status) {
    case 404:
      return {"Nothing here",
              "<p>This address only receives sign-ins. If you have just signed in, return to "
              "the program and start again from there.</p>"};
    case 421:
      return {"Wrong address",
              "<p>This server answers only to the address it was started with. Start the "
              "sign-in again from the program.</p>"};
    case 500:
    case 503:
      return {"Not ready",
              "<p>The program could not take this request. Return to it, and start the sign-in "
              "again from there.</p>"};
    default:
      return {"This is not the sign-in we wait for",
              "<p>The request does not belong to a sign-in that is under way, so it was not used. "
              "Return to "
              "the program, and continue or start again from there.</p>"};
  }
}

}  // namespace

PageSet::PageSet(Pages pages)
    : pages_(std::move(pages)),
      success_(own_template(pages_.success_html)),
      refused_(own_template(pages_.error_html)),
      default_policy_(policy_of(source_of(style), source_of(script), "")) {
  require_http_url(pages_.success_url, "success_url");
  require_http_url(pages_.error_url, "error_url");
}

PageSet::Template PageSet::own_template(std::string html) {
  if (html.empty()) return {};
  html.append("<script>").append(script).append("</script>\n");
  std::string policy =
      policy_of(inline_sources(html, "style"), inline_sources(html, "script"), "; img-src data:");
  return {std::move(html), std::move(policy)};
}

Response PageSet::render(int status, const Template& page, const CallbackResult& result) const {
  return {status, security_fields(page.policy), fill(page.html, result, pages_.app_name)};
}

Response PageSet::redirect(const std::string& url) const {
  Response response{303, security_fields(default_policy_), {}};
  response.fields.push_back({"Location", url});
  return response;
}

Response PageSet::success(const CallbackResult& result) const {
  if (!pages_.success_url.empty()) return redirect(pages_.success_url);
  if (!success_.html.empty()) return render(200, success_, result);
  return {200, security_fields(default_policy_),
          document("Authorization received", "good", success_text(pages_.app_name))};
}

Response PageSet::refused(const CallbackResult& result) const {
  if (!pages_.error_url.empty()) return redirect(pages_.error_url);
  if (!refused_.html.empty()) return render(200, refused_, result);
  return {200, security_fields(default_policy_),
          document("Authorization refused", "bad", refused_text(result, pages_.app_name))};
}

Response PageSet::failed(std::string_view message) const {
  if (!pages_.error_url.empty()) return redirect(pages_.error_url);
  CallbackResult result;
  result.error_description = message;
  if (!refused_.html.empty()) return render(200, refused_, result);
  std::string text = "<p>The provider agreed, but the program could not finish the sign-in.</p>";
  if (!message.empty()) text += "<p>" + escape_html(message) + "</p>";
  return {200, security_fields(default_policy_), document("Sign-in failed", "bad", text)};
}

Response PageSet::undecided() const {
  return {200, security_fields(default_policy_),
          document("Response received", "good",
                   "<p>Return to the program: it knows whether the sign-in succeeded.</p>")};
}

Response PageSet::refusal(int status) const {
  const Words words = words_for(status);
  return {status, security_fields(default_policy_), document(words.title, "bad", words.text)};
}

}  // namespace oauth_callback
