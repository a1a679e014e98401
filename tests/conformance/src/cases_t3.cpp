// T3: the sockets.
#include <algorithm>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

ServerOptions on(std::string host, std::vector<std::uint16_t> ports = {0}) {
  ServerOptions options = ServerRig::patient_options();
  options.host = std::move(host);
  options.ports = std::move(ports);
  return options;
}

// A port that is free now. Nothing else on the machine is likely to take it at once.
std::uint16_t free_port() { return occupy_port(0).local_port(); }

void need_ipv6() {
  if (!has_ipv6_loopback()) throw Skipped("this machine has no ::1");
}

void only_loopback(const Subject& subject) {
  const auto server = make_server(subject);
  for (const std::string host : {"0.0.0.0", "::", "*", "", "192.168.1.1", "127.0.0.2",
                                 "example.com", "localhost.example.com", "127.0.0.1 ", "[::1]"}) {
    std::error_code error;
    try {
      server->start(on(host));
    } catch (const std::system_error& thrown) {
      error = thrown.code();
    }
    check(error == errc::not_loopback, "not refused as not loopback: " + show(host));
  }
  server->start(on("127.0.0.1"));
}

std::vector<InetSocket> listeners_on(std::uint16_t port) {
  std::vector<InetSocket> all = inet_sockets();
  std::erase_if(all, [&](const InetSocket& one) { return !one.listening || one.port != port; });
  return all;
}

void bound_to_loopback(const Subject& subject) {
  std::vector<std::string> hosts{"127.0.0.1", "localhost"};
  if (has_ipv6_loopback()) hosts.emplace_back("::1");
  for (const std::string& host : hosts) {
    ServerRig rig(subject, on(host));
    const std::vector<InetSocket> listeners = listeners_on(rig.port());
    check(!listeners.empty(), "nothing listens on the port of the redirect URI");
    for (const InetSocket& one : listeners) {
      check(one.loopback, "a listening socket is not bound to loopback with host " + host);
      check(one.close_on_exec, "a listening socket is inherited by the browser, with host " + host);
    }
  }
}

void accepted_not_inherited(const Subject& subject) {
  std::optional<Responder> held;
  Gate reached;
  TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  reached.wait();
  for (const InetSocket& one : inet_sockets()) {
    check(one.close_on_exec,
          "a socket on port " + std::to_string(one.port) + " is inherited by the browser");
  }
  held->send(ok_response());
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
}

void exclusive(const Subject& subject) {
  ServerRig rig(subject);
  check(!can_bind_shared(rig.port()), "another process can bind the same port with SO_REUSEPORT");
  const auto second = make_server(subject);
  try {
    second->start(on("127.0.0.1", {rig.port()}));
    fail("two servers share a port");
  } catch (const std::system_error& error) {
    check(error.code() == std::errc::address_in_use,
          "the second server's error is not address_in_use");
  }
}

void candidates(const Subject& subject) {
  const Socket taken = occupy_port(0);
  const std::uint16_t free = free_port();
  {
    ServerRig rig(subject, on("127.0.0.1", {taken.local_port(), free, 0}));
    check_equal(rig.port(), free, "the port, when the first candidate is taken");
    PendingCallback pending = rig.expect();
    rig.complete(pending);
  }
  const std::uint16_t other = free_port();
  ServerRig rig(subject, on("127.0.0.1", {other, taken.local_port()}));
  check_equal(rig.port(), other, "the port, when the first candidate is free");
}

void busy(const Subject& subject) {
  const Socket first = occupy_port(0);
  const Socket last = occupy_port(0);
  const auto server = make_server(subject);
  try {
    server->start(on("127.0.0.1", {first.local_port(), last.local_port()}));
    fail("started on a port that is taken");
  } catch (const std::system_error& error) {
    check(error.code() == std::errc::address_in_use, "the error is not address_in_use");
    const std::string what = error.what();
    check(what.find(std::to_string(last.local_port())) != std::string::npos,
          "the message does not name the last port: " + what);
  }
  server->start(on("127.0.0.1"));
}

void free_at_once(const Subject& subject) {
  std::uint16_t port = 0;
  for (int round = 0; round < 5; ++round) {
    ServerRig rig(subject, on("127.0.0.1", {port}));
    port = rig.port();
    PendingCallback pending = rig.expect();
    Peer silent(port);
    Peer half(port);
    half.send("GET / HT");
    rig.complete(pending);
    rig.server().stop();
    check(!still_accepts(port), "the port still accepts after stop()");
    rig.server().start(on("127.0.0.1", {port}));
    check_equal(port_of(rig.server().redirect_uri("/")), port, "the port after a restart");
  }
}

void ipv6(const Subject& subject) {
  need_ipv6();
  ServerRig rig(subject, on("::1"));
  check_equal(rig.server().redirect_uri("/callback"),
              "http://[::1]:" + std::to_string(rig.port()) + "/callback", "the redirect URI");
  PendingCallback pending = rig.expect();
  rig.complete(pending);
}

void both_families(const Subject& subject) {
  need_ipv6();
  ServerRig rig(subject, on("localhost"));
  check_equal(rig.server().redirect_uri("/callback"),
              "http://localhost:" + std::to_string(rig.port()) + "/callback", "the redirect URI");
  for (const bool ipv6 : {false, true}) {
    PendingCallback pending = rig.expect();
    const std::string code = ipv6 ? "v6" : "v4";
    Peer peer(rig.port(), {.ipv6 = ipv6});
    peer.send(to_bytes({.target = good_target(code), .host = rig.authority()}));
    check_equal(parse_answer(peer.read_to_end()).status, 200, "the status over " + code);
    check_equal(pending.wait(patience).code, code, "the code over " + code);
  }
  rig.server().stop();
  check(!still_accepts(rig.port()) && !still_accepts(rig.port(), true),
        "a family still accepts after stop()");
}

void backlog(const Subject& subject) {
  const std::vector<Socket> sockets = open_loopback_listeners("127.0.0.1", {0});
  std::vector<Peer> peers;
  for (int i = 0; i < 128; ++i) peers.emplace_back(sockets.front().local_port());
  // The transport could have made it smaller.
  const TransportRig rig(subject);
  for (const InetSocket& one : listeners_on(rig.port())) {
    if (one.backlog == 0) throw Skipped("this system does not tell a socket's backlog");
    check(one.backlog >= 128, "the backlog is " + std::to_string(one.backlog));
  }
}

void bound_once(const Subject& subject) {
  const auto transport = make_transport(subject);
  ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), patient_limits(), test_refusal};
  const std::uint16_t port = request.sockets.front().local_port();
  const std::uint64_t number = socket_number(request.sockets.front().get());
  // Comes before the transport listens; a socket that is closed and bound anew would lose it.
  Peer early(port);
  early.send(to_bytes({}));
  transport->listen(std::move(request),
                    [](const Request&, Responder responder) { responder.send(ok_response()); });
  const std::vector<InetSocket> listeners = listeners_on(port);
  check_equal(listeners.size(), 1U, "listening sockets");
  check_equal(listeners.front().number, number, "the socket that listens");
  check_reply(early.read_to_end(), expected_bytes(ok_response()), "the answer to the early one");
}

}  // namespace

void add_t3(Cases& cases) {
  const std::string rfc = "RFC 8252 section 8.3";
  cases.push_back({"T3.only-loopback", "A host that is not 127.0.0.1, ::1 or localhost is refused.",
                   rfc, only_loopback});
  cases.push_back({"T3.bound-to-loopback",
                   "Every listening socket is bound to loopback, and closed on exec.",
                   rfc + "; measured: the launched browser kept the port", bound_to_loopback});
  cases.push_back({"T3.accepted-not-inherited", "Accepted connections are closed on exec as well.",
                   "measured: a child process kept them open", accepted_not_inherited});
  cases.push_back(
      {"T3.exclusive", "Nobody else can bind the port while we listen, not even with SO_REUSEPORT.",
       "measured: two of three libraries shared it and lost 15 to 25 of 40 callbacks", exclusive});
  cases.push_back({"T3.candidates-in-order",
                   "Ports are tried in order; one that is taken moves on to the next.",
                   "RFC 8252 section 7.3", candidates});
  cases.push_back({"T3.busy-port",
                   "When all are taken, the error is address_in_use and names the last.",
                   "<oauth_callback/callback_server.hpp>", busy});
  cases.push_back({"T3.free-at-once",
                   "After stop() the port is closed, and free for the next server at once.",
                   "RFC 9293 section 3.6.1 (TIME-WAIT)", free_at_once});
  cases.push_back(
      {"T3.ipv6", "With host ::1 the callback comes over IPv6.", "RFC 8252 section 7.3", ipv6});
  cases.push_back({"T3.both-families", "With host localhost both families are served on one port.",
                   "measured: browsers try either family first", both_families});
  cases.push_back({"T3.backlog", "At least 128 connections can wait to be accepted.",
                   "measured: one library's backlog was 5", backlog});
  cases.push_back({"T3.bound-once",
                   "The socket that was bound first is the one that listens, and loses nothing.",
                   "measured: others take a port between a probe and the real bind", bound_once});
}

}  // namespace oauth_callback::conformance
