#include "provider_pages.hpp"

#include "oauth_callback/encoding.hpp"

namespace oauth_callback::cli {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #1d2330; --soft: #5b6475; --paper: #fff; --ground: #eef1f6;
        --line: #d5dae3; --accent: #2456c8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ebf2; --soft: #9aa4b6; --paper: #1c212b; --ground: #11151c; --line: #333b49;
          --accent: #4f7fe8; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
       background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 25rem; padding: 2rem; background: var(--paper);
       border: 1px solid var(--line); border-radius: .75rem; }
.where { margin: 0 0 1.25rem; color: var(--soft); font-size: .875rem; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
.note { margin: 1.25rem 0 0; color: var(--soft); font-size: .875rem; }
label { display: block; margin: 1.25rem 0 .25rem; font-weight: 600; }
input[type=text] { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit;
                   background: transparent; border: 1px solid var(--line); border-radius: .5rem; }
button { width: 100%; margin-top: .75rem; padding: .625rem .75rem; font: inherit; font-weight: 600;
         color: var(--ink); background: transparent; border: 1px solid var(--line);
         border-radius: .5rem; cursor: pointer; }
button.main { color: #fff; background: var(--accent); border-color: var(--accent); }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
)";

Response page(int status, std::string_view title, const std::string& content) {
  static const std::string policy = "default-src 'none'; style-src 'sha256-" +
                                    base64(sha256(style)) +
                                    "'; base-uri 'none'; frame-ancestors 'none'";
  std::string html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
  html.append(escape_html(title)).append("</title>\n<style>").append(style);
  html.append("</style>\n</head>\n<body>\n<main>\n");
  html.append("<p class=\"where\">oauth-callback demo: the provider, on this machine</p>\n<h1>");
  html.append(escape_html(title))
      .append("</h1>\n")
      .append(content)
      .append("</main>\n</body>\n</html>\n");
  return {status,
          {{"Cache-Control", "no-store"},
           {"Content-Security-Policy", policy},
           {"Content-Type", "text/html; charset=utf-8"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"},
           {"X-Frame-Options", "DENY"}},
          std::move(html)};
}

std::string form_start(std::string_view action, const std::string& transaction) {
  return "<form method=\"post\" action=\"" + std::string(action) +
         "\">\n<input type=\"hidden\" name=\"transaction\" value=\"" + escape_html(transaction) +
         "\">\n";
}

}  // namespace

Response sign_in_page(const std::string& transaction) {
  return page(
      200, "Sign in",
      "<p>A program on this machine wants you to sign in. Any name will do; there is no "
      "password.</p>\n" +
          form_start("/sign-in", transaction) +
          "<label for=\"user\">Name</label>\n"
          "<input type=\"text\" id=\"user\" name=\"user\" value=\"demo\" maxlength=\"40\" required "
          "autofocus>\n<button class=\"main\">Sign in</button>\n</form>\n");
}

Response consent_page(const std::string& transaction, const std::string& user) {
  return page(
      200, "Let the program in?",
      "<p>You are signed in as <b>" + escape_html(user) +
          "</b>. The program <b>oauth-callback-demo</b> asks to know your name.</p>\n" +
          form_start("/decision", transaction) +
          "<button class=\"main\" name=\"decision\" value=\"approve\">Approve</button>\n"
          "<button name=\"decision\" value=\"deny\">Deny</button>\n"
          "<button name=\"decision\" value=\"wrong-state\" formtarget=\"_blank\">Send a wrong "
          "state</button>\n</form>\n"
          "<p class=\"note\">A wrong state is what a forged response has. It opens in a tab of its "
          "own: the program refuses it and goes on waiting, so come back here afterwards.</p>\n");
}

Response problem_page(int status, std::string_view text) {
  return page(status, "This does not work", "<p>" + escape_html(text) + "</p>\n");
}

Response see_other(const std::string& location) {
  return {
      303,
      {{"Cache-Control", "no-store"}, {"Location", location}, {"Referrer-Policy", "no-referrer"}},
      {}};
}

Response json_response(int status, std::string body) {
  return {status,
          {{"Cache-Control", "no-store"},
           {"Content-Type", "application/json"},
           {"X-Content-Type-Options", "nosniff"}},
          std::move(body)};
}

}  // namespace oauth_callback::cli
