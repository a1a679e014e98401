// Errors. Every exception of this library derives from std::system_error; a busy port is
// std::errc::address_in_use in the generic category. No message ever holds a code, a state or a
// token.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "oauth_callback/result.hpp"

namespace oauth_callback {

enum class errc {
  timed_out = 1,      // no authorization response came in time
  cancelled,          // the caller cancelled: a stop token, or the PendingCallback was destroyed
  stopped,            // the server was stopped while the callback was pending
  not_loopback,       // a host that is not 127.0.0.1, ::1 or localhost
  not_running,        // start() has not been called, or stop() has
  already_running,    // start() was called twice
  unknown_backend,    // no backend has that name
  backend_not_built,  // the backend is known, but this build leaves it out
  invalid_option,     // an option that cannot work; the message names it
  refused,            // the authorization server answered with an error (OAuthError)
  no_browser,         // no browser could be started
};

const std::error_category& error_category() noexcept;
std::error_code make_error_code(errc) noexcept;

// what() is exactly the message given: one line that says what is wrong and what to do next.
class Error : public std::system_error {
 public:
  Error(errc code, std::string message);
  Error(std::error_code code, std::string message);
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

// The authorization server's refusal (RFC 6749 section 4.1.2.1), thrown by get_auth_code().
class OAuthError : public Error {
 public:
  explicit OAuthError(CallbackResult result);
  const std::string& error() const noexcept { return result_.error; }
  const std::string& error_description() const noexcept { return result_.error_description; }
  const std::string& error_uri() const noexcept { return result_.error_uri; }
  const CallbackResult& result() const noexcept { return result_; }

 private:
  CallbackResult result_;
};

}  // namespace oauth_callback

template <>
struct std::is_error_code_enum<oauth_callback::errc> : std::true_type {};
