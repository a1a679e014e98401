#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>

#include "connection.hpp"
#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::cli {
namespace {

Socket connect_to(std::uint16_t port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
  if (!socket) throw std::runtime_error("no socket for the demo's client");
  const timeval timeout = {.tv_sec = 10, .tv_usec = 0};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the demo's server is not there any more");
  }
  return socket;
}

}  // namespace

std::string exchange_bytes(std::uint16_t port, std::string_view bytes) {
  const Socket socket = connect_to(port);
  while (!bytes.empty()) {
    const auto count = send(socket.get(), bytes.data(), bytes.size(), 0);
    if (count <= 0) throw std::runtime_error("the demo's server went away");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  std::string answer;
  char buffer[4096];
  while (true) {
    const auto count = recv(socket.get(), buffer, sizeof buffer, 0);
    if (count == 0) return answer;
    if (count < 0) throw std::runtime_error("the demo's server did not answer in time");
    answer.append(buffer, static_cast<std::size_t>(count));
  }
}

}  // namespace oauth_callback::cli
