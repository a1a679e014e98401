// T8: the whole answer arrives.
#include <chrono>
#include <string>
#include <thread>

#include "cases.hpp"
#include "check.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

// More than the system buffers between a peer that sends and a server that does not read.
constexpr std::size_t large = 16 * 1024 * 1024;

Response large_page(std::size_t size = 1024 * 1024) {
  std::string body;
  body.reserve(size + 32);
  for (std::size_t line = 0; body.size() < size; ++line)
    body += "line " + std::to_string(line) + "\n";
  return {200, {{"Content-Type", "text/plain"}}, body};
}

Handler serve(const Response& page) {
  return [page](const Request&, Responder responder) { responder.send(page); };
}

// The first byte to a closed socket is still taken, and answered with RST; what was read before
// shows no trace of that.
void check_drained(Peer& peer, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  for (int i = 0; i < 10; ++i) {
    check(peer.send("still here"), "the server reset the connection instead of draining it", file,
          line);
    std::this_thread::sleep_for(milliseconds(2));
  }
}

void slow_reader(const Subject& subject) {
  const Response page = large_page();
  TransportRig rig(subject, patient_limits(), serve(page));
  Peer peer(rig.port(), {.receive_buffer = 4096});
  peer.send(to_bytes({}));
  Reply whole;
  while (whole.end != End::eof) {
    Reply part = peer.read_at_least(1);
    whole.bytes += part.bytes;
    if (part.bytes.empty()) {
      whole.end = part.end;
      break;
    }
    if (whole.bytes.size() < 100'000) std::this_thread::sleep_for(milliseconds(1));
  }
  check_reply(whole, expected_bytes(page), "the page");
}

void refused_body(const Subject& subject) {
  TransportRig rig(subject);
  const std::string bytes = to_bytes({.method = "POST", .body = std::string(large, 'b')});
  for (int round = 0; round < 5; ++round) {
    Peer peer(rig.port());
    check(peer.send(bytes), "the server did not take what it had refused");
    check_reply(peer.read_to_end(), expected_bytes(test_refusal(413)), "the refusal");
    check_drained(peer);
  }
}

void refused_head(const Subject& subject) {
  TransportRig rig(subject);
  Peer peer(rig.port());
  check(peer.send("GET / HTTP/1.1\r\n\r\n" + std::string(large, 'x')),
        "the server did not take what it had refused");
  check_reply(peer.read_to_end(), expected_bytes(test_refusal(400)), "the refusal");
  check_drained(peer);
}

void unread_rest(const Subject& subject) {
  TransportRig rig(subject);
  Peer peer(rig.port());
  check(peer.send(to_bytes({}) + std::string(large, 'x')), "the server did not take the rest");
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
  check_drained(peer);
  rig.stop();
  check_equal(rig.seen().count(), 1U, "calls of the handler");
}

void large_page_and_rest(const Subject& subject) {
  const Response page = large_page();
  TransportRig rig(subject, patient_limits(), serve(page));
  Peer peer(rig.port());
  check(peer.send(to_bytes({}) + std::string(200'000, 'x')), "the server did not take the rest");
  check_reply(peer.read_to_end(), expected_bytes(page), "the page");
  check_drained(peer);
}

void server_half_closes(const Subject& subject) {
  Limits limits = patient_limits();
  limits.linger_timeout = patience * 2;  // so that the end of file is not the end of lingering
  TransportRig rig(subject, limits);
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  // Our side stays open: the end of file is the server's.
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
  check_drained(peer);
  check_equal(to_string(peer.read_to_end(milliseconds(0)).end), to_string(End::eof), "the end");
}

void client_half_closes(const Subject& subject) {
  const Response page = large_page();
  TransportRig rig(subject, patient_limits(), serve(page));
  check_reply(exchange(rig.port(), to_bytes({}), true), expected_bytes(page), "the answer to GET");
  check_reply(exchange(rig.port(), to_bytes({.method = "POST", .body = "a=b"}), true),
              expected_bytes(page), "the answer to POST");
  check_reply(exchange(rig.port(), "GET / HTTP/2.0\r\n", true), expected_bytes(test_refusal(505)),
              "the refusal");
}

void drain_is_bounded(const Subject& subject) {
  Limits limits = patient_limits();
  limits.linger_timeout = milliseconds(100);
  TransportRig rig(subject, limits);
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
  // The byte that tells starts linger_timeout anew: a server that gets no time waits for longer.
  milliseconds pause = limits.linger_timeout * 2;
  for (const auto end = std::chrono::steady_clock::now() + patience;; pause *= 2) {
    std::this_thread::sleep_for(pause);
    if (!peer.send("x")) return;
    check(std::chrono::steady_clock::now() < end,
          "the server drains a peer that does not close for ever");
  }
}

void reading_is_expected(const Subject& subject) {
  const Response page = large_page(32 * 1024 * 1024);  // more than all buffers hold
  Limits limits = patient_limits();
  limits.response_timeout = milliseconds(200);
  TransportRig rig(subject, limits, serve(page));
  milliseconds pause = limits.response_timeout * 2;
  for (const auto end = std::chrono::steady_clock::now() + patience;; pause *= 2) {
    Peer peer(rig.port());
    peer.send(to_bytes({}));
    std::this_thread::sleep_for(pause);
    // The rest of the page comes from a server that still waits for us to read.
    const Reply reply = peer.read_to_end();
    if (reply.end != End::timeout && reply.bytes.size() < page.body.size()) return;
    check(std::chrono::steady_clock::now() < end,
          "the server waits for a peer that does not read for ever");
  }
}

// Each byte starts linger_timeout anew, but not for ever.
void drain_ends(const Subject& subject) {
  Limits limits = patient_limits();
  limits.response_timeout = milliseconds(1000);
  TransportRig rig(subject, limits);
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (peer.send("x")) {
    check(std::chrono::steady_clock::now() < deadline,
          "the server drains for ever while bytes come");
    std::this_thread::sleep_for(milliseconds(10));
  }
}

void peer_vanishes(const Subject& subject) {
  const Response page = large_page();
  TransportRig rig(subject, patient_limits(), serve(page));
  for (int i = 0; i < 10; ++i) {
    Peer peer(rig.port(), {.receive_buffer = 4096});
    peer.send(to_bytes({}));
    if (i % 2 == 0) peer.read_at_least(1);
    peer.reset();
  }
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(page),
              "the page for the next one");
}

void many_at_once(const Subject& subject) {
  TransportRig rig(subject, patient_limits(), [](const Request& request, Responder responder) {
    responder.send({200, {}, request.target});
  });
  std::vector<Peer> peers;
  for (int i = 0; i < 50; ++i) peers.emplace_back(rig.port());
  for (std::size_t i = peers.size(); i-- > 0;) {
    peers[i].send(to_bytes({.target = "/" + std::to_string(i)}));
  }
  for (std::size_t i = 0; i < peers.size(); ++i) {
    check_reply(peers[i].read_to_end(), expected_bytes({200, {}, "/" + std::to_string(i)}),
                "the answer");
  }
}

}  // namespace

void add_t8(Cases& cases) {
  const std::string rfc = "RFC 9112 section 9.6";
  cases.push_back({"T8.slow-reader", "A page of 1 MiB reaches a reader that takes its time.", rfc,
                   slow_reader});
  cases.push_back({"T8.refused-body",
                   "A body of 16 MiB is refused and drained; the refusal arrives, with no RST.",
                   rfc + "; measured: one library resets from 5 KB on", refused_body});
  cases.push_back({"T8.refused-head",
                   "What follows a refused head is drained; the refusal arrives.", rfc,
                   refused_head});
  cases.push_back({"T8.unread-rest",
                   "What follows a request is drained unread; the answer arrives.", rfc,
                   unread_rest});
  cases.push_back({"T8.large-page-and-rest",
                   "So does a large page, when the peer has sent more than it should.", rfc,
                   large_page_and_rest});
  cases.push_back({"T8.server-half-closes",
                   "After the answer the server closes its side and drains ours.", rfc,
                   server_half_closes});
  cases.push_back({"T8.client-half-closes",
                   "A peer that closes its side after the request gets its answer.",
                   "measured: one library answers nothing", client_half_closes});
  cases.push_back({"T8.reading-is-expected",
                   "A peer that does not read is dropped after response_timeout.",
                   "<oauth_callback/options.hpp>", reading_is_expected});
  cases.push_back({"T8.drain-is-bounded",
                   "A peer that never closes is dropped after linger_timeout.", "contract, part T",
                   drain_is_bounded});
  cases.push_back({"T8.drain-ends", "Nor is one that goes on sending drained for ever.",
                   "contract, part T", drain_ends});
  cases.push_back({"T8.peer-vanishes", "A peer that resets the connection harms nobody else.",
                   "RFC 9293 section 3.5.2", peer_vanishes});
  cases.push_back({"T8.many-at-once", "Fifty requests at once get each its own answer.",
                   "contract, part T", many_at_once});
}

}  // namespace oauth_callback::conformance
