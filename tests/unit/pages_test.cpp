#include "pages.hpp"

#include <iterator>
#include <string>
#include <vector>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

CallbackResult refusal(const char* description, const char* uri = "") {
  return make_callback_result(
      {{"error", "access_denied"}, {"error_description", description}, {"error_uri", uri}});
}

std::string_view policy_of(const Response& response) {
  return field_value(response.fields, "Content-Security-Policy");
}

// The element's text, between its first tags.
std::string element(const std::string& html, const std::string& name) {
  const std::size_t begin = html.find("<" + name + ">") + name.size() + 2;
  return html.substr(begin, html.find("</" + name + ">", begin) - begin);
}

std::string source(const std::string& text) { return "'sha256-" + base64(sha256(text)) + "'"; }

// One of each of our own pages.
std::vector<Response> all_pages(const Pages& options) {
  const PageSet pages(options);
  return {pages.success({}),  pages.refused(refusal("no", "https://as/why")),
          pages.failed(""),   pages.failed("The token request failed."),
          pages.undecided(),  pages.refusal(400),
          pages.refusal(404), pages.refusal(405),
          pages.refusal(421), pages.refusal(500),
          pages.refusal(503)};
}

Pages full_options() {
  return {.app_name = "Acme Deploy", .return_url = "acme-deploy://signed-in?again=1&x=2"};
}

TEST(Pages, EveryAnswerCarriesTheSecurityFields) {
  std::vector<Response> answers = all_pages({});
  answers.push_back(PageSet({.success_url = "https://a/"}).success({}));
  answers.push_back(PageSet({.success_html = "<p>own"}).success({}));
  for (const Response& response : answers) {
    EXPECT_EQ(field_value(response.fields, "Cache-Control"), "no-store");
    EXPECT_EQ(field_value(response.fields, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(field_value(response.fields, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(field_value(response.fields, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(field_value(response.fields, "X-Frame-Options"), "DENY");
    EXPECT_THAT(std::string(policy_of(response)), HasSubstr("default-src 'none'"));
    EXPECT_THAT(std::string(policy_of(response)), Not(HasSubstr("unsafe-inline")));
  }
}

TEST(Pages, PolicyAllowsOurStyleAndScript) {
  for (const Pages& options : {Pages{}, full_options()}) {
    for (const Response& response : all_pages(options)) {
      EXPECT_THAT(std::string(policy_of(response)),
                  HasSubstr("style-src " + source(element(response.body, "style"))));
      EXPECT_THAT(std::string(policy_of(response)),
                  HasSubstr("script-src " + source(element(response.body, "script"))));
      EXPECT_THAT(element(response.body, "script"), StartsWith("history.replaceState"));
      EXPECT_LT(response.body.size(), 8u * 1024);
    }
  }
}

// What the browser would have to fetch, or what the policy would block.
TEST(Pages, NeedNothingElse) {
  for (const Response& response : all_pages(full_options())) {
    for (const char* part : {"src=", "<link", "<img", "@import", "url(", "style=\""})
      EXPECT_THAT(response.body, Not(HasSubstr(part)));
    EXPECT_THAT(response.body.substr(response.body.find("<body>")),
                Not(testing::ContainsRegex("<[^>]* on[a-z]+=")));
  }
}

TEST(Pages, AreMarkedUpForScreenReadersAndForAnyWidth) {
  for (const Response& response : all_pages(full_options())) {
    EXPECT_THAT(response.body, StartsWith("<!doctype html>\n<html lang=\"en\" dir=\"ltr\">"));
    EXPECT_THAT(response.body, HasSubstr("content=\"width=device-width,initial-scale=1\""));
    EXPECT_THAT(response.body, HasSubstr("<svg viewBox=\"0 0 48 48\" aria-hidden=\"true\">"));
    EXPECT_THAT(element(response.body, "title"), StartsWith(element(response.body, "h1")));
    EXPECT_FALSE(element(response.body, "h1").empty());
    const std::string style = element(response.body, "style");
    EXPECT_THAT(style, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(style.substr(0, style.find("prefers-reduced-motion:no-preference")),
                Not(HasSubstr("animation")));
  }
}

TEST(Pages, NameTheProgram) {
  for (const Response& response : all_pages({.app_name = "Acme & Co"})) {
    if (response.status == 421) continue;
    EXPECT_THAT(response.body, HasSubstr("<p class=\"app\"><bdi>Acme &amp; Co</bdi></p>"));
    EXPECT_THAT(element(response.body, "title"), testing::EndsWith(" - Acme &amp; Co"));
  }
  for (const Response& response : all_pages({})) {
    EXPECT_THAT(response.body, Not(HasSubstr("class=\"app\"")));
    EXPECT_THAT(response.body, Not(HasSubstr("{{")));
  }
  EXPECT_THAT(PageSet({}).success({}).body, HasSubstr("has reached the program."));
}

TEST(Pages, DoNotNameTheProgramToAnotherHost) {
  const std::string body = PageSet({.app_name = "Acme"}).refusal(421).body;
  EXPECT_THAT(body, Not(HasSubstr("Acme")));
  EXPECT_THAT(body, HasSubstr("Return to the program"));
}

TEST(Pages, EscapesWhatTheProviderSays) {
  const PageSet pages({.app_name = "<b>app</b>"});
  const std::string body = pages.refused(refusal("<img src=x onerror=alert(1)>\"'")).body;
  EXPECT_THAT(body, HasSubstr("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;"));
  EXPECT_THAT(body, HasSubstr("&lt;b&gt;app&lt;/b&gt;"));
  EXPECT_THAT(body, Not(HasSubstr("<img")));
}

TEST(Pages, ErrorUriOnlyIfHttp) {
  const PageSet pages({});
  EXPECT_THAT(pages.refused(refusal("d", "https://as/help?a=b")).body,
              HasSubstr("href=\"https://as/help?a=b\""));
  for (const char* bad : {"javascript:alert(1)", "data:text/html,x", "//evil", "https:/x",
                          "https://", "http:///x", "https://a\"b"}) {
    EXPECT_THAT(pages.refused(refusal("d", bad)).body, Not(HasSubstr("href"))) << bad;
  }
}

TEST(Pages, OwnPagesAreFilledInOnce) {
  const PageSet pages(
      {.app_name = "app",
       .error_html = "{{error}}|{{error_description}}|{{error_uri}}|{{app_name}}|{{x}}"});
  EXPECT_THAT(pages.refused(refusal("{{app_name}}<", "javascript:x")).body,
              StartsWith("access_denied|{{app_name}}&lt;||app|{{x}}"));
}

TEST(Pages, OwnPagesMayStyleAndScriptThemselvesButNotWithPlaceholders) {
  const std::string style = "p{color:red}";
  const std::string script = "let a='{{error_description}}'";
  const PageSet pages(
      {.error_html = "<STYLE media=all>" + style + "</Style><script>" + script + "</script>"});
  const Response response = pages.refused(refusal("';alert(1)//"));
  EXPECT_THAT(std::string(policy_of(response)), HasSubstr(source(style)));
  EXPECT_THAT(std::string(policy_of(response)),
              HasSubstr(source("history.replaceState(null,\"\",location.pathname)")));
  const std::string filled = element(response.body, "script");
  EXPECT_THAT(std::string(policy_of(response)), Not(HasSubstr(source(filled))));
}

TEST(Pages, RedirectsToTheCallersUrls) {
  const PageSet pages({.success_url = "https://app/done", .error_url = "http://127.0.0.1:9/oops"});
  const Response done = pages.success({});
  EXPECT_EQ(done.status, 303);
  EXPECT_EQ(field_value(done.fields, "Location"), "https://app/done");
  EXPECT_EQ(field_value(pages.refused({}).fields, "Location"), "http://127.0.0.1:9/oops");
}

TEST(Pages, RefusesUrlsThatAreNotHttp) {
  for (const char* bad :
       {"javascript:alert(1)", "/done", "app://x", "https://a b", "https://a\r\nX: y"}) {
    EXPECT_THROW(PageSet({.success_url = bad}), Error) << bad;
  }
}

TEST(Pages, LeadBackToTheProgram) {
  const PageSet pages(full_options());
  const std::string link =
      "<a class=\"button\" href=\"acme-deploy://signed-in?again=1&amp;x=2\">Return to Acme "
      "Deploy</a>";
  for (const Response& response :
       {pages.success({}), pages.refused({}), pages.failed("x"), pages.undecided()})
    EXPECT_THAT(response.body, HasSubstr(link));
  for (const int status : {400, 404, 421, 503})
    EXPECT_THAT(pages.refusal(status).body, Not(HasSubstr("<a ")));
}

TEST(Pages, ReturnUrlHasAnySchemeThatIsHarmless) {
  for (const char* good : {"myapp:", "myapp://done", "MyApp+x-1.0://a?b=c#d", "https://app/done",
                           "http://127.0.0.1:9/", "vscode://vendor.extension/done"})
    EXPECT_NO_THROW(PageSet({.return_url = good})) << good;
  for (const char* bad : {"javascript:alert(1)",
                          "JavaScript:alert(1)",
                          "data:text/html,x",
                          "DATA:,",
                          "vbscript:x",
                          "blob:https://a/1",
                          "file:///etc/passwd",
                          "view-source:https://a/",
                          "about:blank",
                          "filesystem:http://a/",
                          "jar:http://a/",
                          "/done",
                          "done",
                          "//host/x",
                          "://x",
                          ":",
                          "c:/x",
                          "1app://x",
                          "my app://x",
                          "my_app://x",
                          "app://a b",
                          "app://a\"b",
                          "app://a'b",
                          "app://<b>",
                          "app://a\\b",
                          "app://a\nb",
                          " javascript:x",
                          "java\tscript:x",
                          "java%73cript:x",
                          "app://\xc3\xa9",
                          "app://\x7f"}) {
    EXPECT_FALSE(is_return_url(bad)) << bad;
    EXPECT_THAT([&] { PageSet({.return_url = bad}); }, testing::Throws<Error>()) << bad;
  }
}

TEST(Pages, OnlyASuccessClosesItsTab) {
  const auto closes = [](const Response& response) {
    const bool does = element(response.body, "script").find("close()") != std::string::npos;
    EXPECT_EQ(does, response.body.find("data-closing") < response.body.find("<script>"));
    return does;
  };
  EXPECT_TRUE(closes(PageSet({}).success({})));
  EXPECT_FALSE(closes(PageSet({.auto_close = false}).success({})));
  EXPECT_FALSE(closes(PageSet(full_options()).success({})));
  const std::vector<Response> all = all_pages({});
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_FALSE(closes(all[i])) << i;
}

// Without a script the page says what is true anyway.
TEST(Pages, SayThatTheTabCanBeClosed) {
  EXPECT_THAT(PageSet({}).success({}).body,
              HasSubstr("<p class=\"note\" data-closing=\"This tab closes by itself in a "
                        "moment.\">You can close this tab.</p>"));
}

TEST(Pages, SayWhyTheProgramFailed) {
  const PageSet pages(full_options());
  const std::string body = pages.failed("<b>{{app_name}}</b>").body;
  EXPECT_EQ(pages.failed("x").status, 200);
  EXPECT_THAT(body, HasSubstr("<p dir=\"auto\">&lt;b&gt;{{app_name}}&lt;/b&gt;</p>"));
  EXPECT_THAT(body, Not(HasSubstr("could not complete it")));
  EXPECT_THAT(pages.failed("").body, HasSubstr("but Acme Deploy could not complete it."));
}

TEST(Pages, AreNeutralWhileTheProgramHasNotDecided) {
  const Response response = PageSet(full_options()).undecided();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(element(response.body, "h1"), "Sign-in received");
  EXPECT_THAT(response.body, HasSubstr("<main class=\"waiting\">"));
}

TEST(Pages, SpeakAnotherLanguage) {
  Pages options{.app_name = "<App>"};
  options.texts.lang = "ar\"";
  options.texts.dir = "rtl";
  options.texts.success_title = "<T> {{app_name}} {{other}} {{{app_name}}";
  options.texts.close_text = "\"C\"";
  options.texts.closing_text = "\"D\" {{app_name}}";
  const std::string body = PageSet(options).success({}).body;
  EXPECT_THAT(body, HasSubstr("<html lang=\"ar&quot;\" dir=\"rtl\">"));
  EXPECT_EQ(element(body, "h1"), "&lt;T&gt; &lt;App&gt; {{other}} {&lt;App&gt;");
  EXPECT_THAT(body, HasSubstr("data-closing=\"&quot;D&quot; &lt;App&gt;\">&quot;C&quot;</p>"));
}

TEST(Pages, TextsMayHoldWhatTheProviderSays) {
  Pages options{.app_name = "App"};
  options.texts.refused_text = "{{error}}: {{error_description}} ({{error_uri}})";
  EXPECT_THAT(PageSet(options).refused(refusal("<{{app_name}}>", "javascript:x")).body,
              HasSubstr("<p>access_denied: &lt;{{app_name}}&gt; ()</p>"));
}

// Every text is on some page: none is forgotten when a page changes.
TEST(Pages, UseEveryText) {
  Pages options{.return_url = "app://x"};
  PageTexts& texts = options.texts;
  std::string* const all[] = {&texts.lang,
                              &texts.dir,
                              &texts.program,
                              &texts.success_title,
                              &texts.success_text,
                              &texts.refused_title,
                              &texts.refused_text,
                              &texts.provider_text,
                              &texts.refused_advice,
                              &texts.failed_title,
                              &texts.failed_text,
                              &texts.failed_advice,
                              &texts.undecided_title,
                              &texts.undecided_text,
                              &texts.return_text,
                              &texts.close_text,
                              &texts.closing_text,
                              &texts.wrong_request_title,
                              &texts.wrong_request_text,
                              &texts.not_found_title,
                              &texts.not_found_text,
                              &texts.wrong_address_title,
                              &texts.wrong_address_text,
                              &texts.not_ready_title,
                              &texts.not_ready_text};
  static_assert(sizeof(PageTexts) == std::size(all) * sizeof(std::string));
  for (std::size_t i = 0; i < std::size(all); ++i) *all[i] = "text" + std::to_string(100 + i);
  texts.failed_advice += "{{app_name}}";
  std::string shown;
  for (const Response& response : all_pages(options)) shown += response.body;
  options.return_url.clear();
  for (const Response& response : all_pages(options)) shown += response.body;
  for (const std::string* text : all) EXPECT_THAT(shown, HasSubstr(text->substr(0, 7)));
}

}  // namespace
}  // namespace oauth_callback
