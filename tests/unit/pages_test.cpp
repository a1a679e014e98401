#include "pages.hpp"

#include <string>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using testing::HasSubstr;
using testing::Not;

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

TEST(Pages, EveryAnswerCarriesTheSecurityFields) {
  const PageSet pages({});
  for (const Response& response :
       {pages.success({}), pages.refused({}), pages.refusal(400), pages.refusal(404),
        PageSet({.success_url = "https://a/"}).success({})}) {
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
  const PageSet pages({});
  for (const Response& response : {pages.success({}), pages.refused({}), pages.refusal(404)}) {
    EXPECT_THAT(std::string(policy_of(response)),
                HasSubstr("style-src " + source(element(response.body, "style"))));
    EXPECT_THAT(std::string(policy_of(response)),
                HasSubstr("script-src " + source(element(response.body, "script"))));
    EXPECT_THAT(element(response.body, "script"), HasSubstr("history.replaceState"));
    EXPECT_LT(response.body.size(), 8u * 1024);
  }
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
              testing::StartsWith("access_denied|{{app_name}}&lt;||app|{{x}}"));
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

}  // namespace
}  // namespace oauth_callback
