// What the cases for held pages (H15) share.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {

inline Expectation held(std::string path = "/callback",
                        std::chrono::milliseconds timeout = patience * 4) {
  return {.path = std::move(path),
          .state = std::string(test_state),
          .form_post = true,
          .hold_page = true,
          .hold_timeout = timeout};
}

inline std::string target_on(const std::string& path) {
  return path + "?code=GOOD&state=" + std::string(test_state);
}

// What the pages look like where nothing is held, or nobody else reports.
inline std::string success_page(ServerRig& rig) {
  PendingCallback pending = rig.expect({.path = "/model", .state = std::string(test_state)});
  return rig.send({.target = target_on("/model")}).bytes;
}

inline std::string neutral_page(ServerRig& rig) {
  PendingCallback pending = rig.expect(held("/model-neutral"));
  Peer peer = rig.begin({.target = target_on("/model-neutral")});
  pending.wait(patience);
  pending = PendingCallback();
  return peer.read_to_end().bytes;
}

// A response whose page is held.
struct Held {
  ServerRig& rig;
  PendingCallback pending;
  Peer peer;
  CallbackResult result;

  explicit Held(ServerRig& on, Expectation expectation = held())
      : rig(on),
        pending(rig.expect(expectation)),
        peer(rig.begin({.target = target_on(expectation.path)})),
        result(pending.wait(patience)) {
    check_equal(result.code, "GOOD", "the code");
  }
};

// What was sent before these requests has been read, and what was going to be answered has been.
inline void settle(ServerRig& rig) {
  for (int i = 0; i < 3; ++i) {
    check_equal(rig.get("/settle").status, 404, "the status of another request");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

inline void check_page(Peer& peer, std::string_view expected, std::string_view what,
                       const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const Reply reply = peer.read_to_end();
  check_answer(parse_answer(reply), 200, {}, file, line);
  check_reply(reply, expected, what, file, line);
}

}  // namespace oauth_callback::conformance
