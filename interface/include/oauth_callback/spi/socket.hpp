// Owner of one socket of the operating system.
#pragma once

#include <cstdint>
#include <utility>

namespace oauth_callback {

// int on POSIX, SOCKET on Windows.
#ifdef _WIN32
using NativeSocket = std::uintptr_t;
inline constexpr NativeSocket no_socket = ~NativeSocket{0};
#else
using NativeSocket = int;
inline constexpr NativeSocket no_socket = -1;
#endif

// Closes on destruction.
class Socket {
 public:
  Socket() = default;
  explicit Socket(NativeSocket handle) noexcept : handle_(handle) {}
  Socket(Socket&& other) noexcept : handle_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~Socket() { reset(); }

  NativeSocket get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != no_socket; }
  NativeSocket release() noexcept { return std::exchange(handle_, no_socket); }
  void reset(NativeSocket handle = no_socket) noexcept;

  // The local address: port in host order, and whether it is IPv6. 0 when unknown.
  std::uint16_t local_port() const noexcept;
  bool is_ipv6() const noexcept;

 private:
  NativeSocket handle_ = no_socket;
};

// For a socket that a library accepted: the programs we start must not keep it.
void set_close_on_exec(NativeSocket socket) noexcept;

}  // namespace oauth_callback
