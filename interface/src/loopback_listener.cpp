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

std::string explain(const std::string& host, std::uint16_t port, std::error_code error, bool more) {
  const std::string shown = host == "::1" ? "[::1]" : host;
  std::string text =
      "cannot listen on " + shown + ":" + std::to_string(port) + ": " + error.message();
  if (error == std::errc::address_in_use) {
    text += more ? " (all candidate ports are taken)" : "";
    text += "; stop the program that uses the port, or name another port (0 takes any free one)";
  } else if (error == std::errc::permission_denied) {
    text += "; the port is reserved by the system: name another (0 takes any free one)";
  } else if (is_missing_family(error)) {
    text += "; this machine has no such address: try 127.0.0.1";
  }
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
  throw Error(error, explain(host, ports.back(), error, ports.size() > 1));
}

}  // namespace oauth_callback
