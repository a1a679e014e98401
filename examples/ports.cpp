// Ports that the provider, or a tunnel, dictates.
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

using namespace std::chrono_literals;

namespace {

// The end is for the test's browser only: it goes where `ssh -L` would have taken it.
std::string authorization_url(const std::string& redirect_uri, const std::string& state,
                              const std::string& forwarded_to) {
  return "https://provider.example/authorize?response_type=code&client_id=my-app&state=" + state +
         "&redirect_uri=" + oauth_callback::percent_encode(redirect_uri) +
         "&forwarded_to=" + oauth_callback::percent_encode(forwarded_to);
}

// [forwarded]
// On the remote machine. The user's own runs: ssh -L 9000:127.0.0.1:PORT remote
bool sign_in_through_a_tunnel(std::uint16_t port) {
  auto server = oauth_callback::create_callback_server();
  server->start({.ports = {port}, .accepted_hosts = {"127.0.0.1:9000"}});
  const auto state = oauth_callback::random_state();
  auto pending = server->expect({.path = "/callback", .state = state});
  oauth_callback::open_browser(authorization_url("http://127.0.0.1:9000/callback", state,
                                                 server->redirect_uri("/callback")));
  return pending.wait(5min).ok();
}
// [forwarded]

}  // namespace

int main() try {
  auto server = oauth_callback::create_callback_server();
  // [fixed]
  // Both families of "localhost", on the first of these that is free in both.
  server->start({.host = "localhost", .ports = {8080, 8081, 0}});
  std::cout << server->redirect_uri("/callback") << '\n';
  // [fixed]
  const auto uri = server->redirect_uri("/callback");
  const auto port = static_cast<std::uint16_t>(std::stoul(uri.substr(uri.rfind(':') + 1)));

  // [busy]
  auto other = oauth_callback::create_callback_server();
  try {
    other->start({.ports = {port}});
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::address_in_use) throw;
    std::cout << error.what() << '\n';  // names the port, and says what to do
  }
  // [busy]
  server->stop();
  return sign_in_through_a_tunnel(0) ? 0 : 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
