// What a server could leave behind in the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::conformance {

// These fail with Skipped where the system does not tell.
std::size_t count_descriptors();
std::set<int> thread_ids();

// How often the process's threads, but for `others`, have gone to sleep so far.
std::uint64_t count_wake_ups(const std::set<int>& others);

// What signals do, which are blocked in this thread, and the limits, as one text to compare.
std::string describe_process();

// SIGPIPE's disposition for as long as this exists; then what it was.
class SigpipeDisposition {
 public:
  enum class Kind { by_default, handled };
  explicit SigpipeDisposition(Kind kind);
  SigpipeDisposition(const SigpipeDisposition&) = delete;
  ~SigpipeDisposition();

 private:
  struct Saved;
  Saved* saved_;
};

struct InetSocket {
  std::uint16_t port = 0;  // local
  bool listening = false;
  bool loopback = false;
  bool close_on_exec = false;
};

// This process's own.
std::vector<InetSocket> inet_sockets();

// A listening socket on 127.0.0.1, not ours: takes the port (0: any).
Socket occupy_port(std::uint16_t port);

// What a hijacker would try: SO_REUSEADDR and SO_REUSEPORT. Whether the bind succeeded.
bool can_bind_shared(std::uint16_t port);

bool has_ipv6_loopback();

}  // namespace oauth_callback::conformance
