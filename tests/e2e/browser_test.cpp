// With a URL: what the browser gets, and what the user sees in it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const std::string url = "https://provider.example/authorize?client_id=me&response_type=code";

// Writes down the URL that it is to open.
class WithBrowser : public testing::Test {
 protected:
  std::string opened() const { return folder_.wait_for("url"); }

  Folder folder_;
  Environment environment_ = {
      "BROWSER=" +
      folder_.write("browser",
                    "#!/bin/sh\nprintf %s \"$1\" >'" + folder_.path("part") + "'\nmv '" +
                        folder_.path("part") + "' '" + folder_.path("url") + "'\n",
                    true)};
};

TEST_F(WithBrowser, SignsIn) {
  Command command({url}, environment_);
  const std::string sent = opened();
  EXPECT_THAT(sent, StartsWith(url + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A"));
  EXPECT_EQ(parameter(sent, "state").size(), 43U);
  const std::string answer =
      get(parameter(sent, "redirect_uri"), "code=c0de&state=" + parameter(sent, "state"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.read_output(), "c0de\n");
  EXPECT_EQ(command.wait(), 0);
  EXPECT_THAT(command.error(), Not(HasSubstr("c0de")));
  EXPECT_THAT(command.error(), Not(HasSubstr(parameter(sent, "state"))));
}

TEST_F(WithBrowser, SendsTheStateThatItIsGiven) {
  Command command({"--state", "a b", "--path", "/cb", "--host", "localhost", url}, environment_);
  const std::string sent = opened();
  EXPECT_EQ(parameter(sent, "state"), "a b");
  EXPECT_THAT(parameter(sent, "redirect_uri"), testing::MatchesRegex("http://localhost:[0-9]+/cb"));
  get(parameter(sent, "redirect_uri"), "code=c0de&state=a%20b");
  EXPECT_EQ(command.read_output(), "c0de\n");
}

TEST_F(WithBrowser, SaysWhatIsGivenUpWithoutAState) {
  Command command({"--state", "none", url}, environment_);
  const std::string sent = opened();
  EXPECT_THAT(sent, Not(HasSubstr("state=")));
  get(parameter(sent, "redirect_uri"), "code=c0de");
  EXPECT_EQ(command.read_output(), "c0de\n");
  EXPECT_THAT(command.error(), HasSubstr("any page in the browser can send a response"));
}

TEST_F(WithBrowser, ShowsPagesOfTheUsersOwn) {
  const std::string success = folder_.write("success.html", "<p>It worked, {{app_name}}.</p>");
  const std::string failure = folder_.write("error.html", "<p>Why: {{error_description}}</p>");
  for (const bool refused : {false, true}) {
    Command command({"--success-html", success, "--error-html", failure, url}, environment_);
    const std::string sent = opened();
    std::filesystem::remove(folder_.path("url"));
    const std::string answer =
        get(parameter(sent, "redirect_uri"),
            (refused ? "error=x&error_description=%3Cb%3E&state=" : "code=c0de&state=") +
                parameter(sent, "state"));
    EXPECT_TRUE(is_whole(answer));
    EXPECT_THAT(answer, HasSubstr(refused ? "<p>Why: &lt;b&gt;</p>" : "<p>It worked, "));
    EXPECT_EQ(command.wait(), refused ? 3 : 0);
  }
}

TEST_F(WithBrowser, ShowsWhoAsksAndTheWayBack) {
  Command command({"--app-name", "Acme & Co", "--return-url", "acme://done?a&b", url},
                  environment_);
  const std::string sent = opened();
  const std::string answer =
      get(parameter(sent, "redirect_uri"), "code=c0de&state=" + parameter(sent, "state"));
  EXPECT_TRUE(is_whole(answer));
  EXPECT_THAT(answer, HasSubstr("href=\"acme://done?a&amp;b\">Return to Acme &amp; Co</a>"));
  EXPECT_EQ(command.wait(), 0);
}

TEST_F(WithBrowser, GoesOnToUrlsOfTheUsersOwn) {
  Command command({"--success-url", "https://app.example/done", url}, environment_);
  const std::string sent = opened();
  const std::string answer =
      get(parameter(sent, "redirect_uri"), "code=c0de&state=" + parameter(sent, "state"));
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 303 "));
  EXPECT_THAT(answer, HasSubstr("\r\nLocation: https://app.example/done\r\n"));
  EXPECT_EQ(command.wait(), 0);
}

TEST_F(WithBrowser, FormPostIsUnderstood) {
  Command command({"--format", "query", url + "&response_mode=form_post"}, environment_);
  const std::string sent = opened();
  const std::string uri = parameter(sent, "redirect_uri");
  const std::string body = "code=c0de&state=" + parameter(sent, "state");
  const Socket socket = connect_to(port_of(uri));
  send_bytes(socket, "POST /callback HTTP/1.1\r\nHost: " + uri.substr(7, uri.rfind('/') - 7) +
                         "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_THAT(receive_all(socket), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.read_output(), body + "\n");
}

TEST(WithoutBrowser, PrintsTheUrl) {
  for (const bool asked : {true, false}) {
    std::vector<std::string> arguments = {url};
    if (asked) arguments.emplace_back("--no-browser");
    Command command(arguments);
    const std::string sent = line_of(command.wait_for_error(url), url);
    get(parameter(sent, "redirect_uri"), "code=c0de&state=" + parameter(sent, "state"));
    EXPECT_EQ(command.read_output(), "c0de\n");
    EXPECT_EQ(command.wait(), 0);
  }
}

}  // namespace
}  // namespace oauth_callback::e2e
