// The same in steps, for a program that wants to do something of its own in between.
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

using namespace std::chrono_literals;

namespace {

std::string authorization_url(const std::string& redirect_uri, const std::string& state) {
  return "https://provider.example/authorize?response_type=code&client_id=my-app&state=" + state +
         "&redirect_uri=" + oauth_callback::percent_encode(redirect_uri);
}

}  // namespace

int main() try {
  // [steps]
  const auto state = oauth_callback::random_state();
  auto server = oauth_callback::create_callback_server();
  server->start({.ports = {8080, 0}});  // listening when it returns; 0 is any free port
  auto pending = server->expect({.path = "/callback", .state = state});
  oauth_callback::open_browser(authorization_url(server->redirect_uri("/callback"), state));
  auto result = pending.wait(5min);  // every parameter the provider sent; a refusal too
  server->stop();
  // [steps]
  std::cout << (result.ok() ? result.code : result.error) << '\n';
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
