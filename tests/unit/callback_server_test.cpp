// The one CallbackServer over a transport without sockets of its own, and the mount.
#include "oauth_callback/callback_server.hpp"

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/mount.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

// Lets a test play the peer.
class FakeTransport : public Transport {
 public:
  void listen(ListenRequest request, Handler handler) override {
    request_ = std::move(request);
    handler_ = std::move(handler);
  }
  void stop() noexcept override { request_.sockets.clear(); }

  std::future<Response> ask(Request request) {
    auto promise = std::make_shared<std::promise<Response>>();
    handler_(std::move(request),
             Responder([promise](Response response) { promise->set_value(std::move(response)); },
                       request_.refusal));
    return promise->get_future();
  }

 private:
  ListenRequest request_;
  Handler handler_;
};

class CallbackServerTest : public testing::Test {
 protected:
  CallbackServerTest() {
    auto transport = std::make_unique<FakeTransport>();
    transport_ = transport.get();
    server_ = make_callback_server("fake", std::move(transport));
  }

  std::future<Response> get(const std::string& target) {
    const std::string uri = server_->redirect_uri("/");
    return transport_->ask({"GET", target, {{"Host", uri.substr(7, uri.size() - 8)}}, ""});
  }

  FakeTransport* transport_;
  std::unique_ptr<ICallbackServer> server_;
};

template <typename Call>
std::error_code error_of(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
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

TEST(CallbackMount, AnswersOnAServerOfTheProgram) {
  CallbackMount mount;
  EXPECT_EQ(mount.handle(Request{"GET", "/", {}, ""}).status, 503);
  EXPECT_EQ(error_of([&] { mount.start({.ports = {0}}); }), errc::invalid_option);
  mount.start({.ports = {8080}});
  EXPECT_EQ(mount.redirect_uri("/callback"), "http://127.0.0.1:8080/callback");
  PendingCallback pending = mount.expect({.path = "/callback", .state = "s"});
  const Field host{"Host", "127.0.0.1:8080"};
  EXPECT_EQ(mount.handle(Request{"GET", "/callback?code=c&state=s", {host, host}, ""}).status, 400);
  EXPECT_EQ(mount.handle(Request{"POST", "/callback", {host}, std::string(65537, 'a')}).status,
            413);
  EXPECT_EQ(
      mount.handle(Request{"GET", "/callback?code=c&state=s", {{"Cookie", "a"}, host}, ""}).status,
      200);
  EXPECT_EQ(pending.wait(10s).code, "c");
  mount.stop();
  EXPECT_EQ(mount.handle(Request{"GET", "/callback", {host}, ""}).status, 503);
}

}  // namespace
}  // namespace oauth_callback
