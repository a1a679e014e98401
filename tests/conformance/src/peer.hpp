// The other end: a client over a raw socket that sends exactly the bytes it is given.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::conformance {

// Only for what must not hang; nothing depends on how long something takes.
inline constexpr std::chrono::seconds patience{25};

enum class End { eof, reset, timeout };

struct Reply {
  std::string bytes;
  End end = End::timeout;

  friend bool operator==(const Reply&, const Reply&) = default;
};

std::string_view to_string(End end) noexcept;

class Peer {
 public:
  struct Options {
    bool ipv6 = false;
    int receive_buffer = 0;  // 0: the system's default
    // From 127.0.0.2, where the system has it: who ends thousands of connections leaves as many
    // ports in TIME_WAIT, and a bind() to 127.0.0.1 would find few that are free.
    bool other_source = false;
  };

  // Connects. Fails the case when that is refused.
  explicit Peer(std::uint16_t port) : Peer(port, Options{}) {}
  Peer(std::uint16_t port, Options options);

  // Whether anybody listens there.
  static bool can_connect(std::uint16_t port, bool ipv6 = false);

  // Sends everything, also while nobody reads. False when the peer has closed or reset the
  // connection, or takes nothing for `patience`.
  bool send(std::string_view bytes);
  void half_close();
  // Closes with a RST.
  void reset();
  void close() { socket_.reset(); }

  // Reads until the connection ends.
  Reply read_to_end(std::chrono::milliseconds timeout = patience);
  // Reads until there are so many bytes, or the connection ends.
  Reply read_at_least(std::size_t bytes);
  // Whether the peer has neither sent anything nor closed, so far.
  bool is_quiet();

  NativeSocket native() const noexcept { return socket_.get(); }

 private:
  Reply read(std::size_t bytes, std::chrono::milliseconds timeout);

  Socket socket_;
};

// A connection of its own: sends, reads to the end.
Reply exchange(std::uint16_t port, std::string_view bytes, bool half_close = false);

}  // namespace oauth_callback::conformance
