// One connection to this machine. One file per operating system.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace oauth_callback::cli {

// Connects to 127.0.0.1, sends, and returns what comes until the other side closes. Blocks, 10 s at
// the most for each step. Throws std::runtime_error.
std::string exchange_bytes(std::uint16_t port, std::string_view bytes);

}  // namespace oauth_callback::cli
