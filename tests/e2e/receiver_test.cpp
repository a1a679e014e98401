// Waiting for the response: the bare receiver, states, time, signals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "command.hpp"
#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

// The scenario in which the three libraries, used as their manuals say, make the callback wait for
// up to a minute.
TEST(Receiver, TakesTheCallbackBehindSilentConnections) {
  for (const Backend& backend : BackendRegistry::built_in().backends()) {
    SCOPED_TRACE(backend.name);
    Command command({"--no-browser", "--port", "0", "--backend", std::string(backend.name)});
    const std::string uri = command.read_line();
    ASSERT_THAT(uri, MatchesRegex("http://127\\.0\\.0\\.1:[0-9]+/callback"));
    std::vector<Socket> silent;
    for (int i = 0; i < 6; ++i) silent.push_back(connect_to(port_of(uri)));
    const Socket half = connect_to(port_of(uri));
    send_bytes(half, "GET /callback?code=x HTTP/1.1\r\nHost: 127");

    const std::string answer = get(uri, "code=4%2F0A%2Bb%3D%3D&state=anything");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_TRUE(is_whole(answer)) << answer;
    EXPECT_EQ(command.read_line(), "4/0A+b==");
    EXPECT_EQ(command.read_output(), "");
    EXPECT_EQ(command.wait(), 0);
    EXPECT_THAT(command.error(), Not(HasSubstr("4/0A")));
    EXPECT_THAT(command.error(), HasSubstr("Any state is accepted"));
  }
}

TEST(Receiver, ChecksTheStateThatItIsGiven) {
  Command command({"--no-browser", "--state", "my state", "--path", "/cb"});
  const std::string uri = command.read_line();
  EXPECT_THAT(uri, testing::EndsWith("/cb"));
  EXPECT_THAT(get(uri, "code=forged&state=other"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get(uri, "error=access_denied"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get(uri, "code=right&state=my+state"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.read_line(), "right");
  EXPECT_EQ(command.wait(), 0);
  EXPECT_THAT(command.error(), HasSubstr("wrong state was refused"));
  EXPECT_THAT(command.error(), Not(HasSubstr("Any state")));
}

TEST(Receiver, ChecksTheIssuerThatItIsGiven) {
  Command command({"--no-browser", "--state", "s", "--issuer", "https://as.example"});
  const std::string uri = command.read_line();
  EXPECT_THAT(get(uri, "code=c0de&state=s"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get(uri, "code=c0de&state=s&iss=https://as.evil"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get(uri, "code=c0de&state=s&iss=https://as.example"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.read_line(), "c0de");
}

TEST(Receiver, TakesAFormOnlyWhenAsked) {
  for (const bool asked : {true, false}) {
    Command command({"--no-browser", "--state", "s", asked ? "--form-post" : "--verbose"});
    const std::string uri = command.read_line();
    const Socket socket = connect_to(port_of(uri));
    send_bytes(socket, "POST /callback HTTP/1.1\r\nHost: " + uri.substr(7, uri.rfind('/') - 7) +
                           "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 17\r\n\r\ncode=c0de&state=s");
    EXPECT_THAT(receive_all(socket), StartsWith(asked ? "HTTP/1.1 200 " : "HTTP/1.1 405 "));
    if (!asked) get(uri, "code=c0de&state=s");
    EXPECT_EQ(command.read_line(), "c0de");
  }
}

TEST(Receiver, PrintsTheStateThatItMakesUp) {
  Command command({"--no-browser", "--state", "auto"});
  const std::string uri = command.read_line();
  const std::string state = line_of(command.wait_for_error("state: "), "state: ").substr(7);
  EXPECT_EQ(state.size(), 43U);
  EXPECT_THAT(get(uri, "code=c0de"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(get(uri, "code=c0de&state=" + state), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(command.read_line(), "c0de");
}

TEST(Receiver, TakesTheFirstPortThatIsFree) {
  Command first({"--no-browser"});
  const std::string taken = std::to_string(port_of(first.read_line()));
  Command second({"--no-browser", "--port", taken + ",0"});
  EXPECT_THAT(second.read_line(), Not(HasSubstr(":" + taken + "/")));

  const Finished third = run({"--no-browser", "--port", taken});
  EXPECT_EQ(third.status, 1);
  EXPECT_THAT(third.output, IsEmpty());
  EXPECT_THAT(third.error, HasSubstr(taken));
}

TEST(Receiver, TimesOut) {
  const Finished result = run({"--no-browser", "--timeout", "50ms"});
  EXPECT_EQ(result.status, 4);
  EXPECT_THAT(result.output, StartsWith("http://127.0.0.1:"));
  EXPECT_THAT(result.error, HasSubstr("no authorization response came in time"));
}

TEST(Receiver, EndsOnSignals) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    Command command({"--no-browser"});
    const std::string uri = command.read_line();
    const Socket silent = connect_to(port_of(uri));
    command.signal(number);
    EXPECT_EQ(command.read_output(), "");
    EXPECT_EQ(command.wait(), 130);
    EXPECT_THAT(command.error(), HasSubstr("oauth-callback: interrupted\n"));
    // Closed, not merely forgotten: the port can be had again at once.
    Command next({"--no-browser", "--port", std::to_string(port_of(uri))});
    EXPECT_EQ(next.read_line(), uri);
  }
}

TEST(Receiver, SaysWhatItSeesWhenItIsAskedTo) {
  Command command({"--no-browser", "--verbose", "--state", "s3cret"});
  const std::string uri = command.read_line();
  get(uri.substr(0, uri.rfind('/')) + "/favicon.ico", "q=s3cret");
  get(uri, "code=c0de&state=wr0ng");
  get(uri, "code=c0de&state=s3cret");
  EXPECT_EQ(command.wait(), 0);
  const std::string error = command.error();
  EXPECT_THAT(error, HasSubstr("GET /favicon.ico: "));
  EXPECT_THAT(error, HasSubstr(", 404\n"));
  EXPECT_THAT(error, HasSubstr("GET /callback: "));
  EXPECT_THAT(error, HasSubstr(", 400\n"));
  EXPECT_THAT(error, HasSubstr(", 200\n"));
  for (const char* secret : {"s3cret", "c0de", "wr0ng", "?"})
    EXPECT_THAT(error, Not(HasSubstr(secret)));
}

}  // namespace
}  // namespace oauth_callback::e2e
