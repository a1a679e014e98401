// A backend of somebody else's, over GNU libmicrohttpd.
#pragma once

#include <oauth_callback/backend.hpp>

namespace microhttpd {

std::unique_ptr<oauth_callback::Transport> create_transport();

// For a BackendRegistry.
extern const oauth_callback::Backend backend;

}  // namespace microhttpd
