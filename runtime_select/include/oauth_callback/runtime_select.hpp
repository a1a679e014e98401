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

  // An empty one. built_in() has what this build was made with, and links all of it. A program that
  // never calls it, and adds the backends it wants, links those alone when its CMake target has the
  // property OAUTH_CALLBACK_OWN_BACKENDS.
  BackendRegistry() = default;
  static BackendRegistry built_in();

  // Appends. Throws errc::invalid_option when the name is taken or empty, or `create` is null.
  BackendRegistry& add(Backend backend);

  // Names a backend that is not to be had here: choosing it is errc::backend_not_built. The name is
  // not copied. No effect on one that was added.
  BackendRegistry& add_not_built(std::string_view name);

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
