// A program with an event loop of its own: nothing blocks, and the result comes as an event.
#include <condition_variable>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>
#include <utility>

namespace {

// Stands in for the loop of Qt, GLib, libuv, ….
class Loop {
 public:
  void post(std::function<void()> event) {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    changed_.notify_one();
  }

  void run() {
    while (!quit_) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return !events_.empty(); });
      const auto event = std::move(events_.front());
      events_.pop_front();
      lock.unlock();
      event();
    }
  }

  void quit() { quit_ = true; }  // on the loop's thread

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> events_;
  bool quit_ = false;
};

}  // namespace

int main() try {
  Loop loop;
  std::string code;
  auto server = oauth_callback::create_callback_server();
  server->start({});
  const auto state = oauth_callback::random_state();

  // [event_loop]
  auto pending = server->expect({.path = "/callback", .state = state});
  pending.on_complete([&](std::error_code error, const oauth_callback::CallbackResult& result) {
    // On a thread of the server's, so: hand it over, and do no more here.
    loop.post([&, error, result] {
      server->request_stop();  // does not wait; the page still leaves
      if (!error) code = result.code;
      loop.quit();
    });
  });
  // [event_loop]
  oauth_callback::open_browser(
      "https://provider.example/authorize?response_type=code&client_id=my-app&state=" + state +
      "&redirect_uri=" + oauth_callback::percent_encode(server->redirect_uri("/callback")));

  loop.run();
  std::cout << "The code has " << code.size() << " characters.\n";
  return code.empty() ? 1 : 0;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
