// The backend, by name. usage: choose_backend [NAME]
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

int main(int argc, char** argv) try {
  const std::string name = argc > 1 ? argv[1] : "";
  // [choose]
  const auto registry = oauth_callback::BackendRegistry::built_in();
  for (const auto& backend : registry.backends()) {
    std::cout << backend.name << ": " << backend.description << '\n';
  }
  const auto choice = registry.choose({.backend = name});  // "": the environment, or the build
  std::cout << choice.backend.name << " it is, " << choice.reason << '\n';
  auto server = registry.create({.backend = name});
  // [choose]
  server->start({});
  return server->backend() == choice.backend.name ? 0 : 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
