// A small OAuth 2.0 authorization server, for the demo: authorization code with PKCE (RFC 6749, RFC
// 7636, RFC 9207). It decides; it knows no socket.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/http.hpp"

namespace oauth_callback::cli {

// The public client that it knows.
inline constexpr std::string_view demo_client_id = "oauth-callback-demo";

class Provider {
 public:
  // Told what happens, in words for a person; on the thread of the request.
  using Narrate = std::function<void(const std::string&)>;

  // `issuer` is where it is reached: "http://127.0.0.1:PORT".
  Provider(std::string issuer, Narrate narrate);

  // Any thread.
  Response handle(const Request& request);

 private:
  struct Transaction {  // an authorization request, until the user has decided
    std::string redirect_uri;
    std::string state;
    std::string challenge;
    std::string user;  // empty until signed in
  };
  struct Grant {
    std::string redirect_uri;
    std::string challenge;
  };

  Response authorize(const Form& form);
  Response sign_in(const Form& form);
  Response decide(const Form& form);
  Response approve(const Transaction& transaction);
  Response deny(const Transaction& transaction);
  Response send_wrong_state(const Transaction& transaction);
  Response token(const Form& form);

  std::string issuer_;
  Narrate narrate_;
  std::mutex mutex_;
  std::map<std::string, Transaction> transactions_;
  std::map<std::string, Grant> grants_;  // by code
};

}  // namespace oauth_callback::cli
