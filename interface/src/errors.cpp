#include "oauth_callback/errors.hpp"

#include <utility>

namespace oauth_callback {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "oauth_callback"; }

  std::string message(int value) const override {
    switch (static_cast<errc>(value)) {
      case errc::timed_out:
        return "no authorization response came in time; start the sign-in again";
      case errc::cancelled:
        return "the sign-in was cancelled";
      case errc::stopped:
        return "the callback server was stopped while it waited";
      case errc::not_loopback:
        return "the host is not loopback: use 127.0.0.1, ::1 or localhost";
      case errc::not_running:
        return "the callback server is not running: call start() first";
      case errc::already_running:
        return "the callback server is already running: call stop() first";
      case errc::unknown_backend:
        return "no backend has that name";
      case errc::backend_not_built:
        return "the backend was left out of this build";
      case errc::invalid_option:
        return "an option cannot work";
      case errc::refused:
        return "the authorization server refused";
      case errc::no_browser:
        return "no browser could be started; open the URL by hand";
    }
    return "unknown error";
  }
};

// Printable ASCII only: the text came over the network and may go to a terminal.
std::string printable(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, 500)) out += c >= 0x20 && c < 0x7f ? c : '?';
  return out;
}

std::string describe(const CallbackResult& result) {
  std::string text = "the authorization server refused: " + printable(result.error);
  if (!result.error_description.empty()) text += " (" + printable(result.error_description) + ")";
  return text;
}

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

Error::Error(errc code, std::string message) : Error(make_error_code(code), std::move(message)) {}

Error::Error(std::error_code code, std::string message)
    : std::system_error(code), message_(std::move(message)) {}

OAuthError::OAuthError(CallbackResult result)
    : Error(errc::refused, describe(result)), result_(std::move(result)) {}

}  // namespace oauth_callback
