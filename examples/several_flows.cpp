// Two sign-ins at once on one server: each has a path and a state of its own.
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

using namespace std::chrono_literals;

namespace {

std::string authorization_url(const std::string& provider, const std::string& redirect_uri,
                              const std::string& state) {
  return "https://" + provider + "/authorize?response_type=code&client_id=my-app&state=" + state +
         "&redirect_uri=" + oauth_callback::percent_encode(redirect_uri);
}

}  // namespace

int main() try {
  // [several]
  auto server = oauth_callback::create_callback_server();
  server->start({});
  const auto work_state = oauth_callback::random_state();
  const auto home_state = oauth_callback::random_state();
  auto work = server->expect({.path = "/callback/work", .state = work_state});
  auto home = server->expect({.path = "/callback/home", .state = home_state});
  oauth_callback::open_browser(
      authorization_url("work.example", server->redirect_uri("/callback/work"), work_state));
  oauth_callback::open_browser(
      authorization_url("home.example", server->redirect_uri("/callback/home"), home_state));
  const auto at_work = work.wait(5min);  // in whatever order they come
  const auto at_home = home.wait(5min);
  server->stop();
  // [several]
  std::cout << "work: " << at_work.ok() << ", home: " << at_home.ok() << '\n';
  return at_work.state == work_state && at_home.state == home_state ? 0 : 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
