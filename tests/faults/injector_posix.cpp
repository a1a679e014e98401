#include <execinfo.h>

#include <atomic>
#include <cerrno>

#include "injector.hpp"

namespace oauth_callback::faults {
namespace {

constexpr std::size_t max_faults = 2;

using Clock = std::chrono::steady_clock;

struct Armed {
  bool matches(long number) noexcept;

  Fault fault;
  std::atomic<bool> hit = false;
  std::atomic<Clock::time_point> until;
};

std::array<Armed, max_faults> armed;
std::atomic<std::size_t> armed_count = 0;
std::array<std::atomic<long>, static_cast<std::size_t>(Call::count)> counters;
std::atomic<int> hit_count = 0;
std::atomic<long> live = 0;
Trace* hit_trace = nullptr;
thread_local int exempt = 0;

bool Armed::matches(long number) noexcept {
  if (number == fault.nth && !hit.exchange(true)) {
    until = Clock::now() + fault.lasting;
    return true;
  }
  return number > fault.nth && fault.lasting.count() > 0 && Clock::now() < until.load();
}

}  // namespace

const std::vector<CallInfo>& all_calls() {
  static const std::vector<CallInfo> calls{
      {Call::allocation, "allocation", {ENOMEM}},
      {Call::thread, "pthread_create", {EAGAIN}},
      {Call::socket, "socket", {EMFILE}},
      {Call::setsockopt, "setsockopt", {ENOBUFS}},
      {Call::getsockopt, "getsockopt", {ENOBUFS}},
      {Call::getsockname, "getsockname", {ENOBUFS}},
      {Call::getpeername, "getpeername", {ENOTCONN}},
      {Call::bind, "bind", {EADDRINUSE, EACCES}},
      {Call::listen, "listen", {EADDRINUSE}},
      {Call::accept, "accept", {EMFILE, ENOMEM, ECONNABORTED, EPROTO, EINTR, EAGAIN}},
      {Call::receive, "recv", {ECONNRESET, ENOMEM, EINTR, EAGAIN}},
      {Call::send, "send", {EPIPE, ENOBUFS, EINTR, EAGAIN}},
      {Call::shutdown, "shutdown", {ENOTCONN}},
      {Call::poll, "poll", {EINTR, ENOMEM}},
      {Call::epoll_create, "epoll_create", {EMFILE}},
      {Call::epoll_ctl, "epoll_ctl", {ENOMEM, ENOSPC}},
      {Call::epoll_ctl_eventfd, "epoll_ctl of an eventfd", {ENOSPC}},
      {Call::epoll_wait, "epoll_wait", {EINTR}},
      {Call::eventfd, "eventfd", {EMFILE}},
      {Call::timerfd_create, "timerfd_create", {EMFILE}},
      {Call::timerfd_settime, "timerfd_settime", {ECANCELED}},
      {Call::pipe, "pipe", {EMFILE}},
      {Call::read, "read", {EINTR, EIO}},
      {Call::write, "write", {EINTR, ENOMEM}},
      {Call::fcntl, "fcntl", {ENOMEM}},
      {Call::ioctl, "ioctl", {ENOMEM}},
      {Call::open, "open", {EMFILE}},
      {Call::close, "close", {EINTR, EIO}},
      {Call::random, "getentropy", {EIO, ENOSYS}},
      {Call::sigaction, "sigaction", {EINVAL}},
  };
  return calls;
}

void arm(const std::vector<Fault>& faults, Trace* trace) {
  hit_trace = trace;
  hit_count = 0;
  for (auto& counter : counters) counter = 0;
  for (std::size_t i = 0; i < faults.size() && i < max_faults; ++i) {
    armed[i].fault = faults[i];
    armed[i].hit = false;
    armed[i].until = Clock::time_point();
  }
  armed_count = faults.size() < max_faults ? faults.size() : max_faults;
}

int disarm() {
  armed_count = 0;
  return hit_count;
}

int hits() noexcept { return hit_count; }

long live_allocations() noexcept { return live; }

Exempt::Exempt() noexcept { ++exempt; }
Exempt::~Exempt() { --exempt; }

int fault_for(Call call) noexcept {
  const std::size_t count = armed_count;
  if (count == 0 || exempt != 0) return 0;
  const long number = counters[static_cast<std::size_t>(call)]++;
  for (std::size_t i = 0; i < count; ++i) {
    const Fault& fault = armed[i].fault;
    if (fault.call != call || !armed[i].matches(number)) continue;
    if (hit_count++ == 0 && hit_trace != nullptr) {
      const Exempt own;
      hit_trace->size =
          backtrace(hit_trace->frames.data(), static_cast<int>(hit_trace->frames.size()));
    }
    return fault.error;
  }
  return 0;
}

void count_allocation(long change) noexcept { live += change; }

}  // namespace oauth_callback::faults
