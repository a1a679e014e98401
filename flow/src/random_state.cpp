#include "oauth_callback/encoding.hpp"
#include "oauth_callback/flow.hpp"
#include "random_bytes.hpp"

namespace oauth_callback {

std::string random_state() { return base64url(detail::random_bytes(32)); }

std::string pkce_challenge(std::string_view verifier) { return base64url(sha256(verifier)); }

Pkce make_pkce() {
  Pkce pkce;
  pkce.verifier = base64url(detail::random_bytes(32));
  pkce.challenge = pkce_challenge(pkce.verifier);
  return pkce;
}

}  // namespace oauth_callback
