// The browser's page waits until the token request is through, so that it tells the truth.
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

std::string authorization_url(const std::string& redirect_uri, const std::string& state) {
  return "https://provider.example/authorize?response_type=code&client_id=my-app&state=" + state +
         "&redirect_uri=" + oauth_callback::percent_encode(redirect_uri);
}

// Stands in for the token request.
std::string request_token(const std::string& code) {
  if (code.empty()) throw std::runtime_error("the provider sent no code");
  return "token";
}

}  // namespace

int main() try {
  const auto state = oauth_callback::random_state();
  auto server = oauth_callback::create_callback_server();
  server->start({});
  // [hold]
  auto pending = server->expect({.path = "/callback", .state = state, .hold_page = true});
  oauth_callback::open_browser(authorization_url(server->redirect_uri("/callback"), state));
  const auto result = pending.wait(5min);  // the browser waits; a refusal it has seen already
  try {
    if (result.ok()) std::cout << request_token(result.code) << '\n';
    result.succeed();  // now it shows success
  } catch (const std::exception&) {
    result.fail("The provider did not accept the code. Please try again.");
    throw;
  }
  server->stop();  // lets the page out
  // [hold]
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
