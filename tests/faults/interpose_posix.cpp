// Stands before the system's functions. The program's own definitions come first in the dynamic
// linker's order, so the shared libraries call them too.
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "injector.hpp"

namespace {

using oauth_callback::faults::Call;
using oauth_callback::faults::fault_for;

// True when the call is to fail.
bool fails(Call call) noexcept {
  const int error = fault_for(call);
  if (error != 0) errno = error;
  return error != 0;
}

template <typename Function>
Function* next(const char* name) noexcept {
  const oauth_callback::faults::Exempt own;  // dlsym() may allocate
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

// `spec` is what the C library's header says about exceptions.
#define INTERPOSE(call, type, name, parameters, arguments, spec) \
  extern "C" type name parameters spec {                         \
    static auto* const real = next<type parameters>(#name);      \
    return fails(Call::call) ? type(-1) : real arguments;        \
  }

INTERPOSE(socket, int, socket, (int domain, int type, int protocol), (domain, type, protocol),
          noexcept)
INTERPOSE(setsockopt, int, setsockopt,
          (int fd, int level, int name, const void* value, socklen_t size),
          (fd, level, name, value, size), noexcept)
INTERPOSE(getsockopt, int, getsockopt, (int fd, int level, int name, void* value, socklen_t* size),
          (fd, level, name, value, size), noexcept)
INTERPOSE(getsockname, int, getsockname, (int fd, sockaddr* address, socklen_t* size),
          (fd, address, size), noexcept)
INTERPOSE(getpeername, int, getpeername, (int fd, sockaddr* address, socklen_t* size),
          (fd, address, size), noexcept)
INTERPOSE(bind, int, bind, (int fd, const sockaddr* address, socklen_t size), (fd, address, size),
          noexcept)
INTERPOSE(listen, int, listen, (int fd, int backlog), (fd, backlog), noexcept)
INTERPOSE(accept, int, accept, (int fd, sockaddr* address, socklen_t* size), (fd, address, size), )
INTERPOSE(accept, int, accept4, (int fd, sockaddr* address, socklen_t* size, int flags),
          (fd, address, size, flags), )
INTERPOSE(receive, ssize_t, recv, (int fd, void* buffer, size_t size, int flags),
          (fd, buffer, size, flags), )
INTERPOSE(receive, ssize_t, recvfrom,
          (int fd, void* buffer, size_t size, int flags, sockaddr* from, socklen_t* from_size),
          (fd, buffer, size, flags, from, from_size), )
INTERPOSE(receive, ssize_t, recvmsg, (int fd, msghdr* message, int flags), (fd, message, flags), )
INTERPOSE(send, ssize_t, send, (int fd, const void* data, size_t size, int flags),
          (fd, data, size, flags), )
INTERPOSE(send, ssize_t, sendto,
          (int fd, const void* data, size_t size, int flags, const sockaddr* to, socklen_t to_size),
          (fd, data, size, flags, to, to_size), )
INTERPOSE(send, ssize_t, sendmsg, (int fd, const msghdr* message, int flags),
          (fd, message, flags), )
INTERPOSE(shutdown, int, shutdown, (int fd, int how), (fd, how), noexcept)
INTERPOSE(poll, int, poll, (pollfd * fds, nfds_t count, int timeout), (fds, count, timeout), )
INTERPOSE(poll, int, ppoll,
          (pollfd * fds, nfds_t count, const timespec* timeout, const sigset_t* mask),
          (fds, count, timeout, mask), )
INTERPOSE(poll, int, select,
          (int count, fd_set* reads, fd_set* writes, fd_set* others, timeval* timeout),
          (count, reads, writes, others, timeout), )
INTERPOSE(epoll_create, int, epoll_create1, (int flags), (flags), noexcept)
INTERPOSE(epoll_create, int, epoll_create, (int size), (size), noexcept)
INTERPOSE(epoll_wait, int, epoll_wait, (int set, epoll_event* events, int count, int timeout),
          (set, events, count, timeout), )
INTERPOSE(timerfd_create, int, timerfd_create, (int clock, int flags), (clock, flags), noexcept)
INTERPOSE(timerfd_settime, int, timerfd_settime,
          (int fd, int flags, const itimerspec* value, itimerspec* old), (fd, flags, value, old),
          noexcept)
INTERPOSE(pipe, int, pipe, (int* ends), (ends), noexcept)
INTERPOSE(pipe, int, pipe2, (int* ends, int flags), (ends, flags), noexcept)
INTERPOSE(read, ssize_t, read, (int fd, void* buffer, size_t size), (fd, buffer, size), )
INTERPOSE(read, ssize_t, readv, (int fd, const struct iovec* parts, int count),
          (fd, parts, count), )
INTERPOSE(write, ssize_t, writev, (int fd, const struct iovec* parts, int count),
          (fd, parts, count), )
INTERPOSE(random, int, getentropy, (void* buffer, size_t size), (buffer, size), )
INTERPOSE(random, ssize_t, getrandom, (void* buffer, size_t size, unsigned flags),
          (buffer, size, flags), )
INTERPOSE(sigaction, int, sigaction,
          (int number, const struct sigaction* action, struct sigaction* old),
          (number, action, old), noexcept)

// The optional argument fits a pointer whatever its type, and the system ignores one too many.
#define INTERPOSE_VARIADIC(call, name, declared, parameters, passed, last, spec) \
  extern "C" int name declared spec {                                            \
    static auto* const real = next<int parameters>(#name);                       \
    va_list rest;                                                                \
    va_start(rest, last);                                                        \
    void* const argument = va_arg(rest, void*);                                  \
    va_end(rest);                                                                \
    return fails(Call::call) ? -1 : real passed;                                 \
  }

INTERPOSE_VARIADIC(fcntl, fcntl, (int fd, int command, ...), (int, int, ...),
                   (fd, command, argument), command, )
INTERPOSE_VARIADIC(ioctl, ioctl, (int fd, unsigned long command, ...), (int, unsigned long, ...),
                   (fd, command, argument), command, noexcept)
INTERPOSE_VARIADIC(open, open, (const char* path, int flags, ...), (const char*, int, ...),
                   (path, flags, argument), flags, )
INTERPOSE_VARIADIC(open, openat, (int folder, const char* path, int flags, ...),
                   (int, const char*, int, ...), (folder, path, flags, argument), flags, )

// An eventfd takes what is written to it until it is full.
namespace {
constexpr int max_fd = 1024;
bool is_eventfd[max_fd];
bool remembered(int fd) noexcept { return fd >= 0 && fd < max_fd && is_eventfd[fd]; }
}  // namespace

extern "C" int eventfd(unsigned value, int flags) noexcept {
  static auto* const real = next<int(unsigned, int)>("eventfd");
  if (fails(Call::eventfd)) return -1;
  const int fd = real(value, flags);
  if (fd >= 0 && fd < max_fd) is_eventfd[fd] = true;
  return fd;
}

extern "C" ssize_t write(int fd, const void* data, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  return !remembered(fd) && fails(Call::write) ? -1 : real(fd, data, size);
}

// Only adding a descriptor takes memory, or one of the user's watches.
extern "C" int epoll_ctl(int set, int operation, int fd, epoll_event* event) noexcept {
  static auto* const real = next<int(int, int, int, epoll_event*)>("epoll_ctl");
  if (operation == EPOLL_CTL_ADD &&
      fails(remembered(fd) ? Call::epoll_ctl_eventfd : Call::epoll_ctl)) {
    return -1;
  }
  return real(set, operation, fd, event);
}

// Whatever it says, the descriptor is gone.
extern "C" int close(int fd) {
  static auto* const real = next<int(int)>("close");
  if (fd >= 0 && fd < max_fd) is_eventfd[fd] = false;
  const int result = real(fd);
  return fails(Call::close) ? -1 : result;
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*body)(void*), void* argument) noexcept {
  static auto* const real =
      next<int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*)>("pthread_create");
  if (const int error = fault_for(Call::thread)) return error;
  return real(thread, attributes, body, argument);
}
