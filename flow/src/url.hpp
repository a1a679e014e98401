// As much of a URL parser as the flow needs: http and https, with an authority, ASCII only (RFC
// 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oauth_callback::detail {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case, without the brackets of an IPv6 address
  std::optional<std::uint16_t> port;
  std::string path;  // raw; may be empty
  bool has_query = false;
  bool has_fragment = false;
};

// Empty when it is not such a URL, names a user, or holds a byte that no URL may hold. Strict where
// browsers are lenient: what they would repair, they might send elsewhere.
std::optional<Url> parse_url(std::string_view text);

// "localhost", 127.0.0.0/8 in its usual spelling, or ::1.
bool is_loopback_host(std::string_view host);

// Throws errc::invalid_option unless a browser may be sent to `url`: https anywhere, http on a
// loopback host. `what` names the URL in the message, which never holds the URL itself.
void require_browsable(std::string_view url, std::string_view what);

}  // namespace oauth_callback::detail
