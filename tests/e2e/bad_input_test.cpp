// Wrong options, URLs, files and ports: one line on standard error that says what to do, exit
// status 2, no browser.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "command.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string url = "https://provider.example/authorize?client_id=me";

class BadInput : public testing::Test {
 protected:
  void expect_usage_error(const std::vector<std::string>& arguments, const std::string& text,
                          Environment environment = {}) {
    SCOPED_TRACE(testing::PrintToString(arguments));
    environment.push_back("BROWSER=" + browser_);
    const Finished result = run(arguments, environment);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.output, IsEmpty());
    EXPECT_THAT(result.error, StartsWith("oauth-callback: "));
    EXPECT_THAT(result.error, HasSubstr(text));
    EXPECT_EQ(std::count(result.error.begin(), result.error.end(), '\n'), 1) << result.error;
    EXPECT_THAT(result.error, Not(HasSubstr("\x1b")));
    EXPECT_THAT(result.error, Not(HasSubstr("s3cret")));
    EXPECT_FALSE(std::filesystem::exists(folder_.path("opened")));
  }

  Folder folder_;
  std::string browser_ =
      folder_.write("browser", "#!/bin/sh\n: >'" + folder_.path("opened") + "'\n", true);
};

TEST_F(BadInput, Urls) {
  expect_usage_error({}, "no URL");
  expect_usage_error({""}, "empty");
  expect_usage_error({"provider.example"}, "not an http(s) URL");
  expect_usage_error({"ftp://provider.example/"}, "not an http(s) URL");
  expect_usage_error({"file:///etc/passwd"}, "not an http(s) URL");
  expect_usage_error({"javascript:alert(1)"}, "not an http(s) URL");
  expect_usage_error({"http://provider.example/"}, "use https://");
  expect_usage_error({"https://a b/"}, "percent-encode");
  expect_usage_error({"https://a/\x1b[31m"}, "percent-encode");
  expect_usage_error({url, "https://b.example/"}, "");
  expect_usage_error({url + "&redirect_uri=https://app.example/cb"}, "redirect_uri");
  expect_usage_error({url + "&redirect_uri=http://127.0.0.1/cb"}, "port");
  expect_usage_error({url + "&redirect_uri=http://127.0.0.1:8080/cb", "--port", "8081"}, "port");
  expect_usage_error({url + "&state=s3cret", "--state", "s3cret2"}, "state");
  expect_usage_error({url + "&state=s3cret", "--state", "none"}, "state");
}

TEST_F(BadInput, Options) {
  expect_usage_error({url, "--bogus"}, "--bogus");
  expect_usage_error({url, "--bo\x1b[31m\ngus"}, "--help");
  expect_usage_error({url, "--port"}, "--port");
  expect_usage_error({url, "--port", "65536"}, "--port");
  expect_usage_error({url, "--port", "80,"}, "--port");
  expect_usage_error({url, "--port", "-1"}, "--port");
  expect_usage_error({url, "--port", "http"}, "--port");
  expect_usage_error({url, "--port", ""}, "--port");
  expect_usage_error({url, "--timeout", "0"}, "--timeout");
  expect_usage_error({url, "--timeout", "5x"}, "--timeout");
  expect_usage_error({url, "--timeout", "99999999999999999999h"}, "--timeout");
  expect_usage_error({url, "--format", "xml"}, "--format");
  expect_usage_error({url, "--state", ""}, "--state");
  expect_usage_error({url, "--path", "callback"}, "--path");
  expect_usage_error({url, "--host", "localhost", "--host", "0.0.0.0"}, "127.0.0.1");
  expect_usage_error({url, "--host", "192.168.1.2"}, "127.0.0.1");
  expect_usage_error({url, "--host", "provider.example"}, "127.0.0.1");
  expect_usage_error({url, "--backend", "pigeon"}, "pigeon");
  expect_usage_error({url, "--redirect-host", "app.example:80"}, "--redirect-host");
  expect_usage_error({url, "--redirect-host", "a/b"}, "--redirect-host");
  expect_usage_error({url, "--success-url", "javascript:alert(1)"}, "--success-url");
  expect_usage_error({url, "--error-url", "https://a b/"}, "--error-url");
  expect_usage_error({url, "--return-url", "JavaScript:alert(1)"}, "--return-url");
  expect_usage_error({url, "--return-url", "my-app://a b"}, "--return-url");
  expect_usage_error({url, "--app-name", "\xe4"}, "--app-name");
  expect_usage_error({url, "--path", "/a?b"}, "path");
  expect_usage_error({url}, "pigeon", {"OAUTH_CALLBACK_BACKEND=pigeon"});
  expect_usage_error({"demo", url}, "");
  expect_usage_error({"demo", "--backend", "pigeon"}, "pigeon");
  expect_usage_error({"--no-browser", "--host", "0.0.0.0"}, "127.0.0.1");
}

TEST_F(BadInput, Files) {
  const std::string empty = folder_.write("empty.html", "");
  const std::string latin1 = folder_.write("latin1.html", "<p>\xe4</p>");
  const std::string large = folder_.write("large.html", std::string(1024 * 1024 + 1, 'x'));
  const std::string page = folder_.write("page.html", "<p>ok</p>");
  for (const std::string option : {"--success-html", "--error-html"}) {
    expect_usage_error({url, option, folder_.path("missing.html")}, "missing.html");
    expect_usage_error({url, option, folder_.path("")}, "directory");
    expect_usage_error({url, option, empty}, "empty");
    expect_usage_error({url, option, latin1}, "UTF-8");
    expect_usage_error({url, option, large}, "1 MiB");
  }
  expect_usage_error({url, "--success-html", page, "--success-url", "https://a.example/"},
                     "choose one");
}

}  // namespace
}  // namespace oauth_callback::e2e
