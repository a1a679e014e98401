// H12: several waits at once, and responses that come early.
#include <chrono>
#include <string>
#include <thread>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

const std::string state(test_state);

// Responses that come before anybody expects them reach the server first: what is sent after them
// was answered.
void settle(ServerRig& rig) {
  for (int i = 0; i < 3; ++i) {
    check_equal(rig.get("/settle").status, 404, "the status of another request");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void by_path(const Subject& subject) {
  for (const bool in_order : {true, false}) {
    ServerRig rig(subject);
    PendingCallback one = rig.expect({.path = "/one", .state = "same"});
    PendingCallback two = rig.expect({.path = "/two", .state = "same"});
    PendingCallback& first = in_order ? one : two;
    PendingCallback& second = in_order ? two : one;
    check_answer(rig.get(std::string(in_order ? "/one" : "/two") + "?code=1&state=same"), 200);
    check(!second.poll(), "the wait on the other path has ended");
    check_equal(first.wait(patience).code, "1", "the code on the first path");
    // The same response, but not the same as what completed: the path belongs to it.
    check_answer(rig.get(std::string(in_order ? "/two" : "/one") + "?code=1&state=same"), 200);
    check_equal(second.wait(patience).code, "1", "the code on the second path");
  }
}

void by_state(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback first = rig.expect({.state = "one"});
  PendingCallback second = rig.expect({.state = "two"});
  check_refused(
      rig, first,
      {.sent = {.target = "/callback?code=EVIL&state=three"}, .outcome = Outcome::wrong_state});
  check_answer(rig.get("/callback?code=2&state=two"), 200);
  check_equal(second.wait(patience).code, "2", "the code for the state two");
  check(!first.poll(), "the wait for the other state has ended");
  check_answer(rig.get("/callback?code=1&state=one"), 200);
  check_equal(first.wait(patience).code, "1", "the code for the state one");
}

void cancelled(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.callback_path = "";
  ServerRig rig(subject, options);
  PendingCallback first = rig.expect({.state = "one"});
  PendingCallback second = rig.expect({.state = "two"});
  first.cancel();
  check_refused(
      rig, second,
      {.sent = {.target = "/callback?code=EVIL&state=one"}, .outcome = Outcome::wrong_state});
  second = PendingCallback();
  check_answer(rig.get("/callback?code=2&state=two"), 404);
  PendingCallback again = rig.expect({.state = "one"});
  check_answer(rig.get("/callback?code=1&state=one"), 200);
  check_equal(again.wait(patience).code, "1", "the code");
}

void parked(const Subject& subject) {
  ServerRig rig(subject);
  Peer early = rig.begin({.target = good_target("EARLY")});
  settle(rig);
  PendingCallback pending = rig.expect();
  check_equal(pending.wait(patience).code, "EARLY", "the code");
  check_answer(parse_answer(early.read_to_end()), 200);
}

void parked_post(const Subject& subject) {
  ServerRig rig(subject);
  Peer early = rig.begin(form_post("code=EARLY&state=" + state));
  settle(rig);
  PendingCallback pending = rig.expect({.state = state, .form_post = true});
  check_equal(pending.wait(patience).code, "EARLY", "the code");
  check_answer(parse_answer(early.read_to_end()), 200);
}

void parked_forged(const Subject& subject) {
  ServerRig rig(subject);
  Peer forged = rig.begin({.target = "/callback?code=EVIL&state=EVIL"});
  Peer early = rig.begin({.target = good_target("EARLY")});
  settle(rig);
  PendingCallback pending = rig.expect();
  check_equal(pending.wait(patience).code, "EARLY", "the code");
  check_answer(parse_answer(forged.read_to_end()), 400);
  check_answer(parse_answer(early.read_to_end()), 200);
}

void not_parked(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.callback_path = "/elsewhere";
  ServerRig rig(subject, options);
  Peer early = rig.begin({.target = good_target("EARLY")});
  settle(rig);
  PendingCallback pending = rig.expect();
  check_answer(parse_answer(early.read_to_end()), 404);
  check(!pending.poll(), "a response that came early, on another path, has ended the wait");
  rig.complete(pending);
}

void parked_in_vain(const Subject& subject) {
  ServerRig rig(subject);
  check_answer(rig.get(good_target()), 404);
}

void completion(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  Gate completed;
  std::string code;
  pending.on_complete([&](std::error_code error, const CallbackResult& result) {
    code = error ? error.message() : result.code;
    completed.open();
  });
  check_answer(rig.get(good_target()), 200);
  completed.wait();
  check_equal(code, "GOOD", "the code");
}

void backend_name(const Subject& subject) {
  ServerRig rig(subject);
  check_equal(rig.server().backend(), subject.name, "backend()");
}

}  // namespace

void add_flows(Cases& cases) {
  const std::string several = "<oauth_callback/callback_server.hpp>";
  const std::string parking = "<oauth_callback/options.hpp>: callback_path";
  cases.push_back({"H12.by-path", "Several may be pending, on different paths.", several, by_path});
  cases.push_back(
      {"H12.by-state", "Several may be pending on one path, by their states.", several, by_state});
  cases.push_back({"H12.cancelled", "A cancelled expectation is no longer there.",
                   "<oauth_callback/pending_callback.hpp>", cancelled});
  cases.push_back(
      {"H12.parked", "A response that comes early waits until it is expected.", parking, parked});
  cases.push_back({"H12.parked-post", "So does a posted form.", parking, parked_post});
  cases.push_back({"H12.parked-forged",
                   "Early responses are judged, each by itself, when one is expected.", parking,
                   parked_forged});
  cases.push_back({"H12.not-parked", "Only callback_path is kept waiting.", parking, not_parked});
  cases.push_back({"H12.parked-in-vain", "When nobody comes to expect it: 404, after 5 s.", parking,
                   parked_in_vain});
  cases.push_back({"H12.completion", "A completion callback gets the result.",
                   "<oauth_callback/pending_callback.hpp>", completion});
  cases.push_back({"H12.backend-name", "backend() is the name the server was made with.", several,
                   backend_name});
}

}  // namespace oauth_callback::conformance
