#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <optional>

#include "check.hpp"
#include "client.hpp"

namespace oauth_callback::faults {
namespace {

// None while more is to come.
std::optional<Reply> parse(const std::string& bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string::npos) return std::nullopt;
  const std::string name = "\r\nContent-Length: ";
  const std::size_t field = bytes.find(name);
  require(bytes.starts_with("HTTP/1.1 ") && field < head, "an answer that is no HTTP response");
  const auto length = std::strtoul(bytes.c_str() + field + name.size(), nullptr, 10);
  if (bytes.size() < head + 4 + length) return std::nullopt;
  return Reply{std::atoi(bytes.c_str() + 9), bytes.substr(head + 4)};
}

}  // namespace

Socket connect_to(std::uint16_t port, bool ipv6) {
  Socket socket(::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // So that what is left of our ends in TIME_WAIT keeps no server from its port.
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  int status = -1;
  if (ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    status = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    status = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  if (status != 0) socket.reset();
  return socket;
}

bool send_get(const Socket& socket, const std::string& authority, const std::string& target) {
  const std::string text = "GET " + target + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
  return ::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

Reply read_reply(const Socket& socket) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::string bytes;
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd entry{socket.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) == 0) {
      throw Failure("neither an answer nor an end of the connection");
    }
    char buffer[4096];
    const ssize_t count = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {};
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (auto reply = parse(bytes)) return std::move(*reply);
  }
}

}  // namespace oauth_callback::faults
