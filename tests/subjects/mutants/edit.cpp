#include "edit.hpp"

#include <algorithm>
#include <vector>

namespace oauth_callback::mutants {
namespace {

std::vector<std::string> split_query(const Request& request) {
  std::vector<std::string> parts;
  std::size_t at = request.target.find('?');
  while (at != std::string::npos) {
    const std::size_t next = request.target.find('&', at + 1);
    parts.push_back(request.target.substr(at + 1, next - at - 1));
    at = next;
  }
  return parts;
}

void join_query(Request& request, const std::vector<std::string>& parts) {
  std::string target = path_of(request);
  char separator = '?';
  for (const std::string& part : parts) {
    target += separator + part;
    separator = '&';
  }
  request.target = target;
}

bool is_parameter(std::string_view part, std::string_view name) {
  return part == name || (part.starts_with(name) && part.substr(name.size()).starts_with('='));
}

}  // namespace

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void erase_field(Request& request, std::string_view name) {
  std::erase_if(request.fields, [&](const Field& field) { return iequals(field.name, name); });
}

void set_field(Request& request, std::string_view name, std::string_view value) {
  erase_field(request, name);
  request.fields.push_back({std::string(name), std::string(value)});
}

std::optional<std::string> parameter(const Request& request, std::string_view name) {
  for (const std::string& part : split_query(request)) {
    if (is_parameter(part, name)) return part.substr(std::min(name.size() + 1, part.size()));
  }
  return std::nullopt;
}

void erase_parameter(Request& request, std::string_view name) {
  std::vector<std::string> parts = split_query(request);
  std::erase_if(parts, [&](const std::string& part) { return is_parameter(part, name); });
  join_query(request, parts);
}

void set_parameter(Request& request, std::string_view name, std::string_view value) {
  std::vector<std::string> parts = split_query(request);
  std::erase_if(parts, [&](const std::string& part) { return is_parameter(part, name); });
  parts.push_back(std::string(name) + "=" + std::string(value));
  join_query(request, parts);
}

std::string path_of(const Request& request) {
  return request.target.substr(0, request.target.find('?'));
}

void set_path(Request& request, std::string_view path) {
  request.target.replace(0, path_of(request).size(), path);
}

}  // namespace oauth_callback::mutants
