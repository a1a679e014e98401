#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.hpp"
#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Demo, EndsByItselfWithoutADisplay) {
  for (const Backend& backend : BackendRegistry::built_in().backends()) {
    const Finished demo = run({"demo", "--backend", std::string(backend.name)});
    EXPECT_EQ(demo.status, 0) << demo.error;
    EXPECT_THAT(demo.output, IsEmpty());
    for (const char* text : {"built-in user agent", "wrong state", "goes on waiting", "approves",
                             "access token", "one use", "Done: signed in"}) {
      EXPECT_THAT(demo.error, HasSubstr(text));
    }
    EXPECT_THAT(demo.error, HasSubstr(std::string("(").append(backend.name).append(")")));
    EXPECT_THAT(demo.error, Not(HasSubstr("code=")));
  }
}

TEST(Demo, ShowsARefusal) {
  const Finished demo = run({"demo", "--deny"});
  EXPECT_EQ(demo.status, 3);
  EXPECT_THAT(demo.error, HasSubstr("access_denied"));
  EXPECT_THAT(demo.error, Not(HasSubstr("Done")));
}

// The value of the attribute that follows `name="…" value="`.
std::string hidden(const std::string& page, const std::string& name) {
  const std::string start = "name=\"" + name + "\" value=\"";
  const auto at = page.find(start);
  return at == std::string::npos
             ? ""
             : page.substr(at + start.size(),
                           page.find('"', at + start.size()) - at - start.size());
}

std::string post(const std::string& origin, const std::string& path, const std::string& body) {
  const Socket socket = connect_to(port_of(origin));
  send_bytes(socket, "POST " + path + " HTTP/1.1\r\nHost: " + origin.substr(7) +
                         "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body);
  return receive_all(socket);
}

std::string location_of(const std::string& answer) {
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 303 "));
  const auto at = answer.find("\r\nLocation: ");
  return at == std::string::npos ? ""
                                 : answer.substr(at + 12, answer.find("\r\n", at + 2) - at - 12);
}

std::string follow(const std::string& location) {
  const auto question = location.find('?');
  return get(location.substr(0, question), location.substr(question + 1));
}

// As a person would, through a browser.
TEST(Demo, SignsInThroughTheBrowser) {
  const Folder folder;
  const std::string browser =
      folder.write("browser",
                   "#!/bin/sh\nprintf %s \"$1\" >'" + folder.path("part") + "'\nmv '" +
                       folder.path("part") + "' '" + folder.path("url") + "'\n",
                   true);
  Command command({"demo"}, {"BROWSER=" + browser});
  const std::string url = folder.wait_for("url");
  const std::string origin = url.substr(0, url.find('/', 7));

  const std::string sign_in = follow(url);
  EXPECT_THAT(sign_in, HasSubstr("Content-Security-Policy: default-src 'none'"));
  const std::string transaction = "transaction=" + hidden(sign_in, "transaction");
  EXPECT_THAT(post(origin, "/decision", transaction + "&decision=approve"),
              StartsWith("HTTP/1.1 400 "));
  const std::string consent = post(origin, "/sign-in", transaction + "&user=%3Cb%3EAda");
  EXPECT_THAT(consent, HasSubstr("&lt;b&gt;Ada"));
  EXPECT_THAT(consent, Not(HasSubstr("<b>Ada")));

  const auto decide = [&](const std::string& decision) {
    return post(origin, "/decision", transaction + "&decision=" + decision);
  };
  EXPECT_THAT(follow(location_of(decide("wrong-state"))), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(follow(location_of(decide("approve"))), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.wait(), 0);
  EXPECT_THAT(command.error(), HasSubstr("Done: signed in"));
}

}  // namespace
}  // namespace oauth_callback::e2e
