#include <cstdio>
#include <memory>
#include <utility>

#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"
#include "plan.hpp"

namespace oauth_callback {
namespace {

void open_or_print(const std::string& url) {
  if (!open_browser(url)) std::fprintf(stderr, "Open this URL to sign in:\n%s\n", url.c_str());
}

CallbackResult wait_for(PendingCallback& pending, const AuthCodeOptions& options) {
#ifdef __cpp_lib_jthread
  return pending.wait(options.timeout, options.stop);
#else
  return pending.wait(options.timeout);
#endif
}

// The browser learns of the outcome, and only of that: what was thrown may hold a secret.
void exchange(const AuthCode& code, const AuthCodeOptions& options) {
  try {
    options.exchange(code);
  } catch (...) {
    code.fail("The program could not complete the sign-in.");
    throw;
  }
  code.succeed();
}

struct Stopped {
  ICallbackServer& server;
  ~Stopped() { server.stop(); }
};

}  // namespace

AuthCode get_auth_code(AuthCodeOptions options) {
  const detail::Plan plan = detail::make_plan(options);
  AuthCode result;
  {
    const std::shared_ptr<ICallbackServer> server =
        options.backends.create({.backend = options.backend});
    // Also when something below throws, and when `listening` keeps the server.
    const Stopped stopped{*server};
    server->start(plan.server);
    PendingCallback pending = server->expect(plan.expectation);
    const std::string uri = server->redirect_uri(plan.expectation.path);
    // The token request has to repeat it as it was sent (RFC 6749 section 4.1.3).
    result.redirect_uri = plan.redirect_uri.empty() ? uri : plan.redirect_uri;
    const std::string url = plan.final_url(result.redirect_uri);
    if (options.listening) options.listening(server);
    if (options.launch) {
      options.launch(url);
    } else {
      open_or_print(url);
    }
    static_cast<CallbackResult&>(result) = wait_for(pending, options);
    if (options.exchange && result.ok()) exchange(result, options);
  }
  if (!result.ok()) throw OAuthError(std::move(static_cast<CallbackResult&>(result)));
  return result;
}

}  // namespace oauth_callback
