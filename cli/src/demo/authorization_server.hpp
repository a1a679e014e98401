// The demo's authorization server: a Provider on a backend's transport.
#pragma once

#include <memory>
#include <string>

#include "oauth_callback/backend.hpp"
#include "provider.hpp"

namespace oauth_callback::cli {

// Serves on 127.0.0.1 until it is destroyed.
class AuthorizationServer {
 public:
  AuthorizationServer(const Backend& backend, Provider::Narrate narrate);
  AuthorizationServer(const AuthorizationServer&) = delete;
  ~AuthorizationServer();

  const std::string& issuer() const noexcept { return issuer_; }  // "http://127.0.0.1:PORT"

 private:
  std::string issuer_;
  std::unique_ptr<Provider> provider_;
  std::unique_ptr<Transport> transport_;
};

}  // namespace oauth_callback::cli
