// T9: stop, at the level of the transport.
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

// Longer than a case may take.
constexpr std::chrono::minutes never{10};

void never_listened(const Subject& subject) {
  const auto transport = make_transport(subject);
  transport->stop();
  transport->stop();
  const auto destroyed = make_transport(subject);
}

void twice(const Subject& subject) {
  TransportRig rig(subject);
  rig.round_trip(to_bytes({}));
  rig.stop();
  rig.stop();
  check(!still_accepts(rig.port()), "the port accepts after stop()");
}

void from_several_threads(const Subject& subject) {
  for (int round = 0; round < 10; ++round) {
    TransportRig rig(subject);
    Peer silent(rig.port());
    std::vector<Thread> threads;
    std::atomic<bool> accepted{false};
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        rig.stop();
        if (still_accepts(rig.port())) accepted = true;
      });
    }
    for (Thread& thread : threads) thread.join();
    check(!accepted, "a stop() returned while the port still accepted");
  }
}

void destructor_stops(const Subject& subject) {
  TransportRig rig(subject);
  Peer silent(rig.port());
  rig.round_trip(to_bytes({}));
  rig.destroy();
  check(!still_accepts(rig.port()), "the port accepts after destruction");
  check(silent.read_to_end().end != End::timeout, "a silent connection outlives the transport");
  TransportRig idle(subject);
  idle.destroy();
}

void restart(const Subject& subject) {
  TransportRig rig(subject);
  for (int round = 0; round < 10; ++round) {
    Peer silent(rig.port());
    if (round % 2 == 0) rig.round_trip(to_bytes({}));
    const std::uint16_t port = rig.port();
    rig.stop();
    check(!still_accepts(port), "the port accepts after stop()");
    check(silent.read_to_end().end != End::timeout, "a silent connection is open after stop()");
    rig.listen();
  }
  rig.round_trip(to_bytes({}));
}

void closes_waiting(const Subject& subject) {
  TransportRig rig(subject);
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i) {
    peers.emplace_back(rig.port());
    if (i % 2 == 0) peers.back().send(half_a_request);
  }
  rig.round_trip(to_bytes({}));
  rig.stop();
  check(!still_accepts(rig.port()), "the port accepts after stop()");
  for (Peer& peer : peers) {
    const Reply reply = peer.read_to_end();
    check(reply.end != End::timeout, "a waiting connection is open after stop()");
    check_equal(reply.bytes, "", "what a waiting connection got");
  }
  check_equal(rig.seen().count(), 1U, "calls of the handler");
}

// An unsent answer, held where the transport cannot reach it.
void held_elsewhere(const Subject& subject, bool sent_during_stop) {
  Limits limits = patient_limits();
  if (!sent_during_stop) limits.drain_timeout = milliseconds(100);
  std::optional<Responder> held;
  Gate reached;
  TransportRig rig(subject, limits, [&](const Request&, Responder responder) {
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  reached.wait();
  Thread stopper([&] { rig.stop(); });
  if (sent_during_stop) held->send(ok_response());
  stopper.join();
  if (!sent_during_stop) held->send(ok_response());
  const Reply reply = peer.read_to_end();
  check(reply.end != End::timeout, "the connection is open after stop()");
  if (sent_during_stop && !reply.bytes.empty()) {
    check_reply(reply, expected_bytes(ok_response()), "the answer sent while stopping");
  }
  held.reset();
  check(!still_accepts(rig.port()), "the port accepts after stop()");
}

void outlives_the_transport(const Subject& subject) {
  Limits limits = patient_limits();
  limits.drain_timeout = milliseconds(50);
  std::optional<Responder> sent_late;
  std::optional<Responder> dropped_late;
  std::mutex mutex;
  Gate both;
  TransportRig rig(subject, limits, [&](const Request& request, Responder responder) {
    const std::lock_guard lock(mutex);
    (request.target == "/sent" ? sent_late : dropped_late).emplace(std::move(responder));
    if (sent_late && dropped_late) both.open();
  });
  Peer first(rig.port());
  first.send(to_bytes({.target = "/sent"}));
  Peer second(rig.port());
  second.send(to_bytes({.target = "/dropped"}));
  both.wait();
  rig.stop();
  rig.destroy();
  sent_late->send(ok_response());
  dropped_late.reset();
}

void waits_for_the_handler(const Subject& subject) {
  Limits limits = patient_limits();
  limits.drain_timeout = milliseconds(50);
  Gate entered;
  Gate leave;
  std::atomic<bool> left{false};
  TransportRig rig(subject, limits, [&](const Request&, Responder responder) {
    entered.open();
    leave.wait();
    responder.send(ok_response());
    left = true;
  });
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  entered.wait();
  bool left_when_stopped = false;
  Thread stopper([&] {
    rig.stop();
    left_when_stopped = left;
  });
  std::this_thread::sleep_for(milliseconds(200));
  leave.open();
  stopper.join();
  check(left_when_stopped, "stop() returned while the handler ran");
}

void nothing_runs_afterwards(const Subject& subject) {
  for (int round = 0; round < 30; ++round) {
    std::atomic<bool> stopped{false};
    std::atomic<bool> late{false};
    std::atomic<int> calls{0};
    TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
      if (stopped) late = true;
      ++calls;
      responder.send(ok_response());
      if (stopped) late = true;
    });
    // Half a request each, so that the rest comes while the transport stops.
    const std::string bytes = to_bytes({});
    std::vector<Peer> peers;
    for (int i = 0; i < 8; ++i)
      peers.emplace_back(rig.port()).send(bytes.substr(0, bytes.size() - 2));
    Thread sender([&] {
      for (Peer& peer : peers) peer.send(bytes.substr(bytes.size() - 2));
    });
    if (round % 2 == 0) {
      while (calls == 0) std::this_thread::yield();
    }
    rig.stop();
    stopped = true;
    sender.join();
    for (Peer& peer : peers) {
      check(peer.read_to_end().end != End::timeout, "a connection is open after stop()");
    }
    check(!late, "a handler ran after stop() had returned");
  }
}

void answer_leaves(const Subject& subject) {
  const Response page{200, {}, std::string(1024 * 1024, 'p')};
  Gate sent;
  TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
    responder.send(page);
    sent.open();
  });
  Peer peer(rig.port(), {.receive_buffer = 4096});
  peer.send(to_bytes({}));
  sent.wait();
  Thread stopper([&] { rig.stop(); });
  const Reply reply = peer.read_to_end();
  peer.close();
  stopper.join();
  check_reply(reply, expected_bytes(page), "the page that was on its way");
}

void whatever_peers_do(const Subject& subject) {
  Limits limits = patient_limits();
  limits.drain_timeout = milliseconds(100);
  limits.response_timeout = limits.linger_timeout = never;
  const Response page{200, {}, std::string(8 * 1024 * 1024, 'p')};
  TransportRig rig(subject, limits,
                   [&](const Request&, Responder responder) { responder.send(page); });
  Peer never_reads(rig.port(), {.receive_buffer = 4096});
  never_reads.send(to_bytes({}));
  never_reads.read_at_least(1);
  Peer never_closes(rig.port());
  never_closes.send("GET / HTTP/9.9\r\n");
  never_closes.read_to_end();
  const auto began = std::chrono::steady_clock::now();
  rig.stop();
  check(std::chrono::steady_clock::now() - began < patience, "stop() does not keep drain_timeout");
  check(!still_accepts(rig.port()), "the port accepts after stop()");
}

// With nothing on its way, stop() does not wait for drain_timeout.
void at_once(const Subject& subject) {
  Limits limits = patient_limits();
  limits.response_timeout = limits.linger_timeout = limits.drain_timeout = never;
  TransportRig rig(subject, limits);
  Peer silent(rig.port());
  Peer half(rig.port());
  half.send(half_a_request);
  Peer answered(rig.port());
  answered.send(to_bytes({}));
  check_reply(answered.read_to_end(), expected_bytes(ok_response()), "the answer");
  const auto began = std::chrono::steady_clock::now();
  rig.stop();
  check(std::chrono::steady_clock::now() - began < patience,
        "stop() waits, though nothing is in flight");
}

void races_with_listen(const Subject& subject) {
  for (int round = 0; round < 40; ++round) {
    const auto transport = make_transport(subject);
    ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), patient_limits(),
                          test_refusal};
    const std::uint16_t port = request.sockets.front().local_port();
    std::atomic<int> entered{0};
    const auto together = [&] {
      ++entered;
      while (entered < 2) std::this_thread::yield();
    };
    Thread stopper([&] {
      together();
      transport->stop();
    });
    together();
    transport->listen(std::move(request),
                      [](const Request&, Responder responder) { responder.send(ok_response()); });
    stopper.join();
    transport->stop();
    check(!still_accepts(port), "the port accepts after the last stop()");
    // Whoever was first, it can listen again.
    transport->listen({open_loopback_listeners("127.0.0.1", {0}), patient_limits(), test_refusal},
                      [](const Request&, Responder) {});
  }
}

}  // namespace

void add_t9(Cases& cases) {
  const std::string design = "contract, part T";
  cases.push_back({"T9.never-listened", "stop() before listen() is fine, and so is destruction.",
                   design, never_listened});
  cases.push_back({"T9.twice", "stop() twice is fine; the port is closed.", design, twice});
  cases.push_back({"T9.from-several-threads",
                   "Several threads may stop at once; each waits for the end.", design,
                   from_several_threads});
  cases.push_back({"T9.destructor-stops", "Destruction stops.", design, destructor_stops});
  cases.push_back({"T9.restart", "After stop() the transport can listen again.", design, restart});
  cases.push_back({"T9.closes-waiting", "Silent and half-sent connections are closed, unanswered.",
                   "measured: they held stop() up for 5 to 60 s", closes_waiting});
  cases.push_back({"T9.held-elsewhere",
                   "An answer that another thread still holds does not hold stop() up.", design,
                   [](const Subject& subject) { held_elsewhere(subject, false); }});
  cases.push_back({"T9.sent-while-stopping",
                   "An answer sent while stop() runs arrives whole, or not at all.", design,
                   [](const Subject& subject) { held_elsewhere(subject, true); }});
  cases.push_back({"T9.responder-outlives",
                   "A Responder may be used or dropped after the transport is gone.",
                   "<oauth_callback/backend.hpp>", outlives_the_transport});
  cases.push_back({"T9.waits-for-the-handler", "stop() waits for a handler that is running.",
                   design, waits_for_the_handler});
  cases.push_back({"T9.nothing-runs-afterwards",
                   "After stop() has returned the handler is not called.",
                   "measured: one library runs it on a destroyed server", nothing_runs_afterwards});
  cases.push_back(
      {"T9.answer-leaves", "An answer that is on its way arrives whole.", design, answer_leaves});
  cases.push_back({"T9.whatever-peers-do",
                   "Peers that neither read nor close do not hold stop() up.", design,
                   whatever_peers_do});
  cases.push_back({"T9.at-once",
                   "Silent, half-sent and answered connections do not hold stop() up.",
                   "measured: they held stop() up for 5 to 60 s", at_once});
  cases.push_back({"T9.races-with-listen", "stop() may race with listen().",
                   "measured: one library then never stops", races_with_listen});
}

}  // namespace oauth_callback::conformance
