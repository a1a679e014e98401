// The callback on an httplib::Server that the program already runs.
#include <chrono>
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/flow.hpp>
#include <oauth_callback/httplib_adapter.hpp>
#include <string>
#include <thread>

using namespace std::chrono_literals;

int main() try {
  // [mount]
  oauth_callback::CallbackMount callbacks;

  httplib::Server server;
  server.set_keep_alive_max_count(1);  // else its stop() waits 5 s for the client below
  server.Get("/status", [](const httplib::Request&, httplib::Response& response) {
    response.set_content("fine", "text/plain");
  });
  oauth_callback::httplib::mount(server, callbacks, "/callback");
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread thread([&] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::sleep_for(1ms);

  callbacks.start({.ports = {static_cast<std::uint16_t>(port)}});
  // [mount]
  const auto state = oauth_callback::random_state();
  auto pending = callbacks.expect({.path = "/callback", .state = state});
  oauth_callback::open_browser(
      "https://provider.example/authorize?response_type=code&state=" + state +
      "&redirect_uri=" + oauth_callback::percent_encode(callbacks.redirect_uri("/callback")));
  const auto result = pending.wait(30s);
  const auto status = httplib::Client("127.0.0.1", port).Get("/status");
  std::cout << "signed in with " << result.code.size() << " characters of code; the server is "
            << (status ? status->body : "gone") << '\n';

  callbacks.stop();
  server.stop();
  thread.join();
  return result.code.empty() || !status ? 1 : 0;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
