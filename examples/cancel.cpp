// A wait that ends before its response comes. No browser is opened: nobody answers here.
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>
#include <stop_token>
#include <thread>

using namespace std::chrono_literals;

int main() try {
  auto server = oauth_callback::create_callback_server();
  server->start({});
  auto pending = server->expect({.path = "/callback", .state = oauth_callback::random_state()});

  // [timeout]
  try {
    pending.wait(10ms);
  } catch (const oauth_callback::Error& error) {
    if (error.code() != oauth_callback::errc::timed_out) throw;
    std::cout << "No answer yet; still waiting.\n";  // it is still expected: wait() again
  }
  // [timeout]

  // [stop_token]
  std::stop_source cancel_button;
  std::jthread user([&] { cancel_button.request_stop(); });
  try {
    pending.wait(5min, cancel_button.get_token());
  } catch (const oauth_callback::Error& error) {
    if (error.code() != oauth_callback::errc::cancelled) throw;
    pending.cancel();  // from here on nobody expects the response: its browser gets 404
    std::cout << "Cancelled.\n";
    return 0;
  }
  // [stop_token]
  return 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
