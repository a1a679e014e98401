// The subcommands. Each returns the exit status; errors of the library pass through.
#pragma once

#include "options.hpp"
#include "terminal.hpp"

namespace oauth_callback::cli {

// Signs in with a URL, or receives only.
int run_receive(const Options& options, Terminal& terminal);

// Lists the backends.
int run_backends(const Options& options);

// Signs in against an authorization server of its own.
int run_demo(const Options& options, Terminal& terminal);

}  // namespace oauth_callback::cli
