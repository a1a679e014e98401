// T10: no wake-ups.
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "process.hpp"
#include "rig.hpp"
#include "sanitizers.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

constexpr int attempts = 10;

// Another process watches, and this thread waits for what it says without waking up itself: so all
// threads count, those of a library's global pool too. A thread that sleeps is not woken by a busy
// machine, which is why one quiet stretch is proof; what was still under way may spoil the first.
void check_sleeps(milliseconds window, int windows, const std::set<int>& others) {
  std::vector<std::string> arguments{std::to_string(window.count()), std::to_string(windows),
                                     std::to_string(attempts * windows)};
  for (const int id : others) arguments.push_back(std::to_string(id));
  Child watcher("sleep", arguments);
  const std::string line = watcher.read_line(window * windows * attempts + patience);
  check_equal(number_after(line, "quiet"), 1U, "quiet stretches of the whole process");
}

// ThreadSanitizer's own thread polls, and has no name: there, only the threads that are new count.
std::set<int> threads_of_the_sanitizer() {
  return has_thread_sanitizer ? thread_ids() : std::set<int>();
}

std::vector<Peer> silent_peers(std::uint16_t port, int count) {
  std::vector<Peer> peers;
  for (int i = 0; i < count; ++i) peers.emplace_back(port);
  return peers;
}

void sleeps(const Subject& subject, int silent) {
  const std::set<int> others = threads_of_the_sanitizer();
  TransportRig rig(subject);
  const std::vector<Peer> peers = silent_peers(rig.port(), silent);
  rig.round_trip(to_bytes({}));
  check_sleeps(milliseconds(1000), 2, others);
}

// All that may wait for long, side by side.
void whole_process(const Subject& subject, milliseconds window) {
  const std::set<int> others = threads_of_the_sanitizer();
  TransportRig idle(subject);
  TransportRig used(subject);
  ServerRig server(subject);
  const std::vector<Peer> silent = silent_peers(used.port(), 6);
  const std::vector<Peer> preconnected = silent_peers(server.port(), 2);
  used.round_trip(to_bytes({}));
  PendingCallback pending = server.expect();
  PendingCallback other = server.expect({.path = "/other", .state = "other"});
  std::thread waiter([&] {
    try {
      other.wait(std::chrono::hours(1));
    } catch (const std::exception&) {
      // Stopped.
    }
  });
  std::string failure;
  try {
    check_equal(server.get("/elsewhere").status, 404, "the status of another request");
    check_sleeps(window, 1, others);
    server.complete(pending);
  } catch (const Failure& thrown) {
    failure = thrown.what();
  }
  server.server().stop();
  waiter.join();
  if (!failure.empty()) throw Failure(failure);
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
  cases.push_back({"T10.whole-process",
                   "For 5 s no thread of the process wakes up, with transports, a callback "
                   "server, a wait under way, and silent connections.",
                   measured,
                   [](const Subject& subject) { whole_process(subject, milliseconds(5000)); }});
  cases.push_back({"T10.whole-minute", "Nor does any for a minute.", measured,
                   [](const Subject& subject) { whole_process(subject, milliseconds(60'000)); },
                   true});
}

}  // namespace oauth_callback::conformance
