#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include "join_port.hpp"

namespace oauth_callback::conformance {
namespace {

struct Option {
  std::string_view name;
  int level;
  int number;
};

// Those that the system does not have, or does not let us set, are tried without effect.
constexpr std::array options{
    Option{"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR},
    Option{"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT},
#ifdef IP_FREEBIND
    Option{"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND},
#endif
#ifdef IP_TRANSPARENT
    Option{"IP_TRANSPARENT", IPPROTO_IP, IP_TRANSPARENT},
#endif
};

struct Place {
  std::string_view name;
  bool ipv6;
  in6_addr v6;
  in_addr_t v4;
};

std::array<Place, 5> places() {
  in6_addr mapped{};
  mapped.s6_addr[10] = mapped.s6_addr[11] = 0xff;
  mapped.s6_addr[12] = 127;
  mapped.s6_addr[15] = 1;
  return {{{"127.0.0.1", false, {}, INADDR_LOOPBACK},
           {"0.0.0.0", false, {}, INADDR_ANY},
           {"[::1]", true, in6addr_loopback, 0},
           {"[::]", true, in6addr_any, 0},
           {"[::ffff:127.0.0.1]", true, mapped, 0}}};
}

bool bind_to(const Socket& socket, const Place& place, std::uint16_t port) {
  if (place.ipv6) {
    const int off = 0;
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = place.v6;
    return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(place.v4);
  return ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

Socket open_socket(bool ipv6) {
  return Socket(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// The options whose bits are in `set`, and SO_BINDTODEVICE for one more bit.
JoinedPort try_to_join(const Place& place, unsigned set, std::uint16_t port) {
  JoinedPort joined{open_socket(place.ipv6), std::string(place.name)};
  for (std::size_t i = 0; i < options.size(); ++i) {
    const int on = 1;
    if ((set >> i & 1U) == 0) continue;
    ::setsockopt(joined.socket.get(), options[i].level, options[i].number, &on, sizeof on);
    joined.how.append(" ").append(options[i].name);
  }
#ifdef SO_BINDTODEVICE
  if ((set >> options.size() & 1U) != 0) {
    ::setsockopt(joined.socket.get(), SOL_SOCKET, SO_BINDTODEVICE, "lo", 3);
    joined.how += " SO_BINDTODEVICE";
  }
#endif
  const bool listening = joined.socket && bind_to(joined.socket, place, port) &&
                         ::listen(joined.socket.get(), 128) == 0;
  if (!listening) joined.socket.reset();
  return joined;
}

}  // namespace

std::size_t JoinedPort::count_waiting() {
  std::size_t count = 0;
  while (Socket(::accept(socket.get(), nullptr, nullptr))) ++count;
  return count;
}

std::vector<JoinedPort> join_port(std::uint16_t port) {
  std::vector<JoinedPort> all;
  for (const Place& place : places()) {
    for (unsigned set = 0; set < 2U << options.size(); ++set) {
      JoinedPort joined = try_to_join(place, set, port);
      if (joined.socket) all.push_back(std::move(joined));
    }
  }
  return all;
}

JoinedPort occupy_shared() {
  JoinedPort taken = try_to_join(places().front(), 0b11, 0);
  if (!taken.socket) throw std::system_error(errno, std::generic_category(), "bind");
  return taken;
}

}  // namespace oauth_callback::conformance
