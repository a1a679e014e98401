#include <chrono>
#include <memory>
#include <thread>

#include "cases.hpp"
#include "check.hpp"
#include "peer.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::chrono::seconds window{2};
constexpr int quiet_windows = 2;
constexpr int attempts = 10;

// A thread that sleeps is not woken by a busy machine: two windows in a row without a wake-up are
// found, unless the server itself keeps waking.
void sleeps(const Subject& subject, int silent) {
  const auto others = thread_ids();
  TransportRig rig(subject);
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < silent; ++i) peers.push_back(std::make_unique<Peer>(rig.port()));
  rig.round_trip(to_bytes({}));
  int quiet = 0;
  for (int i = 0; i < attempts && quiet < quiet_windows; ++i) {
    const auto before = count_wake_ups(others);
    std::this_thread::sleep_for(window);
    quiet = count_wake_ups(others) == before ? quiet + 1 : 0;
  }
  check(quiet == quiet_windows, "the server's threads keep waking up while there is nothing to do");
}

}  // namespace

void add_t10(Cases& cases) {
  const std::string measured =
      "measured: one library polls four times a second, another 175 times with one silent "
      "connection";
  cases.push_back({"T10.idle", "A server with no connection does not wake up.", measured,
                   [](const Subject& subject) { sleeps(subject, 0); }});
  cases.push_back({"T10.silent", "Nor does one with silent connections.", measured,
                   [](const Subject& subject) { sleeps(subject, 6); }});
}

}  // namespace oauth_callback::conformance
