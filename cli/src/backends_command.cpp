#include <algorithm>
#include <string>

#include "command_backends.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "streams.hpp"

namespace oauth_callback::cli {

int run_backends(const Options& options) {
  const BackendRegistry registry = command_backends();
  std::size_t width = 0;
  for (const Backend& backend : registry.backends()) width = std::max(width, backend.name.size());
  for (const auto name : registry.not_built()) width = std::max(width, name.size());
  const auto padded = [&](std::string_view name) {
    return std::string(name) + std::string(width - name.size() + 2, ' ');
  };

  std::string text;
  for (const Backend& backend : registry.backends()) {
    text.append(padded(backend.name))
        .append("built      ")
        .append(backend.description)
        .append("\n");
  }
  for (const auto name : registry.not_built()) text.append(padded(name)).append("not built\n");
  // Shown also when the choice below fails: then it is what the reader needs.
  write_output(text);

  const auto choice = registry.choose({.backend = options.backend});
  write_output("chosen: " + std::string(choice.backend.name) + ", " + choice.reason + "\n");
  return exit_success;
}

}  // namespace oauth_callback::cli
