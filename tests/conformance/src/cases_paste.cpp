// H16: what comes through submit() is judged as a request.
#include <atomic>
#include <list>
#include <string>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

const std::string state(test_state);

std::string origin(const ServerRig& rig) { return "http://" + rig.authority(); }

void check_submit(ServerRig& rig, const std::string& text, Outcome expected,
                  const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  check_equal(to_string(rig.server().submit(text)), to_string(expected),
              "the outcome of " + show(text), file, line);
}

// None of these ends the wait, and the real response still does.
void check_all(ServerRig& rig, PendingCallback& pending, const std::vector<std::string>& texts,
               Outcome expected, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  for (const std::string& text : texts) {
    check_submit(rig, text, expected, file, line);
    check(!pending.poll(), "the wait has ended after " + show(text), file, line);
  }
}

void takes(const Subject& subject, const std::vector<std::string>& before_and_after) {
  for (std::size_t i = 0; i < before_and_after.size(); i += 2) {
    ServerRig rig(subject);
    PendingCallback pending = rig.expect();
    std::string before = before_and_after[i];
    if (before.ends_with('@')) before.replace(before.size() - 1, 1, origin(rig) + "/callback?");
    check_submit(rig, before + "code=GOOD&state=" + state + before_and_after[i + 1],
                 Outcome::completed);
    const auto result = pending.poll();
    check(result.has_value(), "the wait has not ended");
    check_equal(result->code, "GOOD", "the code");
  }
}

void url(const Subject& subject) { takes(subject, {"@", "", " \t@", "#_=_\r\n"}); }

void query(const Subject& subject) { takes(subject, {"", "", "?", "", "\n", " "}); }

void host(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::string port = std::to_string(rig.port());
  check_all(rig, pending,
            {"http://evil.example" + good_target(), "http://evil.example:" + port + good_target(),
             "http://127.0.0.1" + good_target(), "https://" + rig.authority() + good_target(),
             origin(rig) + ".evil.example" + good_target(), good_target(), "hello", ""},
            Outcome::wrong_host);
  rig.complete(pending);
}

void path(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::string parameters = "?code=EVIL&state=" + state;
  check_all(rig, pending,
            {origin(rig) + "/EVIL" + parameters, origin(rig) + "/callback/" + parameters,
             origin(rig) + parameters},
            Outcome::not_expected);
  rig.complete(pending);
}

void other_state(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  check_all(rig, pending,
            {origin(rig) + "/callback?code=EVIL&state=EVIL", "code=EVIL&state=EVIL", "?code=EVIL",
             origin(rig) + "/callback", "?error=EVIL"},
            Outcome::wrong_state);
  rig.complete(pending);
}

void parameters(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  check_all(rig, pending,
            {origin(rig) + good_target() + "&code=2", origin(rig) + good_target() + "&state=2",
             origin(rig) + good_target() + "&x=%zz", origin(rig) + good_target() + "&x=%ff",
             origin(rig) + good_target() + "&x=a b", origin(rig) + good_target() + "&x=\n2",
             origin(rig) + good_target() + "&x=\xc3\xa4",
             origin(rig) + good_target() + std::string(8000, 'x')},
            Outcome::malformed);
  check_all(rig, pending, {"state=" + state, "code=&state=" + state}, Outcome::incomplete);
  rig.complete(pending);
}

void issuer(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.state = state, .issuer = "https://as.example"});
  check_all(rig, pending,
            {origin(rig) + good_target(), origin(rig) + good_target() + "&iss=https://EVIL"},
            Outcome::wrong_issuer);
  check_submit(rig, origin(rig) + good_target() + "&iss=https://as.example", Outcome::completed);
}

void once(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  check_submit(rig, origin(rig) + good_target(), Outcome::completed);
  check_submit(rig, origin(rig) + good_target(), Outcome::repeated);
  check_submit(rig, origin(rig) + good_target("LATE"), Outcome::wrong_state);
  check_answer(rig.get(good_target()), 200);
  check_answer(rig.get(good_target("LATE")), 400);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
  PendingCallback next = rig.expect();
  rig.complete(next, "NEXT");
  check_submit(rig, origin(rig) + good_target("NEXT"), Outcome::repeated);
}

void race(const Subject& subject) {
  ServerRig rig(subject);
  for (int round = 0; round < 10; ++round) {
    PendingCallback pending = rig.expect();
    std::atomic<int> won = 0;
    {
      std::list<Thread> threads;
      for (int i = 0; i < 3; ++i) {
        const std::string number = std::to_string(round) + "-" + std::to_string(i);
        threads.emplace_back([&, target = good_target("PASTED" + number)] {
          if (rig.server().submit(origin(rig) + target) == Outcome::completed) ++won;
        });
        threads.emplace_back([&, target = good_target("SENT" + number)] {
          if (rig.get(target).status == 200) ++won;
        });
      }
    }
    check_equal(won.load(), 1, "how many have won");
    pending.wait(patience);
  }
}

void told(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  check_submit(rig, origin(rig) + "/callback?code=EVIL&state=EVIL", Outcome::wrong_state);
  check_equal(rig.last_event().wrong_states, std::size_t{1}, "the number of wrong states");
  check_submit(rig, origin(rig) + good_target(), Outcome::completed);
  const Event event = rig.last_event();
  check_equal(event.method, "", "the method on_request was told");
  check_equal(event.path, "/callback", "the path on_request was told");
  check_equal(to_string(event.outcome), to_string(Outcome::completed), "the outcome it was told");
  check_equal(event.status, 200, "the status it was told");
}

void stopped(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::string text = origin(rig) + good_target();
  rig.server().stop();
  check_submit(rig, text, Outcome::not_expected);
}

}  // namespace

void add_paste(Cases& cases) {
  const std::string reference = "<oauth_callback/callback_server.hpp>: submit";
  const auto add = [&](std::string id, std::string requirement, auto body) {
    cases.push_back({"H16." + std::move(id), std::move(requirement), reference, std::move(body)});
  };
  add("url", "The redirect URL ends the wait.", url);
  add("query", "So does its query alone, with '?' or without.", query);
  add("host", "A URL of another scheme, host or port does not, nor what is no URL.", host);
  add("path", "A URL of another path does not.", path);
  add("state", "Another state, or none, does not.", other_state);
  add("parameters", "Parameters that a request would be refused for do not.", parameters);
  add("issuer", "Another issuer, or none where one is expected, does not.", issuer);
  add("once", "It counts once; a browser with the same response gets the same page.", once);
  add("race", "Of many, pasted and sent at the same time, exactly one ends the wait.", race);
  add("told", "on_request is told, with an empty method.", told);
  add("stopped", "After stop() nothing is expected.", stopped);
}

}  // namespace oauth_callback::conformance
