#include "format.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "oauth_callback/encoding.hpp"

namespace oauth_callback::cli {
namespace {

std::string format_code(const CallbackResult& result) {
  if (!result.ok()) return {};
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::any_of(result.code.begin(), result.code.end(), is_control)) {
    throw std::runtime_error("the code holds control characters: use --format json or query");
  }
  return result.code + "\n";
}

std::string format_json(const CallbackResult& result, const std::string& redirect_uri) {
  using nlohmann::ordered_json;
  auto object = ordered_json::object();
  for (const Parameter& parameter : result.parameters) {
    if (!object.contains(parameter.name)) {
      object[parameter.name] = parameter.value;
      continue;
    }
    ordered_json& values = object[parameter.name];
    if (!values.is_array()) values = ordered_json::array({values});
    values.push_back(parameter.value);
  }
  if (!redirect_uri.empty()) object["redirect_uri"] = redirect_uri;
  // In ASCII it is safe on a terminal, too.
  return object.dump(-1, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

std::string env_name(const std::string& name) {
  std::string result = "OAUTH_";
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') {
      result += static_cast<char>(c - 'a' + 'A');
    } else {
      result += (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    }
  }
  return result;
}

// Between single quotes a shell reads everything as it stands, but for the quote; no variable holds
// a NUL.
std::string shell_quoted(const std::string& value) {
  std::string result = "'";
  for (const char c : value) {
    if (c == '\'') {
      result += "'\\''";
    } else if (c != '\0') {
      result += c;
    }
  }
  return result + "'";
}

std::string format_env(const CallbackResult& result, const std::string& redirect_uri) {
  std::string text;
  std::set<std::string> names;
  if (!redirect_uri.empty()) {
    text = "OAUTH_REDIRECT_URI=" + shell_quoted(redirect_uri) + "\n";
    names.insert("OAUTH_REDIRECT_URI");
  }
  for (const Parameter& parameter : result.parameters) {
    const std::string name = env_name(parameter.name);
    if (!names.insert(name).second) continue;
    text.append(name).append("=").append(shell_quoted(parameter.value)).append("\n");
  }
  return text;
}

std::string format_query(const CallbackResult& result) {
  std::string text;
  for (const Parameter& parameter : result.parameters) {
    if (!text.empty()) text += '&';
    text.append(percent_encode(parameter.name)).append("=").append(percent_encode(parameter.value));
  }
  return text + "\n";
}

}  // namespace

std::string format_result(const CallbackResult& result, const std::string& redirect_uri,
                          Format format) {
  switch (format) {
    case Format::json:
      return format_json(result, redirect_uri);
    case Format::env:
      return format_env(result, redirect_uri);
    case Format::query:
      return format_query(result);
    case Format::code:
      break;
  }
  return format_code(result);
}

}  // namespace oauth_callback::cli
