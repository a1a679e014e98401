// What an answer of contract, part H looks like.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig.hpp"

namespace oauth_callback::conformance {

// The status, and exactly the fields of section 4.2, with `more` among them.
void check_answer(const Answer& answer, int status, const std::vector<Field>& more = {},
                  const char* file = __builtin_FILE(), int line = __builtin_LINE());

// A request that must not end the wait.
struct Refused {
  Sent sent;
  int status = 400;
  Outcome outcome = Outcome::malformed;
  std::vector<Field> more = {};
};

// Sends it; checks the answer, the event, that nothing of the request shows in it, and the answer
// to HEAD, when the request is a GET. Then `pending` is still to be completed.
void check_refused(ServerRig& rig, PendingCallback& pending, const Refused& refused,
                   const char* file = __builtin_FILE(), int line = __builtin_LINE());

// The same on a server of its own, with the wait completed afterwards.
void check_refused(const Subject& subject, const Refused& refused,
                   const Expectation& expectation = {.state = std::string(test_state)},
                   const char* file = __builtin_FILE(), int line = __builtin_LINE());

// A form POST of these parameters.
Sent form_post(std::string body, std::vector<Field> fields = {});

}  // namespace oauth_callback::conformance
