// sign_in [BACKEND]: catches an authorization response on a backend that is chosen when the program
// runs.
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

#include "microhttpd_posix.hpp"

using namespace std::chrono_literals;

namespace {

std::string authorization_url(const std::string& redirect_uri, const std::string& state) {
  return "https://provider.example/authorize?response_type=code&client_id=my-app&state=" + state +
         "&redirect_uri=" + oauth_callback::percent_encode(redirect_uri);
}

}  // namespace

int main(int argc, char** argv) try {
  // [registry]
  auto registry = oauth_callback::BackendRegistry::built_in();
  registry.add(microhttpd::backend);
  auto server = registry.create({.backend = argc > 1 ? argv[1] : ""});
  // [registry]
  const auto state = oauth_callback::random_state();
  server->start({});
  auto pending = server->expect({.path = "/callback", .state = state});
  oauth_callback::open_browser(authorization_url(server->redirect_uri("/callback"), state));
  const auto result = pending.wait(1min);
  server->stop();
  std::cout << server->backend() << ": " << (result.ok() ? result.code : result.error) << '\n';
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
