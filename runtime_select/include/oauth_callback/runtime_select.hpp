// Choosing a backend by name, at run time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/callback_server.hpp"

namespace oauth_callback {

struct SelectOptions {
  std::string backend = "";  // empty: see BackendRegistry::choose
};

// A list of backends, in order of preference. A value: copy it, add to it, choose from it.
class BackendRegistry {
 public:
  struct Choice {
    Backend backend;
    std::string reason;  // for people: "named by OAUTH_CALLBACK_BACKEND", …
  };

  // An empty one. built_in() has what this build was made with.
  BackendRegistry() = default;
  static BackendRegistry built_in();

  // Appends. Throws errc::invalid_option when the name is taken or empty, or `create` is null.
  BackendRegistry& add(Backend backend);

  const std::vector<Backend>& backends() const& noexcept { return backends_; }
  std::vector<Backend> backends() && noexcept { return std::move(backends_); }
  // Backends that exist, but were left out of this build.
  const std::vector<std::string_view>& not_built() const& noexcept { return not_built_; }
  std::vector<std::string_view> not_built() && noexcept { return std::move(not_built_); }

  // In this order: `options.backend`, the environment's OAUTH_CALLBACK_BACKEND, the build's
  // default, the first in the list. A name that is unknown is errc::unknown_backend, one that is
  // known but not built errc::backend_not_built; both messages list what there is. Never a silent
  // fallback.
  Choice choose(const SelectOptions& options = {}) const;

  // A server over the chosen backend.
  std::unique_ptr<ICallbackServer> create(const SelectOptions& options = {}) const;

 private:
  std::vector<Backend> backends_;
  std::vector<std::string_view> not_built_;
  std::string_view default_;
};

// BackendRegistry::built_in().create(options).
std::unique_ptr<ICallbackServer> create_callback_server(const SelectOptions& options = {});

}  // namespace oauth_callback
