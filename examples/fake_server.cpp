// How a program tests its own sign-in: without a socket, a browser or a provider.
#include <iostream>
#include <map>
#include <oauth_callback/callback_server.hpp>
#include <oauth_callback/errors.hpp>
#include <string>
#include <utility>

using namespace std::chrono_literals;

namespace {

// [fake]
// The code under test takes the server as a parameter.
std::string sign_in(oauth_callback::ICallbackServer& server) {
  server.start({});
  auto pending = server.expect({.path = "/callback", .state = "a-state"});
  // Here it opens a browser.
  const auto result = pending.wait(1min);
  server.stop();
  return result.ok() ? result.code : "refused: " + result.error;
}

// Every expectation is answered at once, with what the test has prepared for its path.
class FakeServer final : public oauth_callback::ICallbackServer {
 public:
  explicit FakeServer(std::map<std::string, std::vector<oauth_callback::Parameter>> answers)
      : answers_(std::move(answers)) {}

  void start(const oauth_callback::ServerOptions&) override {}
  std::string redirect_uri(std::string_view path) const override {
    return "http://127.0.0.1:1" + std::string(path);
  }
  oauth_callback::PendingCallback expect(oauth_callback::Expectation expectation) override {
    oauth_callback::CallbackPromise promise;
    const auto answer = answers_.find(expectation.path);
    if (answer == answers_.end()) {
      promise.reject(oauth_callback::errc::stopped);
    } else {
      promise.resolve(oauth_callback::make_callback_result(answer->second));
    }
    return promise.pending();
  }
  oauth_callback::Outcome submit(std::string_view) noexcept override {
    return oauth_callback::Outcome::not_expected;  // nobody pastes here
  }
  void stop() noexcept override {}
  void request_stop() noexcept override {}
  std::string_view backend() const noexcept override { return "fake"; }

 private:
  const std::map<std::string, std::vector<oauth_callback::Parameter>> answers_;
};

bool returns_the_code() {
  FakeServer server({{"/callback", {{"code", "abc"}, {"state", "a-state"}}}});
  return sign_in(server) == "abc";
}

bool reports_a_refusal() {
  FakeServer server({{"/callback", {{"error", "access_denied"}, {"state", "a-state"}}}});
  return sign_in(server) == "refused: access_denied";
}

bool passes_a_stop_on() try {
  FakeServer server({});
  sign_in(server);
  return false;
} catch (const oauth_callback::Error& error) {
  return error.code() == oauth_callback::errc::stopped;
}
// [fake]

}  // namespace

int main() {
  const bool passed = returns_the_code() && reports_a_refusal() && passes_a_stop_on();
  std::cout << (passed ? "passed" : "failed") << '\n';
  return passed ? 0 : 1;
}
