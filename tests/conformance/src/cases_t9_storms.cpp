// T9: stop, again and again, at any moment.
#include <atomic>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr int rounds = 1000;

// Functions that begin at the same moment, but for a few turns, which differ from round to round.
class Race {
 public:
  explicit Race(int round) : round_(round) {}
  ~Race() { join(); }
  Race(const Race&) = delete;

  void add(std::function<void()> run) {
    const int turns = round_ * (static_cast<int>(threads_.size()) + 3) % 11;
    threads_.emplace_back([this, turns, run = std::move(run)] {
      while (!begun_) std::this_thread::yield();
      for (int i = 0; i < turns; ++i) std::this_thread::yield();
      run();
    });
  }
  void begin() { begun_ = true; }
  void join() {
    begin();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  const int round_;
  std::atomic<bool> begun_{false};
  std::vector<std::thread> threads_;
};

// What runs although everything has been stopped.
struct Late {
  std::atomic<bool> stopped{false};
  std::atomic<bool> ran{false};
  std::atomic<int> begun{0};

  void run() {
    ++begun;
    for (int i = 0; i < 3; ++i) {
      if (stopped) ran = true;
      std::this_thread::yield();
    }
  }
};

void wait_for_first(const Late& late) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (late.begun == 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
}

// A peer of each kind: silent, half a request, a whole one.
std::vector<Peer> one_of_each(std::uint16_t port, const std::string& request) {
  std::vector<Peer> peers;
  for (int i = 0; i < 3; ++i) peers.emplace_back(port);
  peers[1].send(half_a_request);
  peers[2].send(request);
  return peers;
}

void check_ended(std::vector<Peer>& peers, std::uint16_t port, const Late& late) {
  for (Peer& peer : peers) {
    check(peer.read_to_end().end != End::timeout, "a connection is open after stop()");
  }
  check(!still_accepts(port), "the port accepts after the last stop()");
  check(!late.ran, "a handler or hook ran after stop() had returned");
}

// Odd rounds stop while the handler runs, even ones while it begins to listen.
void stop_transport(const Subject& subject, int round) {
  Late late;
  const auto transport = make_transport(subject);
  ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), patient_limits(), test_refusal};
  const std::uint16_t port = request.sockets.front().local_port();
  std::vector<Peer> peers = one_of_each(port, to_bytes({}));
  Race race(round);
  for (int i = 0; i < 3; ++i) race.add([&] { transport->stop(); });
  const bool running = round % 2 == 1;
  if (!running) race.begin();
  transport->listen(std::move(request), [&](const Request&, Responder responder) {
    late.run();
    responder.send(ok_response());
  });
  if (running) wait_for_first(late);
  race.join();
  transport->stop();
  late.stopped = true;
  check_ended(peers, port, late);
}

// What becomes of somebody who waits meanwhile.
void wait_for_stop(ICallbackServer& server) {
  try {
    server.expect({.state = std::string(test_state)}).wait(patience);
  } catch (const std::system_error& error) {
    check(error.code() == errc::stopped || error.code() == errc::not_running,
          "the wait ended with: " + error.code().message());
  }
}

void stop_server(const Subject& subject, int round) {
  Late late;
  std::atomic<bool> wrong{false};
  const auto server = make_server(subject);
  ServerOptions options = ServerRig::patient_options();
  options.on_request = [&](const RequestEvent&) { late.run(); };
  std::vector<Peer> peers;
  std::uint16_t port = 0;
  const bool running = round % 2 == 1;
  if (running) {
    server->start(options);
    port = port_of(server->redirect_uri("/"));
    peers = one_of_each(
        port, to_bytes({.target = "/other", .host = "127.0.0.1:" + std::to_string(port)}));
    wait_for_first(late);
  }
  Race race(round);
  race.add([&] { server->stop(); });
  race.add([&] { server->request_stop(); });
  race.add([&] { server->stop(); });
  race.add([&] {
    try {
      wait_for_stop(*server);
    } catch (const Failure&) {
      wrong = true;
    }
  });
  race.begin();
  if (!running) server->start(options);
  // Whoever expects after the last of the three has stopped waits for this one.
  server->stop();
  race.join();
  server->stop();
  late.stopped = true;
  check(!wrong, "a wait ended neither with errc::stopped nor with errc::not_running");
  if (running) check_ended(peers, port, late);
}

void again_and_again(const Subject& subject, void (*stop_once)(const Subject&, int)) {
  for (int round = 0; round < rounds; ++round) stop_once(subject, round);
}

}  // namespace

void add_t9_storms(Cases& cases) {
  const std::string measured = "measured: a stop that races with the start was lost for ever";
  cases.push_back({"T9.thousand-stops",
                   "stop(), from three threads, 1,000 times: racing with listen() or with a "
                   "handler, with a silent, a half-sent and a whole request.",
                   measured,
                   [](const Subject& subject) { again_and_again(subject, stop_transport); }});
  cases.push_back({"T9.thousand-server-stops",
                   "stop() and request_stop(), 1,000 times: racing with start(), with a wait, "
                   "with a hook, and with each other.",
                   measured,
                   [](const Subject& subject) { again_and_again(subject, stop_server); }});
}

}  // namespace oauth_callback::conformance
