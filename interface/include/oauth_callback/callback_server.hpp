// The loopback receiver for OAuth authorization responses (RFC 8252 section 7.3).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

#include "oauth_callback/options.hpp"
#include "oauth_callback/pending_callback.hpp"
#include "oauth_callback/result.hpp"

namespace oauth_callback {

// Whatever the HTTP library behind it, a server behaves the same. All members may be called from
// any thread.
class ICallbackServer {
 public:
  virtual ~ICallbackServer() = default;  // stops; not from a hook or a completion callback

  // Binds and accepts on return. Throws Error (a std::system_error): std::errc::address_in_use when
  // every candidate port is taken, errc::not_loopback, errc::invalid_option, errc::already_running.
  // May be called again after stop().
  virtual void start(const ServerOptions& options) = 0;

  // The redirect URI for `path`, from the socket that is bound: "http://127.0.0.1:49152/callback".
  // Throws errc::not_running, or errc::invalid_option for what is not an absolute path.
  virtual std::string redirect_uri(std::string_view path) const = 0;

  // Announces a callback. Do this before the browser opens. Several may be pending at once: on
  // different paths, and on one path by different states. Throws errc::not_running, or
  // errc::invalid_option when the state is empty (see Expectation::any_state) or already pending on
  // that path.
  virtual PendingCallback expect(Expectation expectation) = 0;

  // Judges a response that came another way than over HTTP, as the request that a browser would
  // have sent: for a user who pastes the redirect URL that the browser could not load. `redirect`
  // is that URL, or its query alone, with or without '?'; white space around it and a fragment are
  // ignored. A query alone counts for the one path that is expected, or else for callback_path. The
  // result is what became of it: Outcome::completed exactly when it ended a wait, and then a
  // browser that still comes with the same response gets its page. A URL of another host, port or
  // scheme is Outcome::wrong_host; what could stand in no request line, malformed. on_request is
  // told, with an empty method. Blocks while the hook runs. Outcome::not_expected also before
  // start(), after stop(), and when the hook throws.
  virtual Outcome submit(std::string_view redirect) noexcept = 0;

  // Ends everything: no new connections, waiting ones closed, responses on their way let out,
  // within Limits::drain_timeout + 100 ms whatever peers do. Pending callbacks fail with
  // errc::stopped. Waits for a hook that is running; afterwards nothing of the server runs.
  // Idempotent, and fine before start().
  virtual void stop() noexcept = 0;

  // As stop(), but does not wait: for hooks, completion callbacks and event loops. stop() or the
  // destructor still waits for the end.
  virtual void request_stop() noexcept = 0;

  // The name of the HTTP backend: "poco", "beast", "httplib", ….
  virtual std::string_view backend() const noexcept = 0;

  // expect() and wait() in one, for a caller that checks the state itself: any state is taken, so
  // any page in the browser can end the wait. Prefer the overload with an Expectation.
  CallbackResult wait_for_callback(std::string_view path, std::chrono::milliseconds timeout);
  CallbackResult wait_for_callback(Expectation expectation, std::chrono::milliseconds timeout);
#ifdef __cpp_lib_jthread
  CallbackResult wait_for_callback(std::string_view path, std::chrono::milliseconds timeout,
                                   std::stop_token stop);
  CallbackResult wait_for_callback(Expectation expectation, std::chrono::milliseconds timeout,
                                   std::stop_token stop);
#endif
};

}  // namespace oauth_callback
