#include "oauth_callback/options.hpp"

namespace oauth_callback {

std::string_view to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::wrong_host:
      return "wrong host";
    case Outcome::speculative:
      return "prefetch or prerender";
    case Outcome::not_expected:
      return "not expected";
    case Outcome::bad_method:
      return "method not allowed";
    case Outcome::not_navigation:
      return "not a navigation";
    case Outcome::bad_content_type:
      return "not a form";
    case Outcome::malformed:
      return "malformed response";
    case Outcome::repeated:
      return "repeated";
    case Outcome::wrong_state:
      return "wrong state";
    case Outcome::wrong_issuer:
      return "wrong issuer";
    case Outcome::incomplete:
      return "incomplete response";
    case Outcome::probed:
      return "probed";
    case Outcome::completed:
      return "completed";
  }
  return "unknown";
}

}  // namespace oauth_callback
