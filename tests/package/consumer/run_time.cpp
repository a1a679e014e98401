// The backend is chosen when the program runs.
#include <cstdio>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

int main() {
  const auto registry = oauth_callback::BackendRegistry::built_in();
  for (const auto& backend : registry.backends()) {
    auto server = oauth_callback::create_callback_server({.backend = std::string(backend.name)});
    server->start({});
    std::printf("%s listens at %s\n", std::string(server->backend()).c_str(),
                server->redirect_uri("/callback").c_str());
    if (server->backend() != backend.name) return 1;
  }
  try {
    oauth_callback::create_callback_server({.backend = "nonsense"});
  } catch (const oauth_callback::Error& error) {
    std::printf("%s\n", error.what());
    return error.code() == oauth_callback::errc::unknown_backend ? 0 : 1;
  }
  return 1;
}
