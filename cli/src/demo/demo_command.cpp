#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "authorization_server.hpp"
#include "cancellation.hpp"
#include "command_backends.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "http_client.hpp"
#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"
#include "steps.hpp"
#include "text.hpp"
#include "user_agent.hpp"

namespace oauth_callback::cli {
namespace {

void expect_status(const Page& page, int status, const char* what) {
  if (page.status != status) {
    throw std::runtime_error(std::string(what) + " was answered with " +
                             std::to_string(page.status) + ", not with " + std::to_string(status));
  }
}

// What a person would do in the browser, and what an attacker's page could.
void play_user(const std::string& url, bool deny, Steps& steps) {
  steps.show(
      "There is no browser here, so a built-in user agent plays it, and the person in front of "
      "it.");
  const Page sign_in = open_page(url);
  expect_status(sign_in, 200, "the authorization request");
  const Page consent = submit_form(sign_in, {{"user", "demo"}});
  expect_status(consent, 200, "the sign-in");
  expect_status(submit_form(consent, {{"decision", "wrong-state"}}), 400, "the wrong state");
  expect_status(submit_form(consent, {{"decision", deny ? "deny" : "approve"}}), 200,
                "the decision");
}

void launch(const std::string& url, const Options& options, Terminal& terminal, Steps& steps) {
  if (options.browser && open_browser(url)) {
    steps.show(
        "Your browser opens the provider's sign-in page. Sign in there, then approve, deny, or "
        "send a wrong state. If no page opens: Ctrl-C, then oauth-callback demo --no-browser.");
    terminal.start_countdown(options.timeout);
    return;
  }
  play_user(url, options.deny, steps);
}

// What the receiver decided (contract, part H), in words.
void show_request(const RequestEvent& event, bool verbose, Steps& steps) {
  const std::string status = std::to_string(event.status);
  if (event.outcome == Outcome::wrong_state) {
    steps.show("The program refuses it with " + status + ", wrong state, and goes on waiting.");
  } else if (event.outcome == Outcome::completed) {
    steps.show(
        "The program finds its own state and the right issuer, and takes the response. The browser "
        "gets a page that says so (" +
        status + ").");
  } else if (verbose) {
    steps.show(printable(event.method) + " " + printable(event.path) + ": " +
               std::string(to_string(event.outcome)) + ", " + status);
  }
}

std::string token_request(const AuthCode& answer, const Pkce& pkce) {
  return "grant_type=authorization_code&client_id=" + std::string(demo_client_id) +
         "&code=" + percent_encode(answer.code) +
         "&redirect_uri=" + percent_encode(answer.redirect_uri) + "&code_verifier=" + pkce.verifier;
}

void exchange(const std::string& issuer, const AuthCode& answer, const Pkce& pkce, Steps& steps) {
  const std::string request = token_request(answer, pkce);
  const Response response = fetch(issuer + "/token", request);
  if (response.status != 200) throw std::runtime_error("the provider did not take the code");
  const auto token = nlohmann::json::parse(response.body);
  steps.show(
      "The program sends the code and the PKCE verifier to the provider's token endpoint, which "
      "checks "
      "the verifier against the challenge and gives an access token (" +
      token.at("token_type").get<std::string>() + ", " +
      std::to_string(token.at("access_token").get<std::string>().size()) + " characters).");
  if (fetch(issuer + "/token", request).status != 400) {
    throw std::runtime_error("the provider took the code twice");
  }
  steps.show("The same code once more is refused: a code is good for one use.");
}

void show_refusal(const OAuthError& refusal, Steps& steps) {
  steps.show("What the program got: " + printable(refusal.error()) + ", \"" +
             printable(refusal.error_description()) + "\" The receiver has stopped.");
}

}  // namespace

int run_demo(const Options& options, Terminal& terminal) {
  const Cancellation cancellation(terminal);
  Steps steps(terminal);
  const auto choice = command_backends().choose({.backend = options.backend});
  terminal.say("A sign-in with OAuth from start to end, all of it on this machine.\n");

  AuthorizationServer provider(choice.backend, [&](const std::string& text) { steps.show(text); });
  steps.show("A provider, made for this demo, listens on " + provider.issuer() + " (" +
             std::string(choice.backend.name) + ").");
  const Pkce pkce = make_pkce();
  steps.show(
      "The program makes up a secret, the PKCE verifier. Its SHA-256, the challenge, goes to the "
      "provider with the request.");

  AuthCodeOptions request{
      .authorization_url = provider.issuer() + "/authorize?response_type=code&client_id=" +
                           std::string(demo_client_id) + "&code_challenge=" + pkce.challenge +
                           "&code_challenge_method=S256",
      .issuer = provider.issuer(),
      .timeout = options.timeout,
      .backend = options.backend,
      .backends = command_backends(),
      .launch = [&](const std::string& url) {
        steps.show(
            "It listens for the response, and adds its redirect URI and a random state of 256 bits "
            "to the request.");
        launch(url, options, terminal, steps);
      }};
  request.server.pages.app_name = "oauth-callback demo";
  request.server.on_request = [&](const RequestEvent& event) {
    show_request(event, options.verbose, steps);
  };
  cancellation.apply(request);
  try {
    const AuthCode answer = get_auth_code(std::move(request));
    terminal.stop_countdown();
    steps.show("What the program got: a code of " + std::to_string(answer.code.size()) +
               " characters, on " + answer.redirect_uri +
               ". The receiver has stopped; its port is closed.");
    exchange(provider.issuer(), answer, pkce, steps);
  } catch (const OAuthError& refusal) {
    terminal.stop_countdown();
    show_refusal(refusal, steps);
    return exit_refused;
  }
  terminal.say("\nDone: signed in. Next, with a provider of yours: oauth-callback --help");
  return exit_success;
}

}  // namespace oauth_callback::cli
