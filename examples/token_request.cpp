// From the authorization response to the body of the token request (RFC 6749 section 4.1.3).
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

namespace {

// [token_request]
// To be sent by POST over https, as application/x-www-form-urlencoded. It holds secrets: no logs.
std::string token_request(const oauth_callback::AuthCode& answer,
                          const oauth_callback::Pkce& pkce) {
  using oauth_callback::percent_encode;
  return "grant_type=authorization_code&client_id=my-app&code=" + percent_encode(answer.code) +
         "&redirect_uri=" + percent_encode(answer.redirect_uri) + "&code_verifier=" + pkce.verifier;
}
// [token_request]

}  // namespace

int main() try {
  const auto pkce = oauth_callback::make_pkce();
  const auto answer = oauth_callback::get_auth_code(
      {.authorization_url = "https://provider.example/authorize?response_type=code&client_id=my-app"
                            "&code_challenge_method=S256&code_challenge=" +
                            pkce.challenge});
  const auto body = token_request(answer, pkce);
  const auto form = oauth_callback::parse_form(body);
  std::cout << "a body of " << body.size() << " bytes, " << form.parameters.size()
            << " parameters\n";
  const auto sent = oauth_callback::make_callback_result(form.parameters);
  return sent.code == answer.code && sent.parameter("redirect_uri") == answer.redirect_uri ? 0 : 1;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
