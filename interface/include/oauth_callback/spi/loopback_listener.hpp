// Opens the listening sockets (contract clause T3; RFC 8252 section 7.3). Nobody else binds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback {

// Sockets that listen on `host`: "127.0.0.1", "::1", or "localhost", which is both families on one
// port, or the one there is. `ports` are tried in order, 0 is an ephemeral one; a port that is
// taken or reserved moves on to the next. Exclusive, close-on-exec, non-blocking, with the largest
// backlog the system gives. Throws Error: errc::not_loopback, errc::invalid_option, or the last
// port's reason, which the message names.
std::vector<Socket> open_loopback_listeners(const std::string& host,
                                            const std::vector<std::uint16_t>& ports);

// The port of such a socket. Throws Error where the system does not tell it, for want of memory.
std::uint16_t require_port(const Socket& listener);

}  // namespace oauth_callback
