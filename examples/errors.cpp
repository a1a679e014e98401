// What can go wrong, and what to tell the user. Run as a test with a provider that refuses.
#include <iostream>
#include <oauth_callback/oauth_callback.hpp>
#include <string>

namespace {

// [errors]
std::string sign_in(const std::string& authorization_url) {
  try {
    return oauth_callback::get_auth_code({.authorization_url = authorization_url}).code;
  } catch (const oauth_callback::OAuthError& refusal) {
    if (refusal.error() == "access_denied") {
      std::cerr << "You declined. Run this again to sign in.\n";
    } else {
      std::cerr << refusal.what() << '\n';  // error and description, printable
    }
  } catch (const std::system_error& error) {
    if (error.code() == oauth_callback::errc::timed_out) {
      std::cerr << "Nobody signed in within five minutes.\n";
    } else {
      std::cerr << error.what() << '\n';  // says what to do next
    }
  }
  return {};
}
// [errors]

}  // namespace

int main() {
  return sign_in("https://provider.example/authorize?response_type=code&client_id=my-app").empty()
             ? 0
             : 1;
}
