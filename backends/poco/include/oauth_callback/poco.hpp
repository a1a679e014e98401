// The POCO backend.
#pragma once

#include <memory>

#include "oauth_callback/backend.hpp"

namespace oauth_callback::poco {

// For a BackendRegistry.
extern const Backend backend;

std::unique_ptr<Transport> create_transport();

// A server on this backend, without run-time choice.
std::unique_ptr<ICallbackServer> create_callback_server();

}  // namespace oauth_callback::poco
