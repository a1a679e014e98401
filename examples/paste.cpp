// The browser could not load the redirect URL, so the user pastes it. Here the program types it.
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>
#include <sstream>
#include <string>

using namespace std::chrono_literals;

int main() try {
  const auto state = oauth_callback::random_state();
  auto server = oauth_callback::create_callback_server();
  server->start({});
  std::istringstream input("https://provider.example/login\n" + server->redirect_uri("/callback") +
                           "?code=abc&state=" + state + "\n");

  // [paste]
  auto pending = server->expect({.path = "/callback", .state = state});
  std::string line;
  while (!pending.poll() && std::getline(input, line)) {
    if (server->submit(line) == oauth_callback::Outcome::completed) break;
    std::cout << "That is not the address of this sign-in's last page.\n";
  }
  const auto result = pending.wait(5min);  // by paste or by request, whichever was first
  // [paste]
  server->stop();
  return result.code == "abc" ? 0 : 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
