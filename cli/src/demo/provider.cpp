#include "provider.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "oauth_callback/flow.hpp"
#include "provider_pages.hpp"
#include "text.hpp"

namespace oauth_callback::cli {
namespace {

constexpr const char* start_again =
    "This sign-in is over, or was never begun. Start the demo again.";

// The value, if the parameter is there exactly once (RFC 6749 section 3.1), else nothing.
std::string single(const Form& form, std::string_view name) {
  std::string value;
  int count = 0;
  for (const Parameter& parameter : form.parameters) {
    if (parameter.name != name) continue;
    value = parameter.value;
    ++count;
  }
  return count == 1 ? value : std::string();
}

// Registered as RFC 8252 section 7.3 has it: any port.
bool is_redirect_uri(const std::string& uri) {
  const std::string_view start = "http://127.0.0.1:";
  const std::string_view end = "/callback";
  if (uri.size() <= start.size() + end.size() || !uri.starts_with(start) || !uri.ends_with(end))
    return false;
  const auto port =
      std::string_view(uri).substr(start.size(), uri.size() - start.size() - end.size());
  return std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string with_parameters(std::string url, const std::vector<Parameter>& parameters) {
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    url.append(1, separator).append(name).append("=").append(percent_encode(value));
    separator = '&';
  }
  return url;
}

Response token_error(std::string_view error) {
  return json_response(400, nlohmann::json{{"error", error}}.dump());
}

}  // namespace

Provider::Provider(std::string issuer, Narrate narrate)
    : issuer_(std::move(issuer)), narrate_(std::move(narrate)) {}

Response Provider::handle(const Request& request) {
  // Against DNS rebinding, as the receiver does.
  if ("http://" + std::string(field_value(request.fields, "Host")) != issuer_) {
    return problem_page(421, "This server has another name.");
  }
  const auto question = request.target.find('?');
  const std::string path = request.target.substr(0, question);
  if (request.method == "GET" && path == "/authorize") {
    return authorize(
        parse_form(question == std::string::npos ? "" : request.target.substr(question + 1)));
  }
  using Post = Response (Provider::*)(const Form&);
  static const std::map<std::string, Post> posts = {{"/sign-in", &Provider::sign_in},
                                                    {"/decision", &Provider::decide},
                                                    {"/token", &Provider::token}};
  const auto post = posts.find(path);
  if (post == posts.end() || request.method != "POST")
    return problem_page(404, "There is nothing here.");
  const Form form = parse_form(request.body);
  if (!form.well_formed) return problem_page(400, "The form is not well-formed.");
  return (this->*post->second)(form);
}

Response Provider::authorize(const Form& form) {
  Transaction transaction{
      single(form, "redirect_uri"), single(form, "state"), single(form, "code_challenge"), {}};
  // Whose redirect URI cannot be trusted is not sent back (RFC 6749 section 4.1.2.1).
  if (single(form, "client_id") != demo_client_id || !is_redirect_uri(transaction.redirect_uri)) {
    return problem_page(400, "No such program is registered here.");
  }
  if (single(form, "response_type") != "code" || transaction.state.empty() ||
      single(form, "code_challenge_method") != "S256" || transaction.challenge.size() != 43) {
    return problem_page(400, "The request lacks response_type=code, a state, or PKCE with S256.");
  }
  narrate_("The provider shows its sign-in page.");
  const std::string id = random_state();
  const std::lock_guard lock(mutex_);
  transactions_[id] = std::move(transaction);
  return sign_in_page(id);
}

Response Provider::sign_in(const Form& form) {
  const std::string id = single(form, "transaction");
  const std::string user = single(form, "user").substr(0, 160);
  {
    const std::lock_guard lock(mutex_);
    const auto found = transactions_.find(id);
    if (found == transactions_.end()) return problem_page(400, start_again);
    if (user.empty()) return sign_in_page(id);
    found->second.user = user;
  }
  narrate_("The user signs in as " + printable(user) +
           ". The provider asks whether to let the program in.");
  return consent_page(id, user);
}

Response Provider::decide(const Form& form) {
  const std::string id = single(form, "transaction");
  const std::string decision = single(form, "decision");
  Transaction transaction;
  {
    const std::lock_guard lock(mutex_);
    const auto found = transactions_.find(id);
    if (found == transactions_.end() || found->second.user.empty())
      return problem_page(400, start_again);
    transaction = found->second;
    if (decision == "approve" || decision == "deny") transactions_.erase(found);
  }
  if (decision == "approve") return approve(transaction);
  if (decision == "deny") return deny(transaction);
  if (decision == "wrong-state") return send_wrong_state(transaction);
  return consent_page(id, transaction.user);
}

Response Provider::approve(const Transaction& transaction) {
  const std::string code = random_state();
  {
    const std::lock_guard lock(mutex_);
    grants_[code] = {transaction.redirect_uri, transaction.challenge};
  }
  narrate_("The user approves. The provider sends the browser to the redirect URI, with a code.");
  return see_other(with_parameters(
      transaction.redirect_uri, {{"code", code}, {"state", transaction.state}, {"iss", issuer_}}));
}

Response Provider::deny(const Transaction& transaction) {
  narrate_("The user denies. The provider sends the browser to the redirect URI, with an error.");
  return see_other(
      with_parameters(transaction.redirect_uri,
                      {{"error", "access_denied"},
                       {"error_description", "The user does not want to let the program in."},
                       {"state", transaction.state},
                       {"iss", issuer_}}));
}

Response Provider::send_wrong_state(const Transaction& transaction) {
  narrate_("Now a forged response, as another page could send it: a code, but not our state.");
  return see_other(
      with_parameters(transaction.redirect_uri,
                      {{"code", random_state()}, {"state", random_state()}, {"iss", issuer_}}));
}

Response Provider::token(const Form& form) {
  if (single(form, "grant_type") != "authorization_code")
    return token_error("unsupported_grant_type");
  if (single(form, "client_id") != demo_client_id) return token_error("invalid_client");
  Grant grant;
  {
    const std::lock_guard lock(mutex_);
    // Whatever comes of it, a code is good for one attempt (RFC 6749 section 4.1.2).
    auto node = grants_.extract(single(form, "code"));
    if (node.empty()) return token_error("invalid_grant");
    grant = std::move(node.mapped());
  }
  if (single(form, "redirect_uri") != grant.redirect_uri ||
      !constant_time_equal(pkce_challenge(single(form, "code_verifier")), grant.challenge)) {
    return token_error("invalid_grant");
  }
  return json_response(200, nlohmann::json{{"access_token", random_state()},
                                           {"token_type", "Bearer"},
                                           {"expires_in", 300}}
                                .dump());
}

}  // namespace oauth_callback::cli
