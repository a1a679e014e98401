// The browser: no fault hits it.
#pragma once

#include <cstdint>
#include <string>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::faults {

struct Reply {
  int status = 0;  // 0: the connection ended before the response was complete
  std::string body;
};

// A connection, perhaps not accepted yet. None: it was refused.
Socket connect_to(std::uint16_t port, bool ipv6 = false);

// Sends a GET with that Host. False when the connection is gone.
bool send_get(const Socket& socket, const std::string& authority, const std::string& target);

// Reads until the response is complete or the connection ends. Throws Failure when neither comes.
Reply read_reply(const Socket& socket);

}  // namespace oauth_callback::faults
