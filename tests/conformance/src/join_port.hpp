// What another process of the same user would try to get at the callbacks that come to a port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::conformance {

// A socket that listens on the port as well.
struct JoinedPort {
  Socket socket;
  std::string how;  // the address and the options

  // Accepts what has come to it instead of to the server.
  std::size_t count_waiting();
};

// Tries every address that takes loopback's connections, with every set of socket options that
// might let two share it. Returns those that could listen.
std::vector<JoinedPort> join_port(std::uint16_t port);

// A socket on a free port of 127.0.0.1 that lets others join.
JoinedPort occupy_shared();

}  // namespace oauth_callback::conformance
