#include <memory>
#include <optional>
#include <string>

#include "cancellation.hpp"
#include "command_backends.hpp"
#include "commands.hpp"
#include "exit_status.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"
#include "paste.hpp"
#include "remote.hpp"
#include "streams.hpp"
#include "terminal_input.hpp"
#include "text.hpp"

namespace oauth_callback::cli {
namespace {

constexpr const char* any_state_notice =
    "Any state is accepted, so any page in the browser can send a response: compare the state "
    "yourself, or "
    "give --state VALUE.";

std::string one_line_of(const RequestEvent& event) {
  std::string line = (event.method.empty() ? "pasted" : printable(event.method)) + " " +
                     printable(event.path) + ": " + std::string(to_string(event.outcome)) + ", " +
                     std::to_string(event.status);
  if (!event.origin.empty()) line += ", from " + printable(event.origin);
  return line;
}

ServerOptions server_options(const Options& options, Terminal& terminal) {
  ServerOptions server = options.server;
  server.callback_path = options.path;
  server.on_log = [&terminal](std::string_view line) { terminal.say(printable(line)); };
  // A hook costs a thread for each request.
  if (options.verbose)
    server.on_request = [&](const RequestEvent& event) { terminal.say(one_line_of(event)); };
  return server;
}

int deliver(const CallbackResult& result, const std::string& redirect_uri, const Options& options,
            Terminal& terminal) {
  write_output(format_result(result, result.ok() ? redirect_uri : std::string(), options.format));
  if (result.ok()) return exit_success;
  std::string line = "oauth-callback: refused by the provider: " + printable(result.error);
  if (!result.error_description.empty()) line += ": " + printable(result.error_description);
  terminal.say(line);
  return exit_refused;
}

// Whether one was started.
bool open_or_show(const std::string& url, bool wanted, Terminal& terminal) {
  if (wanted && open_browser(url)) {
    terminal.say(
        "The browser has been asked to open the sign-in page. If it does not, try --no-browser.");
    return true;
  }
  terminal.say(std::string(wanted ? "No browser could be started. " : "") +
               "Open this URL to sign in:\n" + url);
  return false;
}

void launch(const std::string& url, const std::string& origin, const Options& options,
            Terminal& terminal) {
  if (options.state == "none") terminal.say(any_state_notice);
  const Surroundings surroundings = Surroundings::of_this_process();
  const Place place = find_place(surroundings);
  const bool wanted = options.browser && may_have_browser(place, surroundings);
  const bool opened = open_or_show(url, wanted, terminal);
  const bool elsewhere = place != Place::here && (!opened || forwards_itself(place));
  if (elsewhere) terminal.say(advice(place, surroundings, origin));
  if (elsewhere || !opened) say_how_to_paste(terminal);
  terminal.start_countdown(options.timeout, TerminalInput::available());
}

int sign_in(const Options& options, Terminal& terminal) {
  const Cancellation cancellation(terminal);
  std::string origin;
  std::optional<Paste> paste;
  AuthCodeOptions request{
      .authorization_url = options.url,
      .path = options.path,
      .issuer = options.issuer,
      .form_post = options.form_post,
      .timeout = options.timeout,
      .server = server_options(options, terminal),
      .backend = options.backend,
      .backends = command_backends(),
      .launch = [&](const std::string& url) { launch(url, origin, options, terminal); },
      .listening =
          [&](const std::shared_ptr<ICallbackServer>& server) {
            origin = server->redirect_uri("/");
            paste.emplace(server, terminal);
          }};
  request.any_state = options.state == "none";
  if (options.state && options.state != "none" && options.state != "auto")
    request.state = *options.state;

  cancellation.apply(request);
  try {
    const AuthCode result = get_auth_code(std::move(request));
    paste.reset();
    terminal.stop_countdown();
    return deliver(result, result.redirect_uri, options, terminal);
  } catch (const OAuthError& refusal) {
    paste.reset();
    terminal.stop_countdown();
    return deliver(refusal.result(), {}, options, terminal);
  }
}

Expectation bare_expectation(const Options& options, Terminal& terminal) {
  Expectation expectation{
      .path = options.path, .issuer = options.issuer, .form_post = options.form_post};
  if (!options.state || options.state == "none") {
    expectation.any_state = true;
    terminal.say(any_state_notice);
  } else if (options.state == "auto") {
    expectation.state = random_state();
    terminal.say("state: " + expectation.state);
  } else {
    expectation.state = *options.state;
  }
  return expectation;
}

void say_where_this_is(const std::string& redirect_uri, Terminal& terminal) {
  const Surroundings surroundings = Surroundings::of_this_process();
  const Place place = find_place(surroundings);
  if (place == Place::here) return;
  terminal.say(advice(place, surroundings, redirect_uri));
  say_how_to_paste(terminal);
}

int receive_only(const Options& options, Terminal& terminal) {
  const Cancellation cancellation(terminal);
  const std::shared_ptr<ICallbackServer> server =
      command_backends().create({.backend = options.backend});
  server->start(server_options(options, terminal));
  PendingCallback pending = server->expect(bare_expectation(options, terminal));
  const std::string redirect_uri = server->redirect_uri(options.path);
  write_output(redirect_uri + "\n");
  std::optional<Paste> paste(std::in_place, server, terminal);
  if (terminal.animated()) say_where_this_is(redirect_uri, terminal);
  terminal.start_countdown(options.timeout, TerminalInput::available());
  const CallbackResult result = cancellation.wait(pending, options.timeout);
  paste.reset();
  terminal.stop_countdown();
  // The page may still be on its way: the server sees to it before it ends.
  return deliver(result, redirect_uri, options, terminal);
}

}  // namespace

int run_receive(const Options& options, Terminal& terminal) {
  return options.url.empty() ? receive_only(options, terminal) : sign_in(options, terminal);
}

}  // namespace oauth_callback::cli
