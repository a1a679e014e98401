#include "os_address.hpp"

namespace oauth_callback {
namespace {

sockaddr_storage local_address(NativeSocket socket) noexcept {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return storage;
}

}  // namespace

bool Socket::is_ipv6() const noexcept { return local_address(handle_).ss_family == AF_INET6; }

std::uint16_t Socket::local_port() const noexcept {
  const sockaddr_storage storage = local_address(handle_);
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  }
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

os::Address os::loopback_address(Family family, std::uint16_t port) noexcept {
  Address loopback;
  if (family == Family::ipv4) {
    auto& address = reinterpret_cast<sockaddr_in&>(loopback.storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    loopback.size = sizeof address;
  } else {
    auto& address = reinterpret_cast<sockaddr_in6&>(loopback.storage);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr.s6_addr[15] = 1;
    loopback.size = sizeof address;
  }
  return loopback;
}

}  // namespace oauth_callback
