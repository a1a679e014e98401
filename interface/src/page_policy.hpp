// The fields that every answer carries (contract, part H).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/http.hpp"

namespace oauth_callback {

// Allows the inline style of our pages and this inline script, by hash, and nothing else.
std::string policy_of_ours(std::string_view script);

// Of a page of the program's own, before placeholders are filled in: an element that holds one
// never matches, so nothing from a response can run. Images may be data: URLs.
std::string policy_of_own(const std::string& html);

std::vector<Field> security_fields(const std::string& policy);

}  // namespace oauth_callback
