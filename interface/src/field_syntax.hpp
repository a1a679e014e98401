// What a field may consist of (RFC 9110 sections 5.1 and 5.5).
#pragma once

#include <string_view>

namespace oauth_callback {

inline bool is_token(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

// A tab is none.
inline bool is_control(char c) noexcept {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

}  // namespace oauth_callback
