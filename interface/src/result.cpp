#include "oauth_callback/result.hpp"

#include <utility>

#include "held_pages.hpp"

namespace oauth_callback {

std::optional<std::string_view> CallbackResult::parameter(std::string_view name) const noexcept {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

void CallbackResult::succeed() const noexcept {
  if (held_page.page) held_page.page->report(PageReport::succeeded, {});
}

void CallbackResult::fail(std::string_view message) const noexcept {
  if (held_page.page) held_page.page->report(PageReport::failed, message);
}

CallbackResult make_callback_result(std::vector<Parameter> parameters) {
  CallbackResult result;
  result.parameters = std::move(parameters);
  const auto fill = [&](std::string& member, std::string_view name) {
    if (const auto value = result.parameter(name)) member = *value;
  };
  fill(result.code, "code");
  fill(result.state, "state");
  fill(result.iss, "iss");
  fill(result.error, "error");
  fill(result.error_description, "error_description");
  fill(result.error_uri, "error_uri");
  return result;
}

}  // namespace oauth_callback
