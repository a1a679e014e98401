#include "client_posix.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace oauth_callback::bench {

Socket connect_to(std::uint16_t port) {
  Socket connection(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  return connection;
}

std::string callback_request(std::uint16_t port, std::string_view state) {
  return "GET /callback?code=SplxlOBeZQQYbYS6WxSbIA&state=" + std::string(state) +
         " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
         "\r\nConnection: keep-alive\r\nUpgrade-Insecure-Requests: 1\r\n"
         "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/156.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml\r\n"
         "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\n"
         "Sec-Fetch-Dest: document\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
         "Accept-Language: en-US,en;q=0.9\r\n\r\n";
}

void send_all(const Socket& connection, std::string_view bytes) {
  const ssize_t sent = ::send(connection.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("a request was not taken");
}

void Page::read_from(const Socket& connection) {
  std::array<char, 16384> buffer;
  const ssize_t got = ::recv(connection.get(), buffer.data(), buffer.size(), 0);
  if (got <= 0) throw std::runtime_error("the page was cut off");
  bytes_.append(buffer.data(), static_cast<std::size_t>(got));
  const std::size_t head = bytes_.find("\r\n\r\n");
  if (head == std::string::npos) return;
  if (!bytes_.starts_with("HTTP/1.1 200 ")) throw std::runtime_error("refused: " + bytes_);
  constexpr std::string_view name = "Content-Length: ";
  const char* const length = bytes_.c_str() + bytes_.find(name) + name.size();
  std::size_t expected = 0;
  std::from_chars(length, bytes_.c_str() + head, expected);
  whole_ = expected > 0 && bytes_.size() >= head + 4 + expected;
}

void fetch_page(const Socket& connection, std::string_view request) {
  send_all(connection, request);
  Page page;
  while (!page.is_whole()) page.read_from(connection);
}

std::uint16_t port_of(std::string_view redirect_uri) {
  constexpr std::string_view before = "http://127.0.0.1:";
  std::uint16_t port = 0;
  if (!redirect_uri.starts_with(before))
    throw std::runtime_error("no redirect URI: " + std::string(redirect_uri));
  std::from_chars(redirect_uri.data() + before.size(), redirect_uri.data() + redirect_uri.size(),
                  port);
  return port;
}

}  // namespace oauth_callback::bench
