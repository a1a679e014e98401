#include <algorithm>
#include <cstdlib>
#include <utility>

#include "oauth_callback/errors.hpp"
#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback {
namespace {

constexpr const char* environment_variable = "OAUTH_CALLBACK_BACKEND";

const Backend* find(const std::vector<Backend>& backends, std::string_view name) {
  const auto found = std::find_if(backends.begin(), backends.end(),
                                  [&](const Backend& b) { return b.name == name; });
  return found == backends.end() ? nullptr : &*found;
}

std::string list_of(const std::vector<Backend>& backends) {
  std::string list;
  for (const Backend& backend : backends)
    list.append(list.empty() ? "" : ", ").append(backend.name);
  return list.empty() ? "none" : list;
}

// The name may come from the environment and end up on a terminal.
std::string quoted(std::string_view name) {
  std::string text = "'";
  for (const char c : name.substr(0, 40)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + "'";
}

}  // namespace

BackendRegistry& BackendRegistry::add(Backend backend) {
  if (backend.name.empty()) throw Error(errc::invalid_option, "a backend needs a name");
  if (backend.create == nullptr) {
    throw Error(errc::invalid_option,
                "backend " + quoted(backend.name) + " has no create function");
  }
  if (find(backends_, backend.name) != nullptr) {
    throw Error(errc::invalid_option, "backend " + quoted(backend.name) +
                                          " is in the registry already: use another name");
  }
  std::erase(not_built_, backend.name);
  backends_.push_back(backend);
  return *this;
}

BackendRegistry& BackendRegistry::add_not_built(std::string_view name) {
  if (find(backends_, name) == nullptr) not_built_.push_back(name);
  return *this;
}

BackendRegistry::Choice BackendRegistry::choose(const SelectOptions& options) const {
  std::string name = options.backend;
  std::string reason = "asked for by name";
  if (const char* value = std::getenv(environment_variable); name.empty() && value != nullptr) {
    name = value;
    reason = std::string("named by ") + environment_variable;
  }
  if (name.empty()) {
    name = default_;
    reason = "the default of this build";
  }
  if (name.empty()) {
    if (backends_.empty())
      throw Error(errc::unknown_backend, "the registry has no backend: add one");
    return {backends_.front(), "the first in order of preference"};
  }
  if (const Backend* backend = find(backends_, name)) return {*backend, std::move(reason)};

  const std::string which = "backend " + quoted(name) + " (" + reason + ")";
  const std::string instead = ": choose one of these: " + list_of(backends_);
  if (std::find(not_built_.begin(), not_built_.end(), name) != not_built_.end()) {
    throw Error(errc::backend_not_built, which + " is left out of this build" + instead);
  }
  throw Error(errc::unknown_backend, which + " is unknown" + instead);
}

std::unique_ptr<ICallbackServer> BackendRegistry::create(const SelectOptions& options) const {
  const Backend backend = choose(options).backend;
  return make_callback_server(backend.name, backend.create());
}

}  // namespace oauth_callback
