#include "callback_handler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback {
namespace {

// So many completed responses are remembered for a reload.
constexpr std::size_t max_completed = 256;

bool contains_word(std::string_view text, std::string_view word) noexcept {
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (iequals(text.substr(at, word.size()), word)) return true;
  }
  return false;
}

bool is_speculative(const std::vector<Field>& fields) noexcept {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return (iequals(field.name, "Sec-Purpose") || iequals(field.name, "Purpose")) &&
           (contains_word(field.value, "prefetch") || contains_word(field.value, "prerender"));
  });
}

bool is_navigation(const std::vector<Field>& fields) noexcept {
  return std::all_of(fields.begin(), fields.end(), [](const Field& field) {
    if (iequals(field.name, "Sec-Fetch-Mode")) return field.value == "navigate";
    if (iequals(field.name, "Sec-Fetch-Dest")) return field.value == "document";
    // Chromium opens a WebSocket to an http URL without Sec-Fetch-*.
    return !iequals(field.name, "Sec-WebSocket-Key");
  });
}

bool is_form(std::string_view content_type) noexcept {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return iequals(type, "application/x-www-form-urlencoded");
}

// RFC 6749 section 3.1: these must not appear more than once.
constexpr std::array response_parameters{"code", "state", "error", "iss"};

bool repeats_a_parameter(const std::vector<Parameter>& parameters) {
  return std::any_of(
      response_parameters.begin(), response_parameters.end(), [&](std::string_view name) {
        return std::count_if(parameters.begin(), parameters.end(),
                             [&](const Parameter& one) { return one.name == name; }) > 1;
      });
}

bool has_a_response(const std::vector<Parameter>& parameters) {
  return std::any_of(parameters.begin(), parameters.end(), [](const Parameter& one) {
    return std::find(response_parameters.begin(), response_parameters.end(), one.name) !=
           response_parameters.end();
  });
}

}  // namespace

// The parts of a request target (RFC 9112 section 3.2).
struct CallbackHandler::Target {
  std::string_view authority;  // of the absolute form, else empty
  std::string_view path;
  std::string_view query;

  explicit Target(std::string_view target) {
    constexpr std::string_view scheme = "http://";
    if (target.starts_with(scheme)) {
      target.remove_prefix(scheme.size());
      authority = target.substr(0, target.find_first_of("/?"));
      target.remove_prefix(authority.size());
    }
    path = target.substr(0, target.find('?'));
    if (path.size() < target.size()) query = target.substr(path.size() + 1);
  }
};

void require_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("?#\"<>\\^`{|}").find(c) == std::string_view::npos;
  });
  // A '%' that encodes nothing is no URI, and user agents disagree on what to make of it.
  if (!absolute || !plain || !parse_form(path).well_formed) {
    throw Error(
        errc::invalid_option,
        "the redirect path must start with '/', and hold neither '?' nor '#' nor spaces nor "
        "a stray '%': use something like /callback");
  }
}

CallbackHandler::CallbackHandler(std::vector<std::string> authorities, Pages pages)
    : authorities_(std::move(authorities)), pages_(std::move(pages)) {}

CallbackHandler::Id CallbackHandler::expect(Expectation expectation) {
  require_path(expectation.path);
  if (expectation.state.empty() != expectation.any_state) {
    throw Error(errc::invalid_option,
                expectation.any_state
                    ? "state and any_state exclude each other: leave one out"
                    : "no state to expect: send a random one (random_state()), or set "
                      "any_state and give up what it protects from");
  }
  if (expectation.completed_by.empty()) {
    throw Error(errc::invalid_option, "completed_by is empty: no response could complete");
  }
  for (const auto& [id, entry] : entries_) {
    const Expectation& other = entry.expectation;
    if (entry.phase != Phase::completed && other.path == expectation.path &&
        other.any_state == expectation.any_state && other.state == expectation.state) {
      throw Error(errc::invalid_option, "a callback with that path and state is pending already");
    }
  }
  entries_[next_].expectation = std::move(expectation);
  return next_++;
}

void CallbackHandler::forget(Id id) noexcept {
  const auto entry = entries_.find(id);
  if (entry != entries_.end() && entry->second.phase != Phase::completed) entries_.erase(entry);
}

void CallbackHandler::release(Id id) noexcept {
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) entry->second.phase = Phase::pending;
}

void CallbackHandler::complete(Id id) noexcept {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  entry->second.phase = Phase::completed;
  entry->second.expectation.state.clear();
  drop_oldest_completed();
}

void CallbackHandler::replace_answer(Id id, Response answer) noexcept {
  const auto entry = entries_.find(id);
  if (entry != entries_.end()) entry->second.answer = std::move(answer);
}

const Response* CallbackHandler::find_answer(Id id) const noexcept {
  const auto entry = entries_.find(id);
  return entry == entries_.end() ? nullptr : &entry->second.answer;
}

void CallbackHandler::drop_oldest_completed() {
  const auto is_completed = [](const auto& item) { return item.second.phase == Phase::completed; };
  if (std::count_if(entries_.begin(), entries_.end(), is_completed) <=
      static_cast<std::ptrdiff_t>(max_completed)) {
    return;
  }
  entries_.erase(std::find_if(entries_.begin(), entries_.end(), is_completed));
}

bool CallbackHandler::knows(std::string_view path) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& item) { return item.second.expectation.path == path; });
}

std::string_view CallbackHandler::only_path() const noexcept {
  std::string_view path;
  for (const auto& [id, entry] : entries_) {
    if (entry.phase == Phase::completed) continue;
    if (!path.empty() && path != entry.expectation.path) return {};
    path = entry.expectation.path;
  }
  return path;
}

bool CallbackHandler::accepts_post(std::string_view path) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& item) {
    return item.second.expectation.path == path && item.second.expectation.form_post;
  });
}

bool CallbackHandler::serves(const Request& request, const Target& target) const noexcept {
  const auto is_ours = [&](std::string_view authority) {
    return std::find(authorities_.begin(), authorities_.end(), authority) != authorities_.end();
  };
  return is_ours(field_value(request.fields, "Host")) &&
         (!request.target.starts_with("http://") || is_ours(target.authority));
}

Verdict CallbackHandler::refuse(Outcome outcome, int status) const {
  return {outcome, pages_.refusal(status)};
}

Verdict CallbackHandler::refuse_method(std::string_view path) const {
  Verdict verdict = refuse(Outcome::bad_method, 405);
  verdict.response.fields.push_back(
      {"Allow", accepts_post(path) ? "GET, HEAD, POST" : "GET, HEAD"});
  return verdict;
}

Verdict CallbackHandler::decide(const Request& request) {
  const Target target(request.target);
  const bool post = request.method == "POST";
  if (!serves(request, target)) return refuse(Outcome::wrong_host, 421);
  if (is_speculative(request.fields)) return refuse(Outcome::speculative, 503);
  if (!knows(target.path)) return refuse(Outcome::not_expected, 404);
  if (request.method != "GET" && request.method != "HEAD" && !(post && accepts_post(target.path))) {
    return refuse_method(target.path);
  }
  if (!is_navigation(request.fields)) return refuse(Outcome::not_navigation, 403);
  if (post && !is_form(field_value(request.fields, "Content-Type"))) {
    return refuse(Outcome::bad_content_type, 415);
  }
  return decide_response(request, target);
}

Verdict CallbackHandler::decide_response(const Request& request, const Target& target) {
  Form form = parse_form(target.query);
  bool malformed = !form.well_formed;
  if (request.method == "POST") {
    Form posted = parse_form(request.body);
    // A response in the query of a POST is a redirect with 307 or 308: the body is then the login
    // form, with the user's password, and not for us.
    malformed = malformed || !posted.well_formed || has_a_response(form.parameters);
    std::move(posted.parameters.begin(), posted.parameters.end(),
              std::back_inserter(form.parameters));
  }
  if (malformed || repeats_a_parameter(form.parameters)) return refuse(Outcome::malformed, 400);
  const CallbackResult result = make_callback_result(std::move(form.parameters));

  std::string response(target.query);
  if (request.method == "POST") response.append("\n").append(request.body);
  std::string digest = sha256(response);
  auto found = find_repeated(target.path, digest);
  if (found == entries_.end()) found = find_reloaded(request, target);
  if (found != entries_.end()) {
    Verdict verdict{Outcome::repeated, found->second.answer};
    if (found->second.expectation.hold_page && request.method != "HEAD")
      verdict.held = found->first;
    return verdict;
  }

  const auto matched = match(target.path, result);
  if (matched == entries_.end()) {
    if (request.method != "HEAD") ++wrong_states_;
    return refuse(Outcome::wrong_state, 400);
  }
  Entry& entry = matched->second;
  if (request.method == "POST" && !entry.expectation.form_post) return refuse_method(target.path);
  const std::string& issuer = entry.expectation.issuer;
  if (!issuer.empty() && result.iss != issuer) return refuse(Outcome::wrong_issuer, 400);
  const auto has_value = [&](const std::string& name) {
    const auto value = result.parameter(name);
    return value && !value->empty();
  };
  const auto& names = entry.expectation.completed_by;
  if (std::none_of(names.begin(), names.end(), has_value)) return refuse(Outcome::incomplete, 400);

  const bool held = entry.expectation.hold_page && result.ok();
  Response answer = held          ? pages_.undecided()
                    : result.ok() ? pages_.success(result)
                                  : pages_.refused(result);
  if (request.method == "HEAD") return {Outcome::probed, std::move(answer)};
  // Claimed last: out of memory before, nothing has happened.
  Verdict verdict{Outcome::completed, answer, matched->first, result};
  if (held) {
    verdict.held = matched->first;
    verdict.hold_timeout = entry.expectation.hold_timeout;
  }
  entry.answer = std::move(answer);
  entry.digest = std::move(digest);
  entry.phase = Phase::claimed;
  return verdict;
}

std::map<CallbackHandler::Id, CallbackHandler::Entry>::const_iterator
CallbackHandler::find_repeated(std::string_view path, const std::string& digest) const noexcept {
  return std::find_if(entries_.begin(), entries_.end(), [&](const auto& item) {
    const Entry& entry = item.second;
    return entry.phase != Phase::pending && entry.expectation.path == path &&
           constant_time_equal(entry.digest, digest);
  });
}

// Our page takes the response out of its address, so a reload of it brings none: then the last page
// that was shown there, as long as nobody waits for another response on that path.
std::map<CallbackHandler::Id, CallbackHandler::Entry>::const_iterator
CallbackHandler::find_reloaded(const Request& request, const Target& target) const noexcept {
  auto last = entries_.end();
  if (request.method == "POST" || !target.query.empty()) return last;
  for (auto item = entries_.begin(); item != entries_.end(); ++item) {
    if (item->second.expectation.path != target.path) continue;
    if (item->second.phase == Phase::pending) return entries_.end();
    last = item;
  }
  return last;
}

std::map<CallbackHandler::Id, CallbackHandler::Entry>::iterator CallbackHandler::match(
    std::string_view path, const CallbackResult& result) {
  auto exact = entries_.end();
  auto any = entries_.end();
  // All are compared, so that the time tells nothing of which one was near.
  for (auto item = entries_.begin(); item != entries_.end(); ++item) {
    const auto& [expectation, phase, digest, answer] = item->second;
    if (phase != Phase::pending || expectation.path != path) continue;
    if (expectation.any_state) {
      any = item;
    } else if (constant_time_equal(expectation.state, result.state)) {
      exact = item;
    }
  }
  return exact != entries_.end() ? exact : any;
}

}  // namespace oauth_callback
