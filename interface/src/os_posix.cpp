#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "oauth_callback/spi/sigpipe_guard.hpp"
#include "oauth_callback/spi/thread.hpp"
#include "os.hpp"
#include "os_address.hpp"

namespace oauth_callback {
namespace {

std::error_code last_error() noexcept { return {errno, std::generic_category()}; }

bool set_flags(int fd) noexcept {
  return ::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
         ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) == 0;
}

void quiet_sigpipe([[maybe_unused]] int fd) noexcept {
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

Socket open_stream(int family, std::error_code& error) noexcept {
#if defined(SOCK_CLOEXEC) && defined(SOCK_NONBLOCK)
  Socket socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) error = last_error();
#else
  Socket socket(::socket(family, SOCK_STREAM, 0));
  if (!socket || !set_flags(socket.get())) error = last_error();
#endif
  return socket;
}

}  // namespace

void Socket::reset(NativeSocket handle) noexcept {
  if (handle_ != no_socket) ::close(handle_);
  handle_ = handle;
}

void set_close_on_exec(NativeSocket socket) noexcept { ::fcntl(socket, F_SETFD, FD_CLOEXEC); }

struct SigpipeGuard::Disposition {
  struct sigaction action;
};

SigpipeGuard::SigpipeGuard() : previous_(std::make_unique<Disposition>()) {
  if (::sigaction(SIGPIPE, nullptr, &previous_->action) != 0) {
    throw std::system_error(last_error(), "sigaction");
  }
}

SigpipeGuard::~SigpipeGuard() { ::sigaction(SIGPIPE, &previous_->action, nullptr); }

std::thread start_thread(std::function<void()> body) {
  sigset_t all;
  sigset_t previous;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &previous);
  try {
    std::thread thread(std::move(body));
    ::pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    return thread;
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &previous, nullptr);
    throw;
  }
}

namespace os {

Socket open_loopback_listener(Family family, std::uint16_t port, std::error_code& error) {
  error.clear();
  Socket socket = open_stream(family == Family::ipv4 ? AF_INET : AF_INET6, error);
  if (error) return {};
  const int on = 1;
  // On POSIX this frees a port whose last connections linger in TIME_WAIT; it does not share a live
  // one.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == Family::ipv6) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  const Address address = loopback_address(family, port);
  if (::bind(socket.get(), address.get(), address.size) != 0 ||
      ::listen(socket.get(), std::max(SOMAXCONN, 128)) != 0) {
    error = last_error();
    return {};
  }
  return socket;
}

Socket accept_connection(NativeSocket listener, std::error_code& error) {
  error.clear();
#ifdef __linux__
  Socket socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
#else
  Socket socket(::accept(listener, nullptr, nullptr));
  if (socket && !set_flags(socket.get())) socket.reset();
#endif
  if (socket) {
    quiet_sigpipe(socket.get());
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED) {
    error = last_error();
  }
  return socket;
}

IoResult receive(NativeSocket socket, char* buffer, std::size_t size) noexcept {
  for (;;) {
    const ssize_t n = ::recv(socket, buffer, size, 0);
    if (n > 0) return {Io::done, static_cast<std::size_t>(n)};
    if (n == 0) return {Io::closed};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Io::would_block};
    if (errno != EINTR) return {Io::failed};
  }
}

IoResult send(NativeSocket socket, const char* data, std::size_t size) noexcept {
#ifdef MSG_NOSIGNAL
  constexpr int flags = MSG_NOSIGNAL;
#else
  constexpr int flags = 0;
#endif
  for (;;) {
    const ssize_t n = ::send(socket, data, size, flags);
    if (n >= 0) return {Io::done, static_cast<std::size_t>(n)};
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Io::would_block};
    if (errno != EINTR) return {Io::failed};
  }
}

void shutdown_send(NativeSocket socket) noexcept { ::shutdown(socket, SHUT_WR); }

Wakeup::Wakeup() {
  int pair[2];
  if (::pipe(pair) != 0) throw std::system_error(last_error(), "pipe");
  receiver_.reset(pair[0]);
  sender_.reset(pair[1]);
  if (!set_flags(pair[0]) || !set_flags(pair[1])) throw std::system_error(last_error(), "fcntl");
}

void Wakeup::signal() noexcept {
  const char byte = 0;
  // A full pipe wakes as well as one more byte would. A pipe needs memory of the system's.
  while (::write(sender_.get(), &byte, 1) < 0 && (errno == EINTR || errno == ENOMEM)) {
    std::this_thread::yield();
  }
}

void Wakeup::clear() noexcept {
  char buffer[64];
  while (::read(receiver_.get(), buffer, sizeof buffer) == sizeof buffer) {
  }
}

std::size_t PollSet::add(NativeSocket socket, bool for_writing) {
  entries_.push_back({socket, for_writing, false});
  return entries_.size() - 1;
}

void PollSet::wait(std::optional<std::chrono::milliseconds> timeout) {
  std::vector<pollfd> fds(entries_.size());
  for (std::size_t i = 0; i < fds.size(); ++i) {
    fds[i].fd = entries_[i].socket;
    fds[i].events = entries_[i].for_writing ? POLLOUT : POLLIN;
  }
  const int limit =
      timeout ? static_cast<int>(std::clamp<long long>(timeout->count(), 0, INT_MAX)) : -1;
  if (::poll(fds.data(), static_cast<nfds_t>(fds.size()), limit) < 0) {
    if (errno == EINTR) return;
    throw std::system_error(last_error(), "poll");
  }
  for (std::size_t i = 0; i < fds.size(); ++i) entries_[i].ready = fds[i].revents != 0;
}

}  // namespace os
}  // namespace oauth_callback
