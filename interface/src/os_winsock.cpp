// Windows. Compiled with MinGW-w64 and run under Wine; not run on Windows itself
// (docs/platforms.md).
#include <algorithm>
#include <climits>

#include "oauth_callback/spi/sigpipe_guard.hpp"
#include "oauth_callback/spi/thread.hpp"
#include "os.hpp"
#include "os_address.hpp"

namespace oauth_callback {
namespace {

// Winsock has to be started once. It stays: who else uses it in the process is not known here.
void start_winsock() {
  static const int error = [] {
    WSADATA data;
    return ::WSAStartup(MAKEWORD(2, 2), &data);
  }();
  if (error != 0) throw std::system_error(error, std::system_category(), "WSAStartup");
}

std::error_code to_error(int code) {
  switch (code) {
    case WSAEADDRINUSE:
      return std::make_error_code(std::errc::address_in_use);
    case WSAEACCES:  // a port that Windows has reserved
      return std::make_error_code(std::errc::permission_denied);
    case WSAEADDRNOTAVAIL:
      return std::make_error_code(std::errc::address_not_available);
    case WSAEAFNOSUPPORT:
      return std::make_error_code(std::errc::address_family_not_supported);
    default:
      return {code, std::system_category()};
  }
}

bool set_flags(SOCKET socket) noexcept {
  u_long on = 1;
  set_close_on_exec(socket);
  return ::ioctlsocket(socket, static_cast<long>(FIONBIO), &on) == 0;
}

template <typename Value>
void set_option(SOCKET socket, int level, int name, Value value) noexcept {
  ::setsockopt(socket, level, name, reinterpret_cast<const char*>(&value), sizeof value);
}

int clamp_size(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

}  // namespace

void Socket::reset(NativeSocket handle) noexcept {
  if (handle_ != no_socket) ::closesocket(handle_);
  handle_ = handle;
}

void set_close_on_exec(NativeSocket socket) noexcept {
  ::SetHandleInformation(reinterpret_cast<HANDLE>(socket), HANDLE_FLAG_INHERIT, 0);
}

struct SigpipeGuard::Disposition {};
SigpipeGuard::SigpipeGuard() = default;
SigpipeGuard::~SigpipeGuard() = default;

std::thread start_thread(std::function<void()> body) { return std::thread(std::move(body)); }

namespace os {

Socket open_loopback_listener(Family family, std::uint16_t port, std::error_code& error) {
  start_winsock();
  error.clear();
  Socket socket(::WSASocketW(family == Family::ipv4 ? AF_INET : AF_INET6, SOCK_STREAM, IPPROTO_TCP,
                             nullptr, 0, WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
  if (!socket || !set_flags(socket.get())) {
    error = to_error(::WSAGetLastError());
    return {};
  }
  // Here SO_REUSEADDR would let others take the port over; this keeps them out.
  set_option<int>(socket.get(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
  if (family == Family::ipv6) set_option<DWORD>(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  const Address address = loopback_address(family, port);
  if (::bind(socket.get(), address.get(), address.size) != 0 ||
      ::listen(socket.get(), SOMAXCONN) != 0) {
    error = to_error(::WSAGetLastError());
    return {};
  }
  return socket;
}

Socket accept_connection(NativeSocket listener, std::error_code& error) {
  error.clear();
  Socket socket(::accept(listener, nullptr, nullptr));
  if (socket) {
    if (!set_flags(socket.get())) socket.reset();
    return socket;
  }
  const int code = ::WSAGetLastError();
  if (code != WSAEWOULDBLOCK && code != WSAECONNRESET) error = to_error(code);
  return {};
}

IoResult receive(NativeSocket socket, char* buffer, std::size_t size) noexcept {
  const int n = ::recv(socket, buffer, clamp_size(size), 0);
  if (n > 0) return {Io::done, static_cast<std::size_t>(n)};
  if (n == 0) return {Io::closed};
  return {::WSAGetLastError() == WSAEWOULDBLOCK ? Io::would_block : Io::failed};
}

IoResult send(NativeSocket socket, const char* data, std::size_t size) noexcept {
  const int n = ::send(socket, data, clamp_size(size), 0);
  if (n >= 0) return {Io::done, static_cast<std::size_t>(n)};
  return {::WSAGetLastError() == WSAEWOULDBLOCK ? Io::would_block : Io::failed};
}

void shutdown_send(NativeSocket socket) noexcept { ::shutdown(socket, SD_SEND); }

// A datagram socket that is connected to itself: Winsock waits for sockets only.
Wakeup::Wakeup() {
  start_winsock();
  receiver_.reset(::socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
  const Address any = loopback_address(Family::ipv4, 0);
  const auto connect_to_itself = [this] {
    const Address self = loopback_address(Family::ipv4, receiver_.local_port());
    return ::connect(receiver_.get(), self.get(), self.size) == 0;
  };
  if (!receiver_ || !set_flags(receiver_.get()) ||
      ::bind(receiver_.get(), any.get(), any.size) != 0 || !connect_to_itself()) {
    throw std::system_error(to_error(::WSAGetLastError()), "cannot make a wake-up socket");
  }
}

void Wakeup::signal() noexcept {
  const char byte = 0;
  ::send(receiver_.get(), &byte, 1, 0);
}

void Wakeup::clear() noexcept {
  char buffer[64];
  while (::recv(receiver_.get(), buffer, sizeof buffer, 0) > 0) {
  }
}

std::size_t PollSet::add(NativeSocket socket, bool for_writing) {
  entries_.push_back({socket, for_writing, false});
  return entries_.size() - 1;
}

void PollSet::wait(std::optional<std::chrono::milliseconds> timeout) {
  std::vector<WSAPOLLFD> fds;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    // Unlike poll(2), WSAPoll fails on a socket that is none.
    if (entries_[i].socket == no_socket) continue;
    fds.push_back(
        {entries_[i].socket, static_cast<SHORT>(entries_[i].for_writing ? POLLOUT : POLLIN), 0});
    indices.push_back(i);
  }
  const int limit =
      timeout ? static_cast<int>(std::clamp<long long>(timeout->count(), 0, INT_MAX)) : -1;
  if (::WSAPoll(fds.data(), static_cast<ULONG>(fds.size()), limit) < 0) return;
  for (std::size_t k = 0; k < fds.size(); ++k) entries_[indices[k]].ready = fds[k].revents != 0;
}

}  // namespace os
}  // namespace oauth_callback
