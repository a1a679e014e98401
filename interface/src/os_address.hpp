// Loopback addresses, as POSIX and Winsock both have them.
#pragma once

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <cstdint>

#include "os.hpp"

namespace oauth_callback::os {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address loopback_address(Family family, std::uint16_t port) noexcept;

}  // namespace oauth_callback::os
