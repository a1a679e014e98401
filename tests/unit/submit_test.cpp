// What a person pastes, judged as a request.
#include <atomic>
#include <thread>

#include "callback_server_support.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/mount.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

class SubmitTest : public CallbackServerTest {
 protected:
  void start(ServerOptions options = {}) {
    options.accepted_hosts = {"forwarded.example:7"};
    server_->start(options);
    const std::string uri = server_->redirect_uri("/");
    origin_ = uri.substr(0, uri.size() - 1);
  }
  std::string origin_;
};

struct Row {
  const char* text;  // @ stands for the server's origin
  Outcome outcome;
};

std::string filled_in(std::string text, const std::string& origin) {
  const auto at = text.find('@');
  if (at != std::string::npos) text.replace(at, 1, origin);
  return text;
}

constexpr const char* good = "code=c&state=s&iss=https%3A%2F%2Fas.example";

TEST_F(SubmitTest, RefusesWhatARequestWouldBeRefusedFor) {
  start();
  PendingCallback pending = server_->expect({.state = "s", .issuer = "https://as.example"});
  const std::string tail = std::string("?") + good;
  for (const auto& [text, outcome] : std::vector<Row>{
           {"", Outcome::wrong_host},
           {"callback", Outcome::wrong_host},
           {"/callback?code=c&state=s&iss=https://as.example", Outcome::wrong_host},
           {"https://127.0.0.1:1/callback?code=c&state=s", Outcome::wrong_host},
           {"http://127.0.0.1:1/callback?code=c&state=s", Outcome::wrong_host},
           {"http://forwarded.example/callback?code=c&state=s", Outcome::wrong_host},
           {"http:///callback?code=c&state=s", Outcome::wrong_host},
           {"HTTP://forwarded.example:7/callback?code=c", Outcome::wrong_host},
           {"@.evil.example/callback?code=c&state=s", Outcome::wrong_host},
           {"@/other?code=c&state=s", Outcome::not_expected},
           {"@/callback/?code=c&state=s", Outcome::not_expected},
           {"@?code=c&state=s", Outcome::not_expected},
           {"@/callback?code=c&state=t", Outcome::wrong_state},
           {"@/callback", Outcome::wrong_state},
           {"code=c", Outcome::wrong_state},
           {"@/callback#code=c&state=s", Outcome::wrong_state},
           {"@/callback?code=c&state=s", Outcome::wrong_issuer},
           {"@/callback?code=c&state=s&iss=x", Outcome::wrong_issuer},
           {"?state=s&iss=https://as.example", Outcome::incomplete},
           {"@/callback?code=c&code=d&state=s&iss=https://as.example", Outcome::malformed},
           {"code=c&state=s&state=s&iss=https://as.example", Outcome::malformed},
           {"code=%zz&state=s&iss=https://as.example", Outcome::malformed},
           {"code=%ff&state=s&iss=https://as.example", Outcome::malformed},
           {"code=a b&state=s&iss=https://as.example", Outcome::malformed},
           {"code=a\nb&state=s&iss=https://as.example", Outcome::malformed},
           {"code=a\x1b&state=s&iss=https://as.example", Outcome::malformed},
           {"code=\xc3\xa4&state=s&iss=https://as.example", Outcome::malformed}}) {
    EXPECT_EQ(to_string(server_->submit(filled_in(text, origin_))), to_string(outcome)) << text;
  }
  EXPECT_EQ(server_->submit(std::string(good) + std::string(8000, 'x')), Outcome::malformed);
  EXPECT_EQ(server_->submit(std::string_view("code=c\0&state=s", 15)), Outcome::malformed);
  EXPECT_FALSE(pending.poll());
  EXPECT_EQ(server_->submit(good), Outcome::completed);
  EXPECT_TRUE(pending.poll());
}

TEST_F(SubmitTest, TakesTheUrlOrItsQuery) {
  for (const char* text :
       {"@/callback?code=c&state=s", "code=c&state=s", "?code=c&state=s",
        "  \r\n@/callback?code=c&state=s \t\n", "@/callback?code=c&state=s#_=_",
        "http://forwarded.example:7/callback?code=c&state=s", "state=s&code=c&x=a?b://c/d"}) {
    start();
    PendingCallback pending = server_->expect({.state = "s"});
    EXPECT_EQ(server_->submit(filled_in(text, origin_)), Outcome::completed) << text;
    EXPECT_EQ(pending.poll().value_or(CallbackResult()).code, "c") << text;
    server_->stop();
  }
}

TEST_F(SubmitTest, AQueryAloneGoesToTheOnePathThereIs) {
  start({.callback_path = "/parked"});
  PendingCallback first = server_->expect({.path = "/one", .state = "1"});
  EXPECT_EQ(server_->submit("code=c&state=1"), Outcome::completed);
  first = server_->expect({.path = "/two", .state = "2"});
  EXPECT_EQ(server_->submit("code=c&state=2"), Outcome::completed);
  first = server_->expect({.path = "/one", .state = "1"});
  PendingCallback second = server_->expect({.path = "/two", .state = "2"});
  EXPECT_EQ(server_->submit("code=c&state=1"), Outcome::not_expected);
  PendingCallback third = server_->expect({.path = "/parked", .state = "3"});
  EXPECT_EQ(server_->submit("code=c&state=3"), Outcome::completed);
}

TEST_F(SubmitTest, NeedsAServerThatRuns) {
  EXPECT_EQ(server_->submit(good), Outcome::not_expected);
  start();
  EXPECT_EQ(server_->submit(good), Outcome::not_expected);
  PendingCallback pending = server_->expect({.state = "s"});
  server_->stop();
  EXPECT_EQ(server_->submit(good), Outcome::not_expected);
  EXPECT_EQ(error_of([&] { pending.poll(); }), errc::stopped);
}

TEST_F(SubmitTest, CountsOnceAndTheBrowserStillGetsItsPage) {
  start();
  PendingCallback pending = server_->expect({.state = "s"});
  EXPECT_EQ(server_->submit("code=c&state=s"), Outcome::completed);
  EXPECT_EQ(server_->submit("code=c&state=s"), Outcome::repeated);
  EXPECT_EQ(server_->submit("code=d&state=s"), Outcome::wrong_state);
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 200);
  EXPECT_EQ(get("/callback?code=d&state=s").get().status, 400);
}

TEST_F(SubmitTest, TellsTheHookAndIsUndoneWhenThatThrows) {
  std::atomic<int> calls = 0;
  std::string seen;
  start({.on_request = [&](const RequestEvent& event) {
    if (++calls == 1) throw std::runtime_error("no");
    seen.append(event.method)
        .append(event.path)
        .append(event.origin)
        .append(to_string(event.outcome));
  }});
  PendingCallback pending = server_->expect({.state = "s"});
  EXPECT_EQ(server_->submit("code=c&state=s"), Outcome::not_expected);
  EXPECT_FALSE(pending.poll());
  EXPECT_EQ(server_->submit("code=c&state=s"), Outcome::completed);
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(seen, "/callback" + std::string(to_string(Outcome::completed)));
}

TEST_F(SubmitTest, TheHookMayStopTheServer) {
  start({.on_request = [&](const RequestEvent&) { server_->stop(); }});
  PendingCallback pending = server_->expect({.state = "s"});
  EXPECT_EQ(server_->submit("code=c&state=s"), Outcome::not_expected);
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
}

TEST_F(SubmitTest, OfManyExactlyOneWins) {
  start({.on_request = [](const RequestEvent&) {}});
  for (int round = 0; round < 50; ++round) {
    PendingCallback pending = server_->expect({.state = "s"});
    std::atomic<int> submitted = 0;
    std::atomic<int> served = 0;
    std::vector<std::thread> threads;
    for (const char* code : {"a", "b", "c", "d"}) {
      const std::string query = std::string("code=") + code + std::to_string(round) + "&state=s";
      threads.emplace_back([&, query] {
        if (server_->submit(query) == Outcome::completed) ++submitted;
      });
      threads.emplace_back([&, query] {
        if (get("/callback?" + query + "&by=browser").get().status == 200) ++served;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(submitted + served, 1);
    EXPECT_EQ(pending.wait(10s).parameter("by").has_value(), served == 1);
  }
}

TEST_F(SubmitTest, StopWaitsForIt) {
  std::atomic<bool> stopped = false;
  start({.on_request = [&](const RequestEvent&) { EXPECT_FALSE(stopped); }});
  for (int round = 0; round < 50; ++round) {
    PendingCallback pending = server_->expect({.state = "s"});
    std::thread submitter([&] {
      for (int i = 0; i < 20; ++i) server_->submit("code=c&state=t");
    });
    server_->stop();
    stopped = true;
    submitter.join();
    stopped = false;
    start({.on_request = [&](const RequestEvent&) { EXPECT_FALSE(stopped); }});
  }
}

TEST(SubmitToAMount, IsJudgedAsARequest) {
  CallbackMount mount;
  EXPECT_EQ(mount.submit("code=c&state=s"), Outcome::not_expected);
  mount.start({.ports = {8080}});
  PendingCallback pending = mount.expect({.state = "s"});
  EXPECT_EQ(mount.submit("http://127.0.0.1:8081/callback?code=c&state=s"), Outcome::wrong_host);
  EXPECT_EQ(mount.submit("http://127.0.0.1:8080/callback?code=c&state=s"), Outcome::completed);
  EXPECT_EQ(pending.wait(10s).code, "c");
}

}  // namespace
}  // namespace oauth_callback
