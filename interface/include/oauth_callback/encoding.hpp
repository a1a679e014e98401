// Encodings that OAuth needs: base64url (RFC 4648 section 5), SHA-256 (FIPS 180-4),
// percent-encoding (RFC 3986 section 2.1), and the WHATWG parser for
// application/x-www-form-urlencoded.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/result.hpp"

namespace oauth_callback {

std::string base64(std::string_view bytes);     // padded
std::string base64url(std::string_view bytes);  // without padding

// The 32 bytes of the digest.
std::string sha256(std::string_view bytes);

// Encodes everything but unreserved characters (RFC 3986 section 2.3).
std::string percent_encode(std::string_view text);

struct Form {
  std::vector<Parameter> parameters;  // decoded, in order
  bool well_formed = true;            // every %XX was hexadecimal, every name and value is UTF-8
};

// Parses as the WHATWG URL standard does; where that would replace bad bytes, well_formed is false.
Form parse_form(std::string_view text);

// For secrets: takes the same time wherever the two differ. The lengths are not secret.
bool constant_time_equal(std::string_view a, std::string_view b) noexcept;

// Escapes & < > " ' for HTML text and attribute values.
std::string escape_html(std::string_view text);

bool is_utf8(std::string_view bytes) noexcept;

}  // namespace oauth_callback
