// The neutral HTTP messages that every backend converts from and to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback {

// One header field line. The name compares without regard to ASCII case (RFC 9110 section 5.1).
struct Field {
  std::string name;
  std::string value;

  friend bool operator==(const Field&, const Field&) = default;
};

// One request, as it was sent: nothing is decoded, merged or normalised.
struct Request {
  std::string method;         // case-sensitive (RFC 9110 section 9.1)
  std::string target;         // the raw request target (RFC 9112 section 3.2)
  std::vector<Field> fields;  // the canonical fields only (see RequestReader), sorted by name
  std::string body;

  friend bool operator==(const Request&, const Request&) = default;
};

// One response. Content-Length and Connection are the transport's: a handler leaves them out.
struct Response {
  int status = 200;
  std::vector<Field> fields;
  std::string body;
};

// The value of the first field of that name, or an empty view. The view lives as long as `fields`.
std::string_view field_value(const std::vector<Field>& fields, std::string_view name) noexcept;

// Whether there is a field of that name, with a value or without.
bool has_field(const std::vector<Field>& fields, std::string_view name) noexcept;

// The reason phrase for a status; "Unknown" for one we never send. As cpp-httplib has them, whose
// table cannot be changed: RFC 9110 section 15 but for 413, where it is RFC 7231's.
std::string_view reason_phrase(int status) noexcept;

// ASCII-only comparisons without regard to case; independent of the locale.
bool iequals(std::string_view a, std::string_view b) noexcept;
bool iless(std::string_view a, std::string_view b) noexcept;

}  // namespace oauth_callback
