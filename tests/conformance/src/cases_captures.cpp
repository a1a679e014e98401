// C: requests of real browsers.
#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "captures.hpp"
#include "cases.hpp"
#include "check.hpp"
#include "oauth_callback/encoding.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

using Captures = std::shared_ptr<const std::vector<Capture>>;

// The verdict on every scenario that starts with one of these.
struct Group {
  std::string id;
  std::string requirement;
  std::vector<std::string> scenarios;  // what their names start with
  void (*replay)(const Subject&, const Capture&);
};

// The parameters of the captured response, and how it came.
struct CapturedResponse {
  CallbackResult result;
  bool posted = false;
};

bool is_speculative(std::string_view bytes) {
  return bytes.find("\r\nSec-Purpose: ") != std::string_view::npos;
}

CapturedResponse parse_response(std::string_view bytes) {
  CapturedResponse response;
  response.posted = bytes.starts_with("POST ");
  const std::size_t space = bytes.find(' ');
  const std::string_view target = bytes.substr(space + 1, bytes.find(' ', space + 1) - space - 1);
  const std::size_t query = target.find('?');
  std::string_view text =
      query == std::string_view::npos ? std::string_view() : target.substr(query + 1);
  if (response.posted && text.empty()) text = bytes.substr(bytes.find("\r\n\r\n") + 4);
  response.result = make_callback_result(parse_form(text).parameters);
  return response;
}

std::string scenario_name(const Capture& capture) {
  return capture.scenario.substr(capture.scenario.find('/') + 1);
}

// A server on the host that the browser was sent to.
ServerOptions options_for(const Capture& capture) {
  ServerOptions options = ServerRig::patient_options();
  for (const CapturedConnection& connection : capture.connections) {
    const std::string_view authority = captured_authority(connection.bytes);
    if (authority.starts_with("localhost")) options.host = "localhost";
    if (authority.starts_with("[::1]")) options.host = "::1";
  }
  return options;
}

// Sends what the browser sent, a connection after the other; the silent ones stay open. Returns the
// statuses of the answers, and 0 for silence.
std::vector<int> replay(ServerRig& rig, const Capture& capture) {
  std::vector<Peer> silent;
  std::vector<int> statuses;
  for (const CapturedConnection& connection : capture.connections) {
    Peer peer(rig.port(), {.ipv6 = rig.authority().starts_with('[')});
    if (connection.bytes.empty()) {
      silent.push_back(std::move(peer));
      statuses.push_back(0);
      continue;
    }
    peer.send(with_authority(connection.bytes, rig.authority()));
    statuses.push_back(parse_answer(peer.read_to_end()).status);
  }
  return statuses;
}

int count_completed(const ServerRig& rig) {
  int completed = 0;
  for (const Event& event : rig.events()) completed += event.outcome == Outcome::completed ? 1 : 0;
  return completed;
}

// The connection that brings the response: not one that only prefetches it.
const CapturedConnection* find_response(const Capture& capture) {
  for (const CapturedConnection& connection : capture.connections) {
    const bool is_callback = connection.bytes.starts_with("GET /callback") ||
                             connection.bytes.starts_with("POST /callback");
    if (is_callback && !is_speculative(connection.bytes)) return &connection;
  }
  return nullptr;
}

void completes_once(const Subject& subject, const Capture& capture) {
  const CapturedConnection* genuine = find_response(capture);
  if (genuine == nullptr) return;  // the browser could not send it
  const CapturedResponse response = parse_response(genuine->bytes);
  ServerRig rig(subject, options_for(capture));
  const std::string& state = response.result.state;
  PendingCallback pending =
      rig.expect({.state = state, .any_state = state.empty(), .form_post = response.posted});
  const std::vector<int> statuses = replay(rig, capture);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const CapturedConnection& connection = capture.connections[i];
    if (&connection == genuine) check_equal(statuses[i], 200, "the status for " + connection.file);
  }
  check(pending.wait(patience) == response.result, "the result is not what the browser sent");
  check_equal(count_completed(rig), 1, "responses that completed");
}

void leaves_the_wait_alone(const Subject& subject, const Capture& capture) {
  ServerRig rig(subject, options_for(capture));
  PendingCallback pending = rig.expect({.state = std::string(test_state), .form_post = true});
  for (const int status : replay(rig, capture)) {
    check(status == 0 || status >= 400, "a request got the status " + std::to_string(status));
  }
  check(!pending.poll(), "the wait has ended");
  rig.complete(pending);
}

void is_never_speculative(const Subject& subject, const Capture& capture) {
  ServerRig rig(subject, options_for(capture));
  PendingCallback pending = rig.expect({.state = "S"});
  const std::vector<int> statuses = replay(rig, capture);
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    if (is_speculative(capture.connections[i].bytes))
      check_equal(statuses[i], 503, "the status for a prefetch");
  }
  const bool navigated = find_response(capture) != nullptr;
  check_equal(count_completed(rig), navigated ? 1 : 0, "responses that completed");
  if (navigated) check_equal(pending.wait(patience).code, "C", "the code");
}

// Neither where a posted form is expected nor where it is not, and the password goes nowhere.
void is_not_taken(const Subject& subject, const Capture& capture) {
  constexpr std::string_view password = "hunter2";
  const std::string& form = capture.connections.front().bytes;
  check(form.find(password) != std::string::npos, "no password in " + capture.scenario);
  for (const bool form_post : {false, true}) {
    ServerOptions options = options_for(capture);
    std::mutex mutex;
    std::string told;
    const auto tell = [&](std::string_view line) {
      const std::lock_guard lock(mutex);
      told.append(line).append("\n");
    };
    options.on_log = tell;
    options.on_request = [&](const RequestEvent& event) {
      for (const std::string_view text : {event.method, event.path, event.origin}) tell(text);
    };
    ServerRig rig(subject, options);
    PendingCallback pending = rig.expect({.state = "S", .form_post = form_post});
    Peer peer(rig.port());
    peer.send(with_authority(form, rig.authority()));
    const Reply reply = peer.read_to_end();
    check_equal(parse_answer(reply).status, form_post ? 400 : 405,
                "the status for a login form sent on to us");
    check(!pending.poll(), "the wait has ended");
    rig.server().stop();
    const std::lock_guard lock(mutex);
    check(reply.bytes.find(password) == std::string::npos, "the answer holds the password");
    check(told.find(password) == std::string::npos, "the program is told the password");
  }
}

// Cut short, because the server of the recording closed early.
void is_incomplete(const Subject& subject, const Capture& capture) {
  ServerRig rig(subject, options_for(capture));
  PendingCallback pending = rig.expect({.state = std::string(test_state), .form_post = true});
  for (const CapturedConnection& connection : capture.connections) {
    if (connection.bytes.empty()) continue;
    const Reply reply =
        exchange(rig.port(), with_authority(connection.bytes, rig.authority()), true);
    const int status = parse_answer(reply).status;
    check(status >= 400, "a request got the status " + std::to_string(status));
  }
  check(!pending.poll(), "the wait has ended");
  rig.complete(pending);
}

const std::vector<Group>& groups() {
  static const std::vector<Group> all{
      {"C.redirects",
       "A redirect after a click, after a login form (302, 303), by script, by meta refresh, or "
       "from the program.",
       {"click-302-", "postform-302-", "postform-303-", "js-replace-", "meta-refresh-",
        "direct-302-", "argv-", "window-close-", "learnt-preconnect-", "csp-"},
       completes_once},
      {"C.hosts",
       "By name or by address of either family, as the browser resolves them.",
       {"localhost-", "hsts-", "https-upgrade-"},
       completes_once},
      {"C.form-posts",
       "A form posted by the authorization server, of up to 20 kB.",
       {"formpost-"},
       completes_once},
      {"C.keep-alive",
       "A browser that would use the connection for more.",
       {"keepalive-"},
       completes_once},
      {"C.cookies",
       "The cookies of other ports come along, 241 kB of them.",
       {"cookies-", "startcookie-"},
       completes_once},
      {"C.again",
       "A browser that sends the response again, on reload or after a lost connection.",
       {"reload-back-", "redirect-to-clean", "retry-", "close-204", "close-GET-unread-",
        "close-RST-", "close-SO-LINGER0-", "close-close-", "close-drop-", "close-lingering-",
        "close-listener-"},
       completes_once},
      {"C.login-form-sent-on",
       "A login form that 307 or 308 sends on to us, with its password, is not taken.",
       {"postform-307-", "postform-308-"},
       is_not_taken},
      {"C.attacks",
       "Pages on the web that try to reach the callback do not end the wait.",
       {"attack-"},
       leaves_the_wait_alone},
      {"C.cut-short",
       "Half a request, or one with a body that is too large, ends no wait.",
       {"close-GET-answer-before-", "close-GET-close-with-", "close-POST-"},
       is_incomplete},
      {"C.silent",
       "Connections that stay silent, and a response without a state, end no wait.",
       {"idle-lifetime", "preconnect-lifetime"},
       leaves_the_wait_alone},
      {"C.fragments",
       "A response in the fragment never reaches us, and ends no wait.",
       {"fragment-"},
       leaves_the_wait_alone},
      {"C.speculation",
       "Prefetch and prerender do not end the wait; the navigation that follows does.",
       {"speculation-"},
       is_never_speculative}};
  return all;
}

bool belongs_to(const Capture& capture, const Group& group) {
  return std::any_of(group.scenarios.begin(), group.scenarios.end(), [&](const std::string& start) {
    return scenario_name(capture).starts_with(start);
  });
}

// No recording without a verdict, and none with two.
void require_verdicts(const std::vector<Capture>& captures) {
  for (const Capture& capture : captures) {
    const auto verdicts = std::count_if(groups().begin(), groups().end(), [&](const Group& group) {
      return belongs_to(capture, group);
    });
    if (verdicts == 1) continue;
    throw std::runtime_error(std::to_string(verdicts) + " verdicts on the recording " +
                             capture.scenario);
  }
}

void replay_group(const Subject& subject, const Group& group, const Captures& captures) {
  int replayed = 0;
  for (const Capture& capture : *captures) {
    if (!belongs_to(capture, group)) continue;
    try {
      group.replay(subject, capture);
    } catch (const std::exception& error) {
      fail(capture.scenario + ": " + error.what());
    }
    ++replayed;
  }
  if (replayed == 0) throw Skipped("no such captures in the folder");
}

}  // namespace

void add_captures(Cases& cases, const std::string& folder) {
  const Captures captures = std::make_shared<std::vector<Capture>>(load_captures(folder));
  require_verdicts(*captures);
  for (const Group& group : groups()) {
    cases.push_back(
        {group.id, group.requirement, "captured: Chromium 156, 2026-11-23",
         [&group, captures](const Subject& subject) { replay_group(subject, group, captures); }});
  }
}

}  // namespace oauth_callback::conformance
