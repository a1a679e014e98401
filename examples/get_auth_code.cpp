// [get_auth_code]
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>

int main() try {
  const auto pkce = oauth_callback::make_pkce();
  const auto answer = oauth_callback::get_auth_code(
      {.authorization_url = "https://provider.example/authorize?response_type=code&client_id=my-app"
                            "&code_challenge_method=S256&code_challenge=" +
                            pkce.challenge});
  // Next, the token request: it takes answer.code, answer.redirect_uri and pkce.verifier.
  std::cout << answer.code << '\n';
} catch (const std::system_error& error) {  // refused, timed out, no free port, …
  std::cerr << error.what() << '\n';
  return 1;
}
// [get_auth_code]
