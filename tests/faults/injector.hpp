// Makes one call of the operating system, or one allocation, fail. The functions themselves are
// replaced for the whole program, shared libraries included, in interpose_posix.cpp.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

namespace oauth_callback::faults {

enum class Call : std::size_t {
  allocation,
  thread,
  socket,
  setsockopt,
  getsockopt,
  getsockname,
  getpeername,
  bind,
  listen,
  accept,
  receive,
  send,
  shutdown,
  poll,
  epoll_create,
  epoll_ctl,
  epoll_ctl_eventfd,  // a wake-up goes into the set
  epoll_wait,
  eventfd,
  timerfd_create,
  timerfd_settime,
  pipe,
  read,
  write,
  fcntl,
  ioctl,
  open,
  close,
  random,
  sigaction,
  count
};

struct CallInfo {
  Call call;
  std::string_view name;
  std::vector<int> errors;  // as its manual page has them: those that a caller can meet
};
const std::vector<CallInfo>& all_calls();

// The call number `nth`, from 0 on, fails with `error`, and those that follow it for so long.
struct Fault {
  Call call = Call::allocation;
  long nth = 0;
  int error = 0;
  std::chrono::milliseconds lasting{0};
};

// Where the fault hit, for the report. Lives in memory that a child shares with its parent.
struct Trace {
  std::array<void*, 48> frames;
  int size = 0;
};

// Counting starts. The faults are looked for in all threads that are not exempt. `trace` gets the
// place where the first one hit.
void arm(const std::vector<Fault>& faults, Trace* trace);
// Counting ends. How many calls have failed.
int disarm();
int hits() noexcept;

// What is allocated now, in all threads.
long live_allocations() noexcept;

// While one lives, the calls of its thread are not counted and do not fail: they are the test's.
class Exempt {
 public:
  Exempt() noexcept;
  Exempt(const Exempt&) = delete;
  Exempt& operator=(const Exempt&) = delete;
  ~Exempt();
};

// For interpose_posix.cpp. 0: make the real call. Otherwise fail, with this in errno.
int fault_for(Call call) noexcept;
void count_allocation(long change) noexcept;

}  // namespace oauth_callback::faults
