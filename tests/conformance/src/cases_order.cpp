// H14: where two rows of section 4.2 apply, the earlier wins.
#include <string>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

const std::string state(test_state);
const Field prefetch{"Sec-Purpose", "prefetch"};
const Field no_navigation{"Sec-Fetch-Mode", "no-cors"};
const Field plain_text{"Content-Type", "text/plain"};

struct Conflict {
  std::string id;
  std::string requirement;
  Refused refused;
  Expectation expectation = {.state = state};
};

std::vector<Conflict> conflicts() {
  const Expectation post{.state = state, .form_post = true};
  const Expectation issuer{.state = state, .issuer = "https://as.example"};
  const std::vector<Field> allow{{"Allow", "GET, HEAD"}};
  return {
      {"1-before-2",
       "A wrong Host comes before prefetch.",
       {.sent = {.target = good_target(), .host = "evil.example", .fields = {prefetch}},
        .status = 421,
        .outcome = Outcome::wrong_host}},
      {"1-before-3",
       "A wrong Host comes before an unknown path.",
       {.sent = {.target = "/EVIL", .host = "evil.example"},
        .status = 421,
        .outcome = Outcome::wrong_host}},
      {"2-before-3",
       "Prefetch comes before an unknown path.",
       {.sent = {.target = "/EVIL", .fields = {prefetch}},
        .status = 503,
        .outcome = Outcome::speculative}},
      {"2-before-4",
       "Prefetch comes before a wrong method.",
       {.sent = {.method = "PUT", .target = good_target(), .fields = {prefetch}},
        .status = 503,
        .outcome = Outcome::speculative}},
      {"3-before-4",
       "An unknown path comes before a wrong method.",
       {.sent = {.method = "PUT", .target = "/EVIL"},
        .status = 404,
        .outcome = Outcome::not_expected}},
      {"4-before-5",
       "A wrong method comes before Sec-Fetch-Mode.",
       {.sent = {.method = "PUT", .target = good_target(), .fields = {no_navigation}},
        .status = 405,
        .outcome = Outcome::bad_method,
        .more = allow}},
      {"4-before-6",
       "A POST that is not expected comes before its type.",
       {.sent = {.method = "POST", .target = good_target(), .fields = {plain_text}, .body = "x"},
        .status = 405,
        .outcome = Outcome::bad_method,
        .more = allow}},
      {"5-before-6",
       "Sec-Fetch-Mode comes before the type.",
       {.sent = {.method = "POST",
                 .target = good_target(),
                 .fields = {plain_text, no_navigation},
                 .body = "x"},
        .status = 403,
        .outcome = Outcome::not_navigation},
       post},
      {"5-before-7",
       "Sec-Fetch-Mode comes before malformed parameters.",
       {.sent = {.target = good_target() + "&x=%zz", .fields = {no_navigation}},
        .status = 403,
        .outcome = Outcome::not_navigation}},
      {"6-before-7",
       "The type comes before malformed parameters.",
       {.sent = {.method = "POST",
                 .target = good_target() + "&code=2",
                 .fields = {plain_text},
                 .body = "x=%zz"},
        .status = 415,
        .outcome = Outcome::bad_content_type},
       post},
      {"7-before-9",
       "Malformed parameters come before a wrong state.",
       {.sent = {.target = "/callback?code=1&code=2&state=EVIL"}, .outcome = Outcome::malformed}},
      {"9-before-10",
       "A wrong state comes before a wrong issuer.",
       {.sent = {.target = "/callback?code=1&state=EVIL&iss=EVIL"},
        .outcome = Outcome::wrong_state},
       issuer},
      {"9-before-11",
       "A wrong state comes before an incomplete response.",
       {.sent = {.target = "/callback?state=EVIL"}, .outcome = Outcome::wrong_state}},
      {"10-before-11",
       "A wrong issuer comes before an incomplete response.",
       {.sent = {.target = "/callback?iss=EVIL&state=" + state}, .outcome = Outcome::wrong_issuer},
       issuer},
  };
}

void repeated_conflicts(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  rig.complete(pending);
  PendingCallback other = rig.expect({.path = "/callback", .state = "other"});
  const Sent again{.target = good_target()};
  Sent sent = again;
  sent.fields = {prefetch};
  check_refused(rig, other, {.sent = sent, .status = 503, .outcome = Outcome::speculative});
  sent.fields = {no_navigation};
  check_refused(rig, other, {.sent = sent, .status = 403, .outcome = Outcome::not_navigation});
  sent = again;
  sent.target += "&code=2";
  check_refused(rig, other, {.sent = sent, .outcome = Outcome::malformed});
  check_answer(rig.ask(again), 200);
}

}  // namespace

void add_order(Cases& cases) {
  for (const Conflict& conflict : conflicts()) {
    cases.push_back({"H14." + conflict.id, conflict.requirement, "contract, part H",
                     [conflict](const Subject& subject) {
                       check_refused(subject, conflict.refused, conflict.expectation);
                     }});
  }
  cases.push_back({"H14.repeated",
                   "A repeated response comes after rows 1 to 7, and before the state.",
                   "contract, part H", repeated_conflicts});
}

}  // namespace oauth_callback::conformance
