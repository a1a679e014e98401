#include "oauth_callback/spi/loopback_listener.hpp"

#include <optional>
#include <string_view>

#include "oauth_callback/errors.hpp"
#include "os.hpp"

namespace oauth_callback {
namespace {

using os::Family;

constexpr int ephemeral_attempts = 64;

bool is_missing_family(std::error_code error) {
  return error == std::errc::address_not_available ||
         error == std::errc::address_family_not_supported;
}

// Both families on one port; where one family does not exist, the other alone.
std::vector<Socket> open_both(std::uint16_t port, std::error_code& error) {
  for (int attempt = 0; attempt < ephemeral_attempts; ++attempt) {
    std::vector<Socket> sockets;
    Socket first = os::open_loopback_listener(Family::ipv4, port, error);
    if (error && !is_missing_family(error)) return {};
    const std::uint16_t second_port = first ? first.local_port() : port;
    if (first) sockets.push_back(std::move(first));
    Socket second = os::open_loopback_listener(Family::ipv6, second_port, error);
    if (second) sockets.push_back(std::move(second));
    if (!error || (is_missing_family(error) && !sockets.empty())) {
      error.clear();
      return sockets;
    }
    // The ephemeral port of the first family may be taken in the second: draw another.
    if (port != 0 || error != std::errc::address_in_use) return {};
  }
  return {};
}

std::vector<Socket> open_on(std::string_view host, std::uint16_t port, std::error_code& error) {
  if (host == "localhost") return open_both(port, error);
  std::vector<Socket> sockets;
  Socket socket =
      os::open_loopback_listener(host == "::1" ? Family::ipv6 : Family::ipv4, port, error);
  if (socket) sockets.push_back(std::move(socket));
  return sockets;
}

// In our own words: some systems have none for these codes.
std::string reason(std::error_code error) {
  if (error == std::errc::address_in_use) {
    return "the port is in use; stop the program that uses it, or name another port (0 takes any "
           "free one)";
  }
  if (error == std::errc::permission_denied) {
    return "the port is reserved by the system; name another (0 takes any free one)";
  }
  if (is_missing_family(error)) return "this machine has no such address; try 127.0.0.1";
  return error.message();
}

std::string explain(const std::string& host, const std::vector<std::uint16_t>& ports,
                    std::error_code error) {
  std::string text = "cannot listen on " + (host == "::1" ? "[::1]" : host) + ":" +
                     std::to_string(ports.back()) + ": " + reason(error);
  if (ports.size() > 1) text += "; the other candidate ports cannot be used either";
  return text;
}

}  // namespace

std::vector<Socket> open_loopback_listeners(const std::string& host,
                                            const std::vector<std::uint16_t>& ports) {
  if (host != "127.0.0.1" && host != "::1" && host != "localhost") {
    throw Error(errc::not_loopback,
                "host is not loopback: use 127.0.0.1, ::1 or localhost (RFC 8252 section 8.3)");
  }
  if (ports.empty()) {
    throw Error(errc::invalid_option,
                "no port to listen on: name at least one (0 takes any free one)");
  }
  std::error_code error;
  for (const std::uint16_t port : ports) {
    std::vector<Socket> sockets = open_on(host, port, error);
    if (!sockets.empty()) return sockets;
  }
  throw Error(error, explain(host, ports, error));
}

}  // namespace oauth_callback
