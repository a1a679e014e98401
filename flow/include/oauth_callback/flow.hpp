// From an authorization URL to an authorization code, in one call.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

#include "oauth_callback/callback_server.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/result.hpp"
#include "oauth_callback/runtime_select.hpp"

namespace oauth_callback {

// 256 bits from the operating system, base64url: 43 characters. Throws std::system_error when it
// has none.
std::string random_state();

// Proof Key for Code Exchange, method S256 (RFC 7636).
struct Pkce {
  std::string verifier;   // 43 characters; goes to the token endpoint only
  std::string challenge;  // goes into the authorization request, with code_challenge_method=S256
};
Pkce make_pkce();

// The S256 challenge of a verifier (RFC 7636 section 4.2).
std::string pkce_challenge(std::string_view verifier);

// Opens `url` in the user's browser and returns at once: it is not waited for. Only https URLs, and
// http URLs of a loopback host, without a user name, in printable ASCII without spaces, quotes or
// backslashes; anything else is errc::invalid_option. Never through a shell. On POSIX the
// environment's BROWSER comes first: commands separated by colons, split at white space, with the
// URL in the place of %s or at the end; then what the system offers, if there is a display.
// BROWSER=none starts nothing. False when no browser could be started: then show the URL to the
// user.
bool open_browser(std::string_view url);

struct AuthCode;

struct AuthCodeOptions {
  // The authorization endpoint with the request's parameters (RFC 6749 section 4.1.1). redirect_uri
  // and state are added where they are absent, and "{redirect_uri}" is replaced. A redirect_uri
  // that is there is used: its host, port and path say where to listen; it has to be http on a
  // loopback host, or on server.redirect_host, with a port. response_mode=form_post is understood.
  // Where the URL and an option below contradict each other, that is errc::invalid_option.
  std::string authorization_url;
  // The redirect URI's path, where the authorization URL does not say.
  std::string path = "/callback";
  // The state to send; random when empty and the URL has none.
  std::string state = "";
  // Takes any state, and sends none. See Expectation::any_state for what this gives up.
  bool any_state = false;
  std::string issuer = "";  // see Expectation
  bool form_post = false;   // see Expectation
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
  ServerOptions server = {};
  // The backend by name; empty: the environment or the build decides (see BackendRegistry::choose).
  std::string backend = "";
  // The backends to choose from. A program with one of its own adds it to a copy.
  BackendRegistry backends = BackendRegistry::built_in();
  // Opens the browser. Called once with the final URL, when the server is listening. Default:
  // open_browser(), and where that finds no browser, the URL on standard error.
  std::function<void(const std::string& url)> launch = {};
  // Gets the server once it listens and waits, before `launch`: for ICallbackServer::submit(), from
  // another thread. It may be kept; it is stopped when get_auth_code() returns or throws.
  std::function<void(const std::shared_ptr<ICallbackServer>& server)> listening = {};
  // Turns the code into tokens while the browser waits, so that its page tells the truth: success
  // when this returns, failure when it throws. Of what it throws nothing is shown, and
  // get_auth_code() throws it on. Not called for a refusal. After Expectation::hold_timeout (10 s)
  // the browser is told that the outcome is not known; the exchange may go on.
  std::function<void(const AuthCode& code)> exchange = {};
#ifdef __cpp_lib_jthread
  std::stop_token stop = {};
#endif
};

// The authorization response, and what the token request has to repeat (RFC 6749 section 4.1.3).
struct AuthCode : CallbackResult {
  std::string redirect_uri;  // as it was sent
};

// Runs the whole flow on a server of its own, which is always stopped before this returns or
// throws. Throws OAuthError when the authorization server refuses, Error with errc::timed_out,
// errc::cancelled or errc::invalid_option, what `launch`, `listening` and `exchange` throw, and
// what BackendRegistry::create() and ICallbackServer::start() throw.
AuthCode get_auth_code(AuthCodeOptions options);

}  // namespace oauth_callback
