// The standard streams of the process. One file per operating system.
#pragma once

#include <cstddef>
#include <string_view>

namespace oauth_callback::cli {

// Makes sure that 0, 1 and 2 are open, so that no socket takes their place, and that a reader who
// has gone is an error of the write and no signal. All threads share one arena. Before anything
// else. Throws std::system_error when standard output is closed: what comes could not be delivered.
void prepare_process();

bool error_is_terminal() noexcept;

// The columns of the terminal on standard error; 80 where nobody says.
std::size_t error_width() noexcept;

// To standard error, at once. Errors are ignored: there is nobody to tell.
void write_error(std::string_view text) noexcept;

// To standard output, flushed. Throws std::system_error.
void write_output(std::string_view text);

}  // namespace oauth_callback::cli
