// Edits that several mutants make.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "oauth_callback/http.hpp"

namespace oauth_callback::mutants {

void replace_all(std::string& text, std::string_view from, std::string_view to);
bool contains(std::string_view text, std::string_view part);

void erase_field(Request& request, std::string_view name);
// Adds it when it is not there.
void set_field(Request& request, std::string_view name, std::string_view value);

// Parameters of the query, as they were sent.
std::optional<std::string> parameter(const Request& request, std::string_view name);
void erase_parameter(Request& request, std::string_view name);
void set_parameter(Request& request, std::string_view name, std::string_view value);

std::string path_of(const Request& request);
void set_path(Request& request, std::string_view path);

}  // namespace oauth_callback::mutants
