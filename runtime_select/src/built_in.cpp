// Apart from the registry: a program that makes a registry of its own links the backends in it, and
// no others.
#include "backend_table.hpp"
#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback {

BackendRegistry BackendRegistry::built_in() {
  BackendRegistry registry;
  for (const Backend& backend : detail::built_backends()) registry.add(backend);
  for (const std::string_view name : detail::left_out_backends()) registry.add_not_built(name);
  registry.default_ = detail::default_backend();
  return registry;
}

std::unique_ptr<ICallbackServer> create_callback_server(const SelectOptions& options) {
  return BackendRegistry::built_in().create(options);
}

}  // namespace oauth_callback
