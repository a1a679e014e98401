#pragma once

#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback::cli {

// Those that the command was linked with (OAUTH_CALLBACK_CLI_BACKENDS), and the names of the
// others.
BackendRegistry command_backends();

}  // namespace oauth_callback::cli
