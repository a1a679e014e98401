// T4: many connections. T5: slow requests.
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

bool ended(const Reply& reply) { return reply.end != End::timeout; }

void behind_silent(const Subject& subject, int count) {
  TransportRig rig(subject);
  std::vector<Peer> silent;
  for (int i = 0; i < count; ++i) silent.emplace_back(rig.port());
  rig.round_trip(to_bytes({}));
  // Those that came last were there before the request as well, and may still be used.
  Peer& last = silent.back();
  check(last.is_quiet(), "the newest silent connection was closed");
  last.send(to_bytes({}));
  check_reply(last.read_to_end(), expected_bytes(ok_response()),
              "the answer on a connection opened early");
}

// From another process, which may have so many descriptors.
void behind_a_thousand(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  Child others("silent", {std::to_string(rig.port()), "1000"});
  others.read_line();
  rig.complete(pending);
  const std::size_t limit = Limits().max_connections;
  std::string line;
  std::size_t open = 0;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  do {
    others.write("count\n");
    line = others.read_line();
    open = number_after(line, "open");
  } while (open >= limit && std::chrono::steady_clock::now() < deadline);
  check_equal(open, limit - 1, "silent connections that are open");
  check_equal(number_after(line, "newest"), 1U, "whether the newest of them is open");
}

void oldest_is_closed(const Subject& subject) {
  Limits limits = patient_limits();
  limits.max_connections = 8;
  TransportRig rig(subject, limits);
  std::vector<Peer> silent;
  for (int i = 0; i < 9; ++i) silent.emplace_back(rig.port());
  check(ended(silent[0].read_to_end()), "the oldest connection is open, with one too many");
  rig.round_trip(to_bytes({}));
  check(ended(silent[1].read_to_end()), "the oldest connection is open after another one came");
  for (std::size_t i = 2; i < silent.size(); ++i) {
    check(silent[i].is_quiet(), "a connection within the limit was closed: " + std::to_string(i));
  }
}

void half_sent_is_closed(const Subject& subject) {
  Limits limits = patient_limits();
  limits.max_connections = 4;
  TransportRig rig(subject, limits);
  std::vector<Peer> half;
  for (int i = 0; i < 5; ++i) half.emplace_back(rig.port()).send(half_a_request);
  check(ended(half[0].read_to_end()), "the oldest connection is open, with one too many");
  half[4].send("\r\n\r\n");
  check_reply(half[4].read_to_end(), expected_bytes(ok_response()), "the answer on the newest");
}

void complete_is_kept(const Subject& subject) {
  Limits limits = patient_limits();
  limits.max_connections = 4;
  std::optional<Responder> held;
  Gate reached;
  TransportRig rig(subject, limits, [&](const Request& request, Responder responder) {
    if (request.target != "/held") {
      responder.send(ok_response());
      return;
    }
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer oldest(rig.port());
  oldest.send(to_bytes({.target = "/held"}));
  reached.wait();
  std::vector<Peer> silent;
  for (int i = 0; i < 6; ++i) silent.emplace_back(rig.port());
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(ok_response()),
              "the answer meanwhile");
  held->send(ok_response());
  check_reply(oldest.read_to_end(), expected_bytes(ok_response()),
              "the answer to the oldest connection");
}

void buffered_bytes(const Subject& subject) {
  Limits limits = patient_limits();
  limits.max_buffered_bytes = 115'000;
  TransportRig rig(subject, limits);
  const std::string bytes = to_bytes({.method = "POST", .body = std::string(50'000, 'b')});
  std::vector<Peer> peers;
  for (int i = 0; i < 3; ++i) peers.emplace_back(rig.port());
  for (Peer& peer : peers) peer.send(bytes.substr(0, bytes.size() - 10'000));
  check(ended(peers[0].read_to_end()), "the oldest connection is open, though all hold too much");
  for (std::size_t i = 1; i < peers.size(); ++i) {
    peers[i].send(bytes.substr(bytes.size() - 10'000));
    check_reply(peers[i].read_to_end(), expected_bytes(ok_response()), "the answer to a newer one");
  }
}

// Sends a byte now and then, until the server has had enough of it.
Reply drip(std::uint16_t port, std::string_view start, milliseconds limit) {
  const auto began = std::chrono::steady_clock::now();
  Peer peer(port);
  peer.send(start);
  const auto deadline = began + patience;
  while (peer.is_quiet() && std::chrono::steady_clock::now() < deadline) {
    peer.send("x");
    std::this_thread::sleep_for(milliseconds(10));
  }
  check(std::chrono::steady_clock::now() - began >= limit, "refused before its time was over");
  peer.half_close();
  return peer.read_to_end();
}

void dripping(const Subject& subject) {
  Limits limits = patient_limits();
  limits.request_timeout = milliseconds(300);
  TransportRig rig(subject, limits);
  const std::string refused = expected_bytes(test_refusal(408));
  const auto answer_to = [&](std::string_view start) {
    return drip(rig.port(), start, limits.request_timeout);
  };
  check_reply(answer_to(half_a_request), refused, "the answer to a dripping field");
  check_reply(answer_to("GET /"), refused, "the answer to a dripping target");
  check_reply(answer_to("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"), refused,
              "the answer to a dripping body");
  check_reply(answer_to("HEAD / HTTP/1.1\r\nHost: x\r\nX: "),
              expected_bytes(test_refusal(408), true), "the answer to a dripping HEAD");
  check_reply(exchange(rig.port(), half_a_request), refused,
              "the answer to a request that stops half way");
  rig.stop();
  check_equal(rig.seen().count(), 0U, "calls of the handler");
}

void silent_has_no_timer(const Subject& subject) {
  Limits limits = patient_limits();
  limits.request_timeout = milliseconds(500);
  TransportRig rig(subject, limits);
  Peer silent(rig.port());
  // Twice as long as a request may take has passed when the second one has timed out.
  for (int i = 0; i < 2; ++i) {
    Peer half(rig.port());
    half.send(half_a_request);
    check_reply(half.read_to_end(), expected_bytes(test_refusal(408)),
                "the answer to half a request");
  }
  check(silent.is_quiet(), "a connection that has sent nothing was timed out");
  silent.send(to_bytes({}));
  check_reply(silent.read_to_end(), expected_bytes(ok_response()),
              "the answer on the silent connection");
}

void answer_has_no_timer(const Subject& subject) {
  Limits limits = patient_limits();
  limits.request_timeout = milliseconds(300);
  std::optional<Responder> held;
  Gate reached;
  TransportRig rig(subject, limits, [&](const Request&, Responder responder) {
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer waiting(rig.port());
  waiting.send(to_bytes({}));
  reached.wait();
  for (int i = 0; i < 2; ++i) {
    check_reply(exchange(rig.port(), half_a_request), expected_bytes(test_refusal(408)),
                "the answer to half a request");
  }
  check(waiting.is_quiet(), "a request that was complete was timed out");
  held->send(ok_response());
  check_reply(waiting.read_to_end(), expected_bytes(ok_response()), "the answer that took long");
}

void closes_silently(const Subject& subject) {
  TransportRig rig(subject);
  Peer peer(rig.port());
  peer.half_close();
  check_reply(peer.read_to_end(), "", "the answer to a connection closed without a byte");
  Peer(rig.port()).reset();
  Peer half(rig.port());
  half.send(half_a_request);
  half.reset();
  rig.round_trip(to_bytes({}));
}

}  // namespace

void add_t4_t5(Cases& cases) {
  const std::string chromium =
      "measured: Chromium opens connections that it does not use; 16 of them delayed "
      "the callback by up to 60 s";
  cases.push_back({"T4.behind-6-silent",
                   "Six silent connections, opened before, do not keep a request waiting.",
                   chromium, [](const Subject& subject) { behind_silent(subject, 6); }});
  cases.push_back({"T4.behind-300-silent", "Nor do 300, more than max_connections.", chromium,
                   [](const Subject& subject) { behind_silent(subject, 300); }});
  cases.push_back({"T4.behind-1000-silent",
                   "Nor do 1,000 of another process: the callback ends its wait, and the newest "
                   "of them stay open.",
                   chromium, behind_a_thousand});
  cases.push_back({"T4.oldest-is-closed",
                   "At max_connections the oldest connection is closed, and no other.",
                   "contract, part T", oldest_is_closed});
  cases.push_back({"T4.half-sent-is-closed", "One that has sent half a request is closed as well.",
                   "contract, part T", half_sent_is_closed});
  cases.push_back({"T4.complete-is-kept",
                   "One that waits for its answer is never closed to make room.",
                   "contract, part T", complete_is_kept});
  cases.push_back({"T4.buffered-bytes",
                   "Over max_buffered_bytes, the oldest incomplete request gives way.",
                   "contract, part T", buffered_bytes});
  cases.push_back({"T5.dripping",
                   "A request that is not complete in time gets 408, however it drips.",
                   "RFC 9110 section 15.5.9; measured: two libraries wait for ever", dripping});
  cases.push_back({"T5.silent-has-no-timer",
                   "A connection that has sent nothing is not timed out, and can be used later.",
                   "measured: Chromium keeps preconnects for 105 s and uses them",
                   silent_has_no_timer});
  cases.push_back({"T5.answer-has-no-timer",
                   "The time is the request's: an answer may take longer.", "contract, part T",
                   answer_has_no_timer});
  cases.push_back({"T5.closed-without-a-byte",
                   "A connection that closes without a byte gets no answer.",
                   "RFC 9112 section 9.5", closes_silently});
}

}  // namespace oauth_callback::conformance
