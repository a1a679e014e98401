// The yardstick: the simplest transport that keeps the contract. Plain blocking sockets, a thread
// per connection, no HTTP library, and none of the core's servers. POSIX; for tests only.
#pragma once

#include <memory>

#include "defects.hpp"
#include "oauth_callback/backend.hpp"

namespace oauth_callback::reference {

std::unique_ptr<Transport> create_transport(Defects defects = {});

}  // namespace oauth_callback::reference
