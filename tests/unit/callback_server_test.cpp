// The one CallbackServer over a transport without sockets of its own.
#include "oauth_callback/callback_server.hpp"

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "callback_server_support.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "receiver.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

// User agents leave this one port out of Host.
TEST(Authorities, OnPort80ThePortMayBeLeftOut) {
  EXPECT_EQ(Receiver::authorities({}, 80), (std::vector<std::string>{"127.0.0.1:80", "127.0.0.1"}));
  EXPECT_EQ(Receiver::authorities({}, 8080), std::vector<std::string>{"127.0.0.1:8080"});
}

TEST_F(CallbackServerTest, ReceivesAResponse) {
  server_->start({});
  PendingCallback pending = server_->expect({.path = "/callback", .state = "s"});
  EXPECT_EQ(get("/callback?code=c&state=s&x=1").get().status, 200);
  const CallbackResult result = pending.wait(10s);
  EXPECT_EQ(result.code, "c");
  EXPECT_EQ(result.parameter("x"), "1");
  EXPECT_EQ(server_->backend(), "fake");
}

TEST_F(CallbackServerTest, NeedsToRun) {
  EXPECT_EQ(error_of([&] { server_->redirect_uri("/callback"); }), errc::not_running);
  EXPECT_EQ(error_of([&] { server_->expect({.state = "s"}); }), errc::not_running);
  server_->stop();
  server_->request_stop();
  server_->start({});
  EXPECT_EQ(error_of([&] { server_->start({}); }), errc::already_running);
  EXPECT_EQ(error_of([&] { server_->redirect_uri("callback"); }), errc::invalid_option);
  server_->stop();
  server_->stop();
  EXPECT_EQ(error_of([&] { server_->redirect_uri("/callback"); }), errc::not_running);
  server_->start({});
  EXPECT_THAT(server_->redirect_uri("/callback"), testing::StartsWith("http://127.0.0.1:"));
}

TEST_F(CallbackServerTest, StopEndsTheWait) {
  server_->start({});
  PendingCallback pending = server_->expect({.state = "s"});
  std::thread stopper([&] { server_->stop(); });
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
  stopper.join();
}

TEST_F(CallbackServerTest, PendingOutlivesTheServer) {
  server_->start({});
  PendingCallback pending = server_->expect({.state = "s"});
  server_.reset();
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
}

TEST_F(CallbackServerTest, DestroyedPendingIsNotExpectedAnyMore) {
  server_->start({.callback_path = ""});
  { const PendingCallback pending = server_->expect({.state = "s"}); }
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 404);
  const PendingCallback again = server_->expect({.state = "s"});
}

TEST_F(CallbackServerTest, EarlyResponseWaitsForItsExpectation) {
  server_->start({.callback_path = "/callback"});
  auto early = get("/callback?code=c&state=s");
  auto forged = get("/callback?code=evil&state=x");
  EXPECT_EQ(early.wait_for(0s), std::future_status::timeout);
  EXPECT_EQ(server_->expect({.path = "/callback", .state = "s"}).wait(10s).code, "c");
  EXPECT_EQ(early.get().status, 200);
  EXPECT_EQ(forged.get().status, 400);
}

TEST_F(CallbackServerTest, EarlyResponseIsNotParkedElsewhereNorForever) {
  server_->start({.callback_path = "/callback"});
  EXPECT_EQ(get("/other?code=c").get().status, 404);
  auto early = get("/callback?code=c&state=s");
  server_->stop();
  EXPECT_EQ(early.get().status, 503);
}

TEST_F(CallbackServerTest, HookSeesTheOutcomeAndNeverTheQuery) {
  std::mutex mutex;
  std::vector<std::pair<Outcome, int>> seen;
  server_->start({.on_request = [&](const RequestEvent& event) {
    const std::lock_guard lock(mutex);
    seen.emplace_back(event.outcome, event.status);
    EXPECT_EQ(event.method, "GET");
    EXPECT_EQ(event.path, "/callback");
    EXPECT_EQ(event.wrong_states, 1u);
  }});
  PendingCallback pending = server_->expect({.state = "s"});
  EXPECT_EQ(get("/callback?error=x&state=forged").get().status, 400);
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 200);
  pending.wait(10s);
  server_->stop();
  EXPECT_THAT(seen, testing::ElementsAre(std::pair(Outcome::wrong_state, 400),
                                         std::pair(Outcome::completed, 200)));
}

TEST_F(CallbackServerTest, ThrowingHookHarmsItsOwnRequestOnly) {
  std::atomic<bool> throws = true;
  std::string logged;
  server_->start({.on_request =
                      [&](const RequestEvent&) {
                        if (throws.exchange(false)) throw std::runtime_error("boom");
                      },
                  .on_log = [&](std::string_view line) { logged = line; }});
  PendingCallback pending = server_->expect({.state = "s"});
  const Response failed = get("/callback?code=c&state=s").get();
  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(failed.body, testing::Not(testing::HasSubstr("boom")));
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 200);
  EXPECT_EQ(pending.wait(10s).code, "c");
  server_->stop();
  EXPECT_EQ(logged, "on_request threw: boom");
}

TEST_F(CallbackServerTest, WhateverIsThrownIsLogged) {
  std::vector<std::string> logged;
  std::atomic<bool> throws = true;
  server_->start({.on_request =
                      [&](const RequestEvent&) {
                        if (throws.exchange(false)) throw 1;
                      },
                  .on_log =
                      [&](std::string_view line) {
                        logged.emplace_back(line);
                        throw 2;  // a log that fails has nowhere to say so
                      }});
  PendingCallback pending = server_->expect({.state = "s"});
  pending.on_complete([](std::error_code, const CallbackResult&) { throw 3; });
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 500);
  EXPECT_EQ(get("/callback?code=c&state=s").get().status, 200);
  server_->stop();
  EXPECT_THAT(logged, testing::ElementsAre("on_request threw", "a completion callback threw"));
}

TEST_F(CallbackServerTest, NoMoreAreParkedThanThatHasSense) {
  server_->start({});
  std::vector<std::future<Response>> early;
  for (int i = 0; i < 16; ++i) early.push_back(get("/callback?code=c&state=" + std::to_string(i)));
  EXPECT_EQ(get("/callback?code=c&state=16").get().status, 404);
  server_->stop();
  for (auto& response : early) EXPECT_EQ(response.get().status, 503);
}

TEST_F(CallbackServerTest, ARequestDuringTheStopIsTurnedAway) {
  std::promise<void> entered;
  std::promise<void> leave;
  server_->start({.on_request = [&](const RequestEvent&) {
    entered.set_value();
    leave.get_future().wait();
  }});
  auto slow = get("/other");
  entered.get_future().wait();
  server_->request_stop();
  EXPECT_EQ(get("/callback").get().status, 503);
  leave.set_value();
  EXPECT_EQ(slow.get().status, 404);
}

TEST_F(CallbackServerTest, StopWaitsForARunningHook) {
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> left = false;
  server_->start({.on_request = [&](const RequestEvent&) {
    entered.set_value();
    leave.get_future().wait();
    left = true;
  }});
  PendingCallback pending = server_->expect({.state = "s"});
  auto response = get("/callback?code=c&state=s");
  entered.get_future().wait();
  std::thread stopper([&] {
    server_->stop();
    EXPECT_TRUE(left);
  });
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
  leave.set_value();
  stopper.join();
}

TEST_F(CallbackServerTest, HooksAndCompletionsMayRequestTheStop) {
  server_->start({.on_request = [&](const RequestEvent&) { server_->stop(); }});
  PendingCallback pending = server_->expect({.state = "s"});
  get("/callback?code=c&state=s").get();
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
  server_->stop();

  server_->start({});
  pending = server_->expect({.state = "s"});
  std::promise<std::string> code;
  pending.on_complete([&](std::error_code, const CallbackResult& result) {
    server_->request_stop();
    code.set_value(result.code);
  });
  get("/callback?code=c&state=s").get();
  EXPECT_EQ(code.get_future().get(), "c");
  server_->stop();
}

TEST_F(CallbackServerTest, NamesItsRedirectUri) {
  server_->start({.host = "localhost"});
  EXPECT_THAT(server_->redirect_uri("/a"), testing::MatchesRegex("http://localhost:[0-9]+/a"));
  server_->stop();
  server_->start({.redirect_host = "localhost"});
  EXPECT_THAT(server_->redirect_uri("/a"), testing::MatchesRegex("http://localhost:[0-9]+/a"));
  server_->stop();
  EXPECT_EQ(error_of([&] { server_->start({.redirect_host = "a b"}); }), errc::invalid_option);
  EXPECT_EQ(error_of([&] { server_->start({.redirect_host = "app.test:80"}); }),
            errc::invalid_option);
  EXPECT_EQ(error_of([&] { server_->start({.accepted_hosts = {"a:b"}}); }), errc::invalid_option);
  server_->start({.redirect_host = "::1", .accepted_hosts = {"[::1]:8080", "::1"}});
  EXPECT_THAT(server_->redirect_uri("/a"), testing::MatchesRegex("http://\\[::1\\]:[0-9]+/a"));
  server_->stop();
  EXPECT_EQ(error_of([&] { server_->start({.host = "0.0.0.0"}); }), errc::not_loopback);
  EXPECT_EQ(error_of([&] { server_->start({.ports = {}}); }), errc::invalid_option);
}

TEST_F(CallbackServerTest, FurtherHosts) {
  server_->start({.accepted_hosts = {"localhost", "box.example:8443"}});
  const PendingCallback pending = server_->expect({.path = "/callback", .state = "s"});
  const std::string uri = server_->redirect_uri("/");
  const std::string port = uri.substr(uri.rfind(':'), uri.rfind('/') - uri.rfind(':'));
  const auto status = [&](const std::string& host) {
    return transport_->ask({"GET", "/callback", {{"Host", host}}, ""}).get().status;
  };
  EXPECT_EQ(status("localhost" + port), 400);
  EXPECT_EQ(status("box.example:8443"), 400);
  EXPECT_EQ(status("localhost:8443"), 421);
  EXPECT_EQ(status("box.example" + port), 421);
}

TEST(LoopbackListener, BothFamiliesOnOnePort) {
  const auto sockets = open_loopback_listeners("localhost", {0});
  std::set<std::uint16_t> ports;
  for (const Socket& socket : sockets) ports.insert(socket.local_port());
  EXPECT_EQ(ports.size(), 1u);
}

TEST(LoopbackListener, BothFamiliesOrNone) {
  std::vector<Socket> taken;
  try {
    taken = open_loopback_listeners("::1", {0});
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  const std::uint16_t port = taken.front().local_port();
  EXPECT_EQ(error_of([&] { open_loopback_listeners("localhost", {port}); }),
            std::errc::address_in_use);
  for (const Socket& socket : open_loopback_listeners("localhost", {port, 0})) {
    EXPECT_NE(socket.local_port(), port);
  }
  // What was opened first is closed again.
  EXPECT_EQ(open_loopback_listeners("127.0.0.1", {port}).size(), 1u);
}

TEST(LoopbackListener, MovesOnToTheNextCandidate) {
  const auto taken = open_loopback_listeners("127.0.0.1", {0});
  const std::uint16_t port = taken.front().local_port();
  const auto next = open_loopback_listeners("127.0.0.1", {port, 0});
  EXPECT_NE(next.front().local_port(), port);
  try {
    open_loopback_listeners("127.0.0.1", {port});
    FAIL() << "the port was shared";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_THAT(error.what(), testing::HasSubstr("127.0.0.1:" + std::to_string(port)));
  }
}

}  // namespace
}  // namespace oauth_callback
