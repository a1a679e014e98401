// A receiver that stays after the response, as in a program that goes on living: what a browser
// sends then is answered too. Prints one JSON object a line: where it listens, each request, each
// result. Ends with its standard input.
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

namespace {

void print(const nlohmann::json& line) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  std::cout << line.dump() << std::endl;
}

}  // namespace

int main() try {
  const auto server = oauth_callback::create_callback_server();
  const std::string state = oauth_callback::random_state();
  server->start({.on_request = [](const oauth_callback::RequestEvent& event) {
    print({{"outcome", oauth_callback::to_string(event.outcome)}, {"status", event.status}});
  }});
  auto pending = server->expect({.path = "/callback", .state = state, .form_post = true});
  pending.on_complete([](std::error_code error, const oauth_callback::CallbackResult& result) {
    if (!error) print({{"code", result.code}, {"error", result.error}});
  });
  print({{"redirect_uri", server->redirect_uri("/callback")},
         {"state", state},
         {"backend", server->backend()}});
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
