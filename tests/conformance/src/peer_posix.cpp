#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>
#include <vector>

#include "check.hpp"
#include "peer.hpp"

namespace oauth_callback::conformance {
namespace {

using Clock = std::chrono::steady_clock;

// False when the time is over.
bool wait_for(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "poll");
  }
}

void set_option(int fd, int level, int name, int value) {
  if (::setsockopt(fd, level, name, &value, sizeof value) != 0) {
    throw std::system_error(errno, std::generic_category(), "setsockopt");
  }
}

Socket open_socket(bool ipv6) {
  Socket socket(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) throw std::system_error(errno, std::generic_category(), "socket");
  // So that our ends in TIME_WAIT, tens of thousands after a run, keep no server from their ports.
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  return socket;
}

void use_other_source([[maybe_unused]] int fd) {
#ifdef IP_BIND_ADDRESS_NO_PORT
  set_option(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "bind to 127.0.0.2");
#endif
}

// 0, or errno.
int connect_loopback(int fd, std::uint16_t port, bool ipv6) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    size = sizeof address;
    std::memcpy(&storage, &address, size);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    size = sizeof address;
    std::memcpy(&storage, &address, size);
  }
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&storage), size) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(fd, POLLOUT, Clock::now() + patience)) return ETIMEDOUT;
  int error = 0;
  socklen_t error_size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
  return error;
}

bool is_transient(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

std::string_view to_string(End end) noexcept {
  switch (end) {
    case End::eof:
      return "end of file";
    case End::reset:
      return "reset";
    case End::timeout:
      break;
  }
  return "nothing (timeout)";
}

Peer::Peer(std::uint16_t port, Options options) : socket_(open_socket(options.ipv6)) {
  if (options.receive_buffer > 0) {
    set_option(socket_.get(), SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
  }
  if (options.other_source) use_other_source(socket_.get());
  const int error = connect_loopback(socket_.get(), port, options.ipv6);
  if (error != 0)
    fail("cannot connect to port " + std::to_string(port) + ": " + std::strerror(error));
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

bool Peer::can_connect(std::uint16_t port, bool ipv6) {
  const Socket socket = open_socket(ipv6);
  return connect_loopback(socket.get(), port, ipv6) == 0;
}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (!is_transient(errno)) {
      return false;
    } else if (!wait_for(socket_.get(), POLLOUT, Clock::now() + patience)) {
      return false;
    }
  }
  return true;
}

void Peer::half_close() { ::shutdown(socket_.get(), SHUT_WR); }

void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

Reply Peer::read_to_end(std::chrono::milliseconds timeout) {
  return read(std::numeric_limits<std::size_t>::max(), timeout);
}

Reply Peer::read_at_least(std::size_t bytes) { return read(bytes, patience); }

Reply Peer::read(std::size_t bytes, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  Reply reply;
  std::vector<char> buffer(65536);
  while (reply.bytes.size() < bytes) {
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) {
      reply.bytes.append(buffer.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      reply.end = End::eof;
      break;
    } else if (!is_transient(errno)) {
      reply.end = End::reset;
      break;
    } else if (!wait_for(socket_.get(), POLLIN, deadline)) {
      break;
    }
  }
  return reply;
}

bool Peer::is_quiet() {
  char byte = 0;
  const ssize_t got = ::recv(socket_.get(), &byte, 1, MSG_PEEK);
  return got < 0 && is_transient(errno);
}

Reply exchange(std::uint16_t port, std::string_view bytes, bool half_close) {
  Peer peer(port);
  // A refusal may come before everything was sent.
  peer.send(bytes);
  if (half_close) peer.half_close();
  return peer.read_to_end();
}

}  // namespace oauth_callback::conformance
