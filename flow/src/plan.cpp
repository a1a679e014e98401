#include "plan.hpp"

#include <algorithm>

#include "oauth_callback/errors.hpp"
#include "url.hpp"

namespace oauth_callback::detail {
namespace {

[[noreturn]] void invalid(const std::string& message) {
  throw Error(errc::invalid_option, message);
}

Url parse_redirect_uri(const std::string& uri, const std::string& redirect_host) {
  const auto parsed = parse_url(uri);
  if (!parsed || parsed->scheme != "http") {
    invalid(
        "the authorization URL's redirect_uri is not an http URL on this machine: write it as "
        "http://127.0.0.1:PORT/PATH, or leave it out to have it filled in");
  }
  if (!is_loopback_host(parsed->host) && parsed->host != redirect_host) {
    invalid(
        "the authorization URL's redirect_uri does not lead to this machine: its host has to be "
        "127.0.0.1, [::1], localhost, or what the redirect host option names");
  }
  if (!parsed->port) {
    invalid(
        "the authorization URL's redirect_uri has no port: write it as http://127.0.0.1:PORT/PATH, "
        "or leave it out to have it filled in");
  }
  if (parsed->has_query || parsed->has_fragment) {
    invalid(
        "the authorization URL's redirect_uri has a query or a fragment: only a path is "
        "understood");
  }
  return *parsed;
}

void adopt_host(const Url& uri, ServerOptions& server) {
  if (!server.redirect_host.empty()) {
    if (uri.host != server.redirect_host) {
      invalid(
          "the authorization URL's redirect_uri and the redirect host option name different hosts: "
          "leave one out");
    }
    return;
  }
  if (server.host == ServerOptions().host) server.host = uri.host;
  if (server.host != uri.host) {
    invalid(
        "the authorization URL's redirect_uri and the host option name different hosts: leave one "
        "out");
  }
}

void adopt_redirect_uri(const Url& uri, const AuthCodeOptions& options, Plan& plan) {
  adopt_host(uri, plan.server);

  const auto& ports = plan.server.ports;
  const bool any_port = ports == ServerOptions().ports;
  if (!any_port && std::find(ports.begin(), ports.end(), *uri.port) == ports.end()) {
    invalid(
        "the authorization URL's redirect_uri has another port than the ports option: leave one "
        "out");
  }
  plan.server.ports = {*uri.port};

  const std::string path = uri.path.empty() ? "/" : uri.path;
  if (options.path != Expectation().path && options.path != path) {
    invalid(
        "the authorization URL's redirect_uri has another path than the path option: leave one "
        "out");
  }
  plan.expectation.path = path;
}

void decide_state(const AuthCodeOptions& options, Plan& plan) {
  const auto in_url = plan.url.find("state");
  if (options.any_state) {
    if (in_url || !options.state.empty()) {
      invalid("a state is given, and any state is to be taken: leave one out");
    }
    plan.expectation.any_state = true;
    return;
  }
  if (in_url && !options.state.empty() && *in_url != options.state) {
    invalid("the authorization URL has another state than the state option: leave one out");
  }
  plan.expectation.state = in_url                  ? *in_url
                           : options.state.empty() ? random_state()
                                                   : options.state;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

// What stands in a fragment never reaches a server: the wait could only time out.
void decide_response_mode(const AuthCodeOptions& options, Plan& plan) {
  const auto mode = plan.url.find("response_mode");
  const auto type = plan.url.find("response_type");
  const bool implicit = type && (has_word(*type, "token") || has_word(*type, "id_token"));
  if (mode ? mode->starts_with("fragment") : implicit) {
    invalid(
        "the authorization URL asks for a response in the fragment, which never reaches a server: "
        "use "
        "response_type=code, with response_mode=query or form_post or without one");
  }
  plan.expectation.form_post = options.form_post || (mode && mode->starts_with("form_post"));
}

}  // namespace

std::string Plan::final_url(const std::string& uri) const {
  AuthorizationUrl result = url;
  const bool filled_in = result.has_placeholder();
  result.replace_placeholder(uri);
  if (!filled_in && !result.find("redirect_uri")) result.set("redirect_uri", uri);
  if (!expectation.any_state && !result.find("state")) result.set("state", expectation.state);
  return result.str();
}

Plan make_plan(const AuthCodeOptions& options) {
  require_browsable(options.authorization_url, "the authorization URL");
  Plan plan{AuthorizationUrl(options.authorization_url), options.server, {}, {}};
  plan.expectation.path = options.path;
  plan.expectation.issuer = options.issuer;
  plan.expectation.hold_page = options.exchange != nullptr;
  const auto uri = plan.url.find("redirect_uri");
  if (uri && *uri != "{redirect_uri}") {
    adopt_redirect_uri(parse_redirect_uri(*uri, plan.server.redirect_host), options, plan);
    plan.redirect_uri = *uri;
  }
  decide_state(options, plan);
  decide_response_mode(options, plan);
  plan.server.callback_path = plan.expectation.path;
  return plan;
}

}  // namespace oauth_callback::detail
