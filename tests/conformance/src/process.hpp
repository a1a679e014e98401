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

// Each thread of that process, but for `others`, and how often it has gone to sleep so far: as one
// text to compare. Two that are equal mean that nothing was woken in between.
std::string describe_switches(int process, const std::set<int>& others);

int own_process();

// How much of that process is in memory.
std::size_t resident_kib(int process);

// What a library could change in the process as a whole, as one text to compare: signals and which
// are blocked in this thread, limits, umask, folder, locale, environment, rounding, handlers.
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
  int backlog = 0;           // of one that listens; 0 where the system does not tell
  std::uint64_t number = 0;  // socket_number()
};

// The same for every descriptor of one socket; 0 where the system does not tell.
std::uint64_t socket_number(NativeSocket socket);

// This process's own.
std::vector<InetSocket> inet_sockets();

// Whether the port accepts connections, and it is we who listen: one that was ours may belong to
// another program a moment later.
bool still_accepts(std::uint16_t port, bool ipv6 = false);

// A listening socket on 127.0.0.1, not ours: takes the port (0: any).
Socket occupy_port(std::uint16_t port);

// What a hijacker would try: SO_REUSEADDR and SO_REUSEPORT. Whether the bind succeeded.
bool can_bind_shared(std::uint16_t port);

bool has_ipv6_loopback();

}  // namespace oauth_callback::conformance
