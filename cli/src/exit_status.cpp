#include "exit_status.hpp"

#include "oauth_callback/errors.hpp"

namespace oauth_callback::cli {

int exit_status(const std::error_code& code) noexcept {
  if (code == errc::timed_out) return exit_timed_out;
  if (code == errc::cancelled) return exit_interrupted;  // nothing but an interrupt cancels here
  if (code == errc::refused) return exit_refused;
  for (const errc usage :
       {errc::invalid_option, errc::not_loopback, errc::unknown_backend, errc::backend_not_built}) {
    if (code == usage) return exit_usage;
  }
  return exit_failure;
}

}  // namespace oauth_callback::cli
