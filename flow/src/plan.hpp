// What an authorization URL and the options beside it amount to. Pure: no socket, no clock.
#pragma once

#include <string>

#include "authorization_url.hpp"
#include "oauth_callback/flow.hpp"

namespace oauth_callback::detail {

struct Plan {
  AuthorizationUrl url;
  ServerOptions server;
  Expectation expectation;
  std::string redirect_uri;  // as the URL spells it; empty when it has none

  // The URL to open, when the server listens on `uri`.
  std::string final_url(const std::string& uri) const;
};

// Throws errc::invalid_option for what cannot work, and where URL and options contradict each
// other.
Plan make_plan(const AuthCodeOptions& options);

}  // namespace oauth_callback::detail
