// T9: stop, at the level of the callback server.
#include <atomic>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "oauth_callback/errors.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

std::error_code error_of_wait(PendingCallback& pending) {
  try {
    pending.wait(patience);
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

void ends_the_wait(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback first = rig.expect();
  PendingCallback second = rig.expect({.path = "/other", .state = "other"});
  std::error_code error;
  Thread waiter([&] { error = error_of_wait(first); });
  rig.server().stop();
  waiter.join();
  check(error == errc::stopped, "a wait under way did not end with errc::stopped");
  check(error_of_wait(second) == errc::stopped, "a later wait did not end with errc::stopped");
  try {
    rig.expect();
    fail("expect() after stop() did not throw");
  } catch (const std::system_error& thrown) {
    check(thrown.code() == errc::not_running, "expect() after stop() is not errc::not_running");
  }
}

void page_leaves(const Subject& subject) {
  std::optional<std::string> page;
  for (int round = 0; round < 50; ++round) {
    ServerRig rig(subject);
    PendingCallback pending = rig.expect();
    Peer silent(rig.port());
    Peer peer = rig.begin({.target = good_target()});
    pending.wait(patience);
    rig.server().stop();
    const Reply reply = peer.read_to_end();
    const Answer answer = parse_answer(reply);
    check_equal(answer.status, 200, "the status");
    if (!page) page = reply.bytes;
    check_equal(reply.bytes, *page, "the page");
  }
}

void before_start(const Subject& subject) {
  const auto server = make_server(subject);
  server->stop();
  server->request_stop();
  server->stop();
  server->start(ServerRig::patient_options());
  server->stop();
  server->stop();
}

void restart(const Subject& subject) {
  ServerRig rig(subject);
  for (int round = 0; round < 5; ++round) {
    PendingCallback old = rig.expect();
    rig.server().stop();
    ServerOptions options = ServerRig::patient_options();
    options.ports = {rig.port()};
    rig.server().start(options);
    check(error_of_wait(old) == errc::stopped, "a pending callback survived the restart");
    PendingCallback pending = rig.expect();
    rig.complete(pending);
  }
}

void races_with_start(const Subject& subject) {
  for (int round = 0; round < 30; ++round) {
    const auto server = make_server(subject);
    std::atomic<int> entered{0};
    const auto together = [&] {
      ++entered;
      while (entered < 3) std::this_thread::yield();
    };
    Thread stopper([&] {
      together();
      server->stop();
    });
    Thread requester([&] {
      together();
      server->request_stop();
    });
    together();
    server->start(ServerRig::patient_options());
    stopper.join();
    requester.join();
    server->stop();
    // Whoever was first, it can be started again.
    server->start(ServerRig::patient_options());
  }
}

void request_stop_from_hook(const Subject& subject) {
  std::atomic<ICallbackServer*> server{nullptr};
  ServerOptions options = ServerRig::patient_options();
  options.on_request = [&](const RequestEvent&) { server.load()->request_stop(); };
  ServerRig rig(subject, options);
  server = &rig.server();
  PendingCallback pending = rig.expect();
  const Reply reply = rig.send({.target = "/other"});
  if (!reply.bytes.empty()) parse_answer(reply);
  check(error_of_wait(pending) == errc::stopped, "the pending callback is not stopped");
  rig.server().stop();
  check(!still_accepts(rig.port()), "the port accepts after stop()");
}

void request_stop_from_completion(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  Gate completed;
  std::string code;
  pending.on_complete([&](std::error_code error, const CallbackResult& result) {
    code = error ? error.message() : result.code;
    rig.server().request_stop();
    completed.open();
  });
  check_equal(rig.get(good_target()).status, 200, "the status");
  completed.wait();
  check_equal(code, "GOOD", "the code");
  rig.server().stop();
  check(!still_accepts(rig.port()), "the port accepts after stop()");
}

void waits_for_the_hook(const Subject& subject) {
  Gate entered;
  Gate leave;
  std::atomic<bool> left{false};
  ServerOptions options = ServerRig::patient_options();
  options.limits.drain_timeout = milliseconds(50);
  options.on_request = [&](const RequestEvent&) {
    entered.open();
    leave.wait();
    left = true;
  };
  ServerRig rig(subject, options);
  Peer peer = rig.begin({.target = "/any"});
  entered.wait();
  bool left_when_stopped = false;
  Thread stopper([&] {
    rig.server().stop();
    left_when_stopped = left;
  });
  std::this_thread::sleep_for(milliseconds(200));
  leave.open();
  stopper.join();
  check(left_when_stopped, "stop() returned while the hook ran");
  check(peer.read_to_end().end != End::timeout, "the connection is open after stop()");
}

void parked_is_released(const Subject& subject) {
  ServerRig rig(subject);
  Peer parked = rig.begin({.target = good_target()});
  // Answered only after the first one was read: requests that come in this order are parked in it.
  check_equal(rig.get("/other").status, 404, "the status");
  rig.server().stop();
  const Reply reply = parked.read_to_end();
  check(reply.end != End::timeout, "the parked browser still waits after stop()");
  // 404 is what comes when nobody has stopped, and nobody expected it for 5 s.
  if (!reply.bytes.empty()) check_equal(parse_answer(reply).status, 503, "the status");
}

void replay_ends_with_stop(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  rig.complete(pending);
  rig.server().stop();
  ServerOptions options = ServerRig::patient_options();
  options.ports = {rig.port()};
  options.callback_path = "";
  rig.server().start(options);
  check_equal(rig.get(good_target()).status, 404,
              "the status for the earlier response, after a restart");
}

void pending_outlives(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback waited = rig.expect();
  PendingCallback cancelled = rig.expect({.path = "/2", .state = "2"});
  PendingCallback completed = rig.expect({.path = "/3", .state = "3"});
  rig.get("/3?code=3&state=3");
  check_equal(completed.wait(patience).code, "3", "the code");
  rig.destroy();
  check(error_of_wait(waited) == errc::stopped, "a wait after destruction is not errc::stopped");
  cancelled.cancel();
  check_equal(completed.wait(patience).code, "3", "the code after destruction");
}

}  // namespace

void add_t9_server(Cases& cases) {
  const std::string contract = "<oauth_callback/callback_server.hpp>";
  cases.push_back(
      {"T9.ends-the-wait", "stop() ends every wait with errc::stopped.", contract, ends_the_wait});
  cases.push_back({"T9.page-leaves",
                   "When stop() follows the wait at once, the page still arrives whole.",
                   "measured: a program exits as soon as it has its code", page_leaves});
  cases.push_back({"T9.before-start", "stop() and request_stop() before start() are fine.",
                   contract, before_start});
  cases.push_back(
      {"T9.server-restart", "A server can be started again, on the same port.", contract, restart});
  cases.push_back({"T9.races-with-start", "stop() and request_stop() may race with start().",
                   contract, races_with_start});
  cases.push_back({"T9.request-stop-from-hook", "A hook may call request_stop().", contract,
                   request_stop_from_hook});
  cases.push_back({"T9.request-stop-from-completion",
                   "A completion callback may call request_stop().", contract,
                   request_stop_from_completion});
  cases.push_back({"T9.waits-for-the-hook", "stop() waits for a hook that is running.", contract,
                   waits_for_the_hook});
  cases.push_back({"T9.parked-is-released",
                   "stop() releases a browser that waits for somebody to expect it.", "design 3",
                   parked_is_released});
  cases.push_back({"T9.replay-ends-with-stop",
                   "After stop() an earlier response gets no page any more.", "contract, part H",
                   replay_ends_with_stop});
  cases.push_back({"T9.pending-outlives", "A PendingCallback may outlive its server.",
                   "<oauth_callback/pending_callback.hpp>", pending_outlives});
}

}  // namespace oauth_callback::conformance
