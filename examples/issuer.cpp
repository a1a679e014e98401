// A provider that names itself in its responses (RFC 9207), and sends them as a form.
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>

int main() try {
  // [issuer]
  const auto answer = oauth_callback::get_auth_code(
      {.authorization_url = "https://provider.example/authorize?response_type=code&client_id=my-app"
                            "&response_mode=form_post",
       .issuer = "https://provider.example"});
  // [issuer]
  std::cout << "signed in at " << answer.iss << '\n';
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
