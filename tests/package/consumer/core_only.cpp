// A program that brings its own ICallbackServer and needs nothing but the interface.
#include <chrono>
#include <cstdio>
#include <map>
#include <oauth_callback/callback_server.hpp>
#include <oauth_callback/errors.hpp>

namespace {

// Answers from a table instead of from a socket.
class CannedServer final : public oauth_callback::ICallbackServer {
 public:
  ~CannedServer() override { stop(); }

  void start(const oauth_callback::ServerOptions&) override {}

  std::string redirect_uri(std::string_view path) const override {
    return "https://app.example" + std::string(path);
  }

  oauth_callback::PendingCallback expect(oauth_callback::Expectation expectation) override {
    return promises_[expectation.path].pending();
  }

  // Nobody pastes anything here.
  oauth_callback::Outcome submit(std::string_view) noexcept override {
    return oauth_callback::Outcome::not_expected;
  }

  void stop() noexcept override {
    request_stop();
    promises_.clear();
  }

  void request_stop() noexcept override {
    for (auto& [path, promise] : promises_) promise.reject(oauth_callback::errc::stopped);
  }

  std::string_view backend() const noexcept override { return "canned"; }

  void deliver(const std::string& path, std::vector<oauth_callback::Parameter> parameters) {
    promises_[path].resolve(oauth_callback::make_callback_result(std::move(parameters)));
  }

 private:
  std::map<std::string, oauth_callback::CallbackPromise> promises_;
};

}  // namespace

int main() {
  using namespace std::chrono_literals;
  CannedServer server;
  server.start({});
  auto first = server.expect({.path = "/first", .state = "s"});
  auto second = server.expect({.path = "/second", .state = "s"});
  server.deliver("/first", {{"code", "from a table"}, {"state", "s"}});
  const auto result = first.wait(1s);
  server.stop();
  try {
    second.wait(1s);
  } catch (const oauth_callback::Error& error) {
    std::printf("code: %s; then: %s\n", result.code.c_str(), error.what());
    return result.code == "from a table" && error.code() == oauth_callback::errc::stopped ? 0 : 1;
  }
  return 1;
}
