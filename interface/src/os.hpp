// What the core needs from the operating system's sockets. One file implements it per system;
// nothing else in the core knows the system.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::os {

enum class Family { ipv4, ipv6 };

// Binds the loopback address of the family and listens. Errors compare equal to std::errc values.
Socket open_loopback_listener(Family family, std::uint16_t port, std::error_code& error);

// Accepts one connection: non-blocking, close-on-exec. No socket and no error: nobody is waiting.
Socket accept_connection(NativeSocket listener, std::error_code& error);

enum class Io { done, would_block, closed, failed };
struct IoResult {
  Io io;
  std::size_t bytes = 0;
};
IoResult receive(NativeSocket socket, char* buffer, std::size_t size) noexcept;
IoResult send(NativeSocket socket, const char* data, std::size_t size) noexcept;
void shutdown_send(NativeSocket socket) noexcept;

// Wakes a thread that waits in a PollSet. signal() may be called from any thread.
class Wakeup {
 public:
  Wakeup();  // throws std::system_error
  NativeSocket socket() const noexcept { return receiver_.get(); }
  void signal() noexcept;
  void clear() noexcept;

 private:
  Socket receiver_;
  Socket sender_;
};

// The sockets one thread waits for.
class PollSet {
 public:
  void clear() noexcept { entries_.clear(); }
  std::size_t add(NativeSocket socket, bool for_writing = false);
  // Blocks until a socket is ready or the time is over; without a time, for as long as it takes.
  void wait(std::optional<std::chrono::milliseconds> timeout);
  bool ready(std::size_t index) const noexcept { return entries_[index].ready; }

 private:
  struct Entry {
    NativeSocket socket;
    bool for_writing;
    bool ready;
  };
  std::vector<Entry> entries_;
};

}  // namespace oauth_callback::os
