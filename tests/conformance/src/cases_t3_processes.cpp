// T3, with another process of the same user.
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

ServerOptions on(const std::string& host, std::uint16_t port = 0) {
  ServerOptions options = ServerRig::patient_options();
  options.host = host;
  options.ports = {port};
  return options;
}

// Callbacks over every family that the host stands for. Each must end its wait.
void complete_over(ServerRig& rig, bool ipv6, int number) {
  const std::string code = "C" + std::to_string(number);
  PendingCallback pending = rig.expect();
  Peer peer(rig.port(), {.ipv6 = ipv6});
  peer.send(to_bytes({.target = good_target(code), .host = rig.authority()}));
  check_equal(parse_answer(peer.read_to_end()).status, 200, "the status");
  check_equal(pending.wait(patience).code, code, "the code that ended the wait");
}

void joined(const Subject& subject) {
  constexpr int callbacks = 40;
  std::vector<std::string> hosts{"127.0.0.1"};
  if (has_ipv6_loopback()) hosts.insert(hosts.end(), {"::1", "localhost"});
  for (const std::string& host : hosts) {
    ServerRig rig(subject, on(host));
    Child hijacker("join", {std::to_string(rig.port())});
    const std::string ways = hijacker.read_line();
    for (int i = 0; i < callbacks; ++i) {
      complete_over(rig, host == "::1" || (host == "localhost" && i % 2 == 1), i);
    }
    hijacker.write("count\n");
    check_equal(
        number_after(hijacker.read_line(), "stolen"), 0U,
        "connections that came to another process instead of " + host + ", which was " + ways);
  }
}

void joins_nobody(const Subject& subject) {
  Child first("occupy", {});
  const auto port = static_cast<std::uint16_t>(number_after(first.read_line(), "port"));
  const auto server = make_server(subject);
  try {
    server->start(on("127.0.0.1", port));
    fail("the server shares a port with another process");
  } catch (const std::system_error& error) {
    check(error.code() == std::errc::address_in_use, "the error is not address_in_use");
  }
}

std::string inherited() { return Child("descriptors", {}).read_rest(); }

// Compared with what a child has anyway, from whoever started the suite.
void nothing_inherited(const Subject& subject) {
  const std::string before = inherited();
  std::optional<Responder> held;
  Gate reached;
  TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer silent(rig.port());
  Peer peer(rig.port());
  peer.send(to_bytes({}));
  reached.wait();
  check_equal(inherited(), before, "the descriptors of a process started meanwhile");
  held->send(ok_response());
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
}

// The browser that we start lives on when we stop.
void port_is_not_kept(const Subject& subject) {
  ServerRig rig(subject);
  Child browser("occupy", {});
  browser.read_line();
  const std::uint16_t port = rig.port();
  rig.server().stop();
  check(!Peer::can_connect(port), "a process started meanwhile keeps the port open");
  rig.server().start(on("127.0.0.1", port));
  PendingCallback pending = rig.expect();
  rig.complete(pending);
}

}  // namespace

void add_t3_processes(Cases& cases) {
  cases.push_back({"T3.nobody-joins",
                   "Another process that binds the port, on any address and with any socket "
                   "options, gets none of 40 callbacks.",
                   "measured: it got 97 to 108 of 200 of two libraries", joined});
  cases.push_back({"T3.joins-nobody",
                   "A port that another process is ready to share is taken, all the same.",
                   "RFC 8252 section 8.3", joins_nobody});
  cases.push_back({"T3.nothing-inherited",
                   "A process started while connections are open has no descriptor of ours.",
                   "measured: the browser got the listening socket of two libraries",
                   nothing_inherited});
  cases.push_back({"T3.port-is-not-kept",
                   "A process started meanwhile does not keep the port after stop().",
                   "measured: the port stayed in LISTEN after our end", port_is_not_kept});
}

}  // namespace oauth_callback::conformance
