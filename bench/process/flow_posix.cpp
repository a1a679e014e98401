#include "flow_posix.hpp"

#include <poll.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "client_posix.hpp"

namespace oauth_callback::bench {
namespace {

constexpr int silent_connections = 6;  // measured: Chromium opens up to so many ahead
constexpr int patience_ms = 10'000;

// The page and the code come in either order.
void await_page_and_code(Socket& connection, Process& process, Client client, Flow& flow) {
  Page page;
  bool printed = false;
  while (!page.is_whole() || !printed) {
    std::array<pollfd, 2> entries{pollfd{page.is_whole() ? -1 : connection.get(), POLLIN, 0},
                                  pollfd{printed ? -1 : process.output(), POLLIN, 0}};
    if (::poll(entries.data(), entries.size(), patience_ms) <= 0)
      throw std::runtime_error("a program does not answer");
    const Clock::time_point now = Clock::now();
    if (entries[0].revents != 0) page.read_from(connection);
    if (entries[0].revents != 0 && page.is_whole()) {
      flow.page = now;
      if (client == Client::closes) connection.reset();
    }
    if (entries[1].revents != 0) {
      if (process.read_line().empty()) throw std::runtime_error("a program printed no code");
      printed = true;
      flow.printed = now;
    }
  }
}

}  // namespace

Flow play(Process& process, const std::string& redirect_uri, Client client) {
  const std::uint16_t port = port_of(redirect_uri);
  std::vector<Socket> others;
  while (client == Client::keeps_and_is_silent && others.size() < silent_connections)
    others.push_back(connect_to(port));
  Socket connection = connect_to(port);
  const std::string request = callback_request(port);
  Flow flow;
  flow.asked = Clock::now();
  send_all(connection, request);
  await_page_and_code(connection, process, client, flow);
  flow.exit = process.wait();
  return flow;
}

}  // namespace oauth_callback::bench
