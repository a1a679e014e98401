// Cases that take minutes: only with --soak.
#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

// All at the same time: each has 10 s, the default, and gets a byte a second.
void byte_a_second(const Subject& subject) {
  TransportRig rig(subject, Limits());
  const std::array<std::string_view, 4> starts{
      "GET /", "GET / HTTP/1.1\r\nHost: x\r\nX: ",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nX: y\r\nContent-Length: 1000\r\n\r\na=b&"};
  const auto began = Clock::now();
  std::vector<Peer> peers;
  for (const std::string_view start : starts) peers.emplace_back(rig.port()).send(start);
  std::vector<bool> quiet(peers.size(), true);
  while (std::find(quiet.begin(), quiet.end(), true) != quiet.end()) {
    std::this_thread::sleep_for(seconds(1));
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (quiet[i] && !peers[i].is_quiet()) {
        check(Clock::now() - began >= Limits().request_timeout,
              "refused before its 10 s were over");
        quiet[i] = false;
      } else if (quiet[i]) {
        peers[i].send("x");
      }
    }
    check(Clock::now() - began < Limits().request_timeout + patience,
          "a request may drip for ever");
  }
  for (Peer& peer : peers) {
    check_reply(peer.read_to_end(), expected_bytes(test_refusal(408)), "the answer");
  }
  check_equal(rig.seen().count(), 0U, "calls of the handler");
}

// For as long as Chromium keeps a connection that it has not used.
void silent_for_105_s(const Subject& subject) {
  TransportRig rig(subject, Limits());
  Peer silent(rig.port());
  std::this_thread::sleep_for(seconds(106));
  check(silent.is_quiet(), "a connection that has sent nothing was timed out");
  silent.send(to_bytes({}));
  check_reply(silent.read_to_end(), expected_bytes(ok_response()), "the answer");
}

void logins(const Subject& subject) {
  constexpr std::size_t allowed_kib = 4 * 1024;
  const auto log_in = [&](int times) {
    for (int i = 0; i < times; ++i) {
      ServerRig rig(subject);
      PendingCallback pending = rig.expect();
      const Peer silent(rig.port());
      rig.complete(pending);
      rig.server().stop();
    }
  };
  log_in(500);
  const std::size_t descriptors = count_descriptors();
  const std::size_t before = resident_kib(own_process());
  log_in(5000);
  const std::size_t after = resident_kib(own_process());
  check_equal(count_descriptors(), descriptors, "open descriptors after 5,000 more logins");
  check(after <= before + allowed_kib,
        "5,000 more logins took " + std::to_string(after - before) + " KiB of memory");
}

}  // namespace

void add_long(Cases& cases) {
  const auto add = [&](std::string id, std::string requirement, std::string reference,
                       void (*body)(const Subject&)) {
    cases.push_back({std::move(id), std::move(requirement), std::move(reference), body, true});
  };
  add("T5.byte-a-second", "A byte a second in the target, a field or the body: 408 after 10 s.",
      "measured: two libraries still waited after 45 s", byte_a_second);
  add("T5.silent-for-105-s", "A connection that was silent for 105 s can be used.",
      "measured: Chromium keeps preconnects for 105 s and uses them", silent_for_105_s);
  add("T12.logins", "5,000 logins leave no memory and no descriptor behind.", "contract, part T",
      logins);
}

}  // namespace oauth_callback::conformance
