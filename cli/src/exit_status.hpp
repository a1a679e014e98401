// What the command's exit status says.
#pragma once

#include <stdexcept>
#include <system_error>

namespace oauth_callback::cli {

inline constexpr int exit_success = 0;
inline constexpr int exit_failure = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_refused = 3;
inline constexpr int exit_timed_out = 4;
inline constexpr int exit_interrupted = 130;

// An option, URL, file or port that cannot work. The message is one line.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The exit status for an error of the library.
int exit_status(const std::error_code& code) noexcept;

}  // namespace oauth_callback::cli
