// Random bytes from the operating system.
#pragma once

#include <cstddef>
#include <string>

namespace oauth_callback::detail {

// Up to 256 bytes. Throws std::system_error.
std::string random_bytes(std::size_t count);

}  // namespace oauth_callback::detail
