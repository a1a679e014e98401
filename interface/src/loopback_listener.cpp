#include "oauth_callback/spi/loopback_listener.hpp"

#include <algorithm>
#include <iterator>
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

// Both families on one port; where one family does not exist, the other alone. A port that only one
// of them could have goes to `drawn`: as long as it is held, the system chooses others.
std::vector<Socket> open_both(std::uint16_t port, std::vector<Socket>& drawn,
                              std::error_code& error) {
  std::vector<Socket> sockets;
  Socket first = os::open_loopback_listener(Family::ipv4, port, error);
  if (error && !is_missing_family(error)) return {};
  const std::uint16_t second_port = first ? require_port(first) : port;
  if (first) sockets.push_back(std::move(first));
  Socket second = os::open_loopback_listener(Family::ipv6, second_port, error);
  if (second) sockets.push_back(std::move(second));
  if (error && (!is_missing_family(error) || sockets.empty())) {
    std::move(sockets.begin(), sockets.end(), std::back_inserter(drawn));
    return {};
  }
  error.clear();
  return sockets;
}

std::vector<Socket> open_one(Family family, std::uint16_t port, std::error_code& error) {
  std::vector<Socket> sockets;
  Socket socket = os::open_loopback_listener(family, port, error);
  if (socket) sockets.push_back(std::move(socket));
  return sockets;
}

std::vector<Socket> open_on(std::string_view host, std::uint16_t port, std::error_code& error) {
  std::vector<Socket> drawn;
  for (int attempt = 1;; ++attempt) {
    std::vector<Socket> sockets =
        host == "localhost" ? open_both(port, drawn, error)
                            : open_one(host == "::1" ? Family::ipv6 : Family::ipv4, port, error);
    // An ephemeral port may be taken in the other family, or by a program that was given the same
    // one and listens first: draw another.
    const bool draw_again = error == std::errc::address_in_use && port == 0;
    if (!draw_again || attempt == ephemeral_attempts) return sockets;
  }
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

std::uint16_t require_port(const Socket& listener) {
  const std::uint16_t port = listener.local_port();
  if (port != 0) return port;
  throw Error(make_error_code(std::errc::no_buffer_space),
              "the system does not tell which port it has chosen; try again");
}

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
