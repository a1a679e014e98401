// T11: hooks that block or throw. T12: no side effects on the process.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "process.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

void handler_throws(const Subject& subject) {
  const std::string refused = expected_bytes(test_refusal(500));
  TransportRig rig(subject, patient_limits(), [](const Request& request, Responder responder) {
    if (request.target == "/throws") throw std::runtime_error("secret");
    if (request.target == "/throws-a-number") throw 42;
    if (request.target == "/drops") return;
    responder.send(ok_response());
  });
  for (const std::string target : {"/throws", "/throws-a-number", "/drops"}) {
    check_reply(exchange(rig.port(), to_bytes({.target = target})), refused,
                "the answer to " + target);
    check_reply(exchange(rig.port(), to_bytes({.method = "HEAD", .target = target})),
                expected_bytes(test_refusal(500), true), "the answer to HEAD of " + target);
  }
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(ok_response()), "the next answer");
}

struct Log {
  std::mutex mutex;
  std::string text;
};

void hook_throws(const Subject& subject) {
  std::atomic<bool> throws{true};
  const auto log = std::make_shared<Log>();
  ServerOptions options = ServerRig::patient_options();
  options.on_request = [&](const RequestEvent& event) {
    if (throws && event.path == "/callback") throw std::runtime_error("secret of the hook");
  };
  options.on_log = [log](std::string_view line) {
    const std::lock_guard lock(log->mutex);
    log->text.append(line).append("\n");
  };
  ServerRig rig(subject, options);
  PendingCallback pending = rig.expect();
  const Reply reply = rig.send({.target = good_target("CODE-IN-VAIN")});
  check_equal(parse_answer(reply).status, 500, "the status when the hook throws");
  check(reply.bytes.find("secret of the hook") == std::string::npos,
        "the peer sees the hook's message");
  check(!pending.poll(), "the wait ended, though its request was answered with 500");
  check_equal(rig.get("/other").status, 404, "the status of another request");
  {
    const std::lock_guard lock(log->mutex);
    check(log->text.find("secret of the hook") != std::string::npos,
          "the message is not in the log");
    check(log->text.find("CODE-IN-VAIN") == std::string::npos, "the code is in the log");
  }
  throws = false;
  rig.complete(pending);
}

void hook_blocks(const Subject& subject) {
  Gate entered;
  Gate leave;
  ServerOptions options = ServerRig::patient_options();
  options.on_request = [&](const RequestEvent& event) {
    if (event.path != "/blocks") return;
    entered.open();
    leave.wait();
  };
  ServerRig rig(subject, options);
  PendingCallback pending = rig.expect();
  Peer blocked = rig.begin({.target = "/blocks"});
  entered.wait();
  rig.complete(pending);
  check(blocked.is_quiet(), "the blocked request was answered before its hook returned");
  leave.open();
  check_equal(parse_answer(blocked.read_to_end()).status, 404, "the status of the blocked request");
}

void wrong_state_logged(const Subject& subject) {
  Gate entered;
  Gate leave;
  const auto log = std::make_shared<Log>();
  ServerOptions options = ServerRig::patient_options();
  options.on_log = [&, log](std::string_view line) {
    {
      const std::lock_guard lock(log->mutex);
      log->text.append(line).append("\n");
    }
    entered.open();
    leave.wait();
  };
  ServerRig rig(subject, options);
  PendingCallback pending = rig.expect();
  for (int i = 0; i < 3; ++i)
    check_equal(rig.get("/callback?code=EVIL&state=EVIL").status, 400, "the status");
  entered.wait();
  rig.complete(pending);
  leave.open();
  rig.server().stop();
  const std::lock_guard lock(log->mutex);
  check_equal(std::count(log->text.begin(), log->text.end(), '\n'), 1, "the lines in the log");
  check(log->text.find("wrong state") != std::string::npos,
        "the log does not say it: " + log->text);
  check(log->text.find("EVIL") == std::string::npos, "the log holds what was sent: " + log->text);
}

// More than any library's pool of threads.
void many_hooks_block(const Subject& subject) {
  constexpr int many = 40;
  std::atomic<int> entered{0};
  Gate all;
  Gate leave;
  ServerOptions options = ServerRig::patient_options();
  options.on_request = [&](const RequestEvent& event) {
    if (event.path != "/blocks") return;
    if (++entered == many) all.open();
    leave.wait();
  };
  ServerRig rig(subject, options);
  PendingCallback pending = rig.expect();
  std::vector<Peer> blocked;
  for (int i = 0; i < many; ++i) blocked.push_back(rig.begin({.target = "/blocks"}));
  all.wait();
  rig.complete(pending);
  leave.open();
  for (Peer& peer : blocked) {
    check_equal(parse_answer(peer.read_to_end()).status, 404, "the status of a blocked request");
  }
}

void completion_throws(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback first = rig.expect();
  Gate completed;
  first.on_complete([&](std::error_code, const CallbackResult&) {
    completed.open();
    throw std::runtime_error("from a completion callback");
  });
  check_equal(rig.get(good_target("FIRST")).status, 200, "the status");
  completed.wait();
  PendingCallback second = rig.expect();
  rig.complete(second, "SECOND");
}

// All that a program may do with a transport, quickly.
void use(const Subject& subject) {
  Limits limits = patient_limits();
  limits.drain_timeout = milliseconds(50);
  TransportRig rig(subject, limits);
  Peer silent(rig.port());
  Peer half(rig.port());
  half.send("GET / HT");
  rig.round_trip(to_bytes({}));
  rig.round_trip(to_bytes({.method = "POST", .body = "a=b"}));
  check_reply(exchange(rig.port(), "GET / HTTP/2.0\r\n"), expected_bytes(test_refusal(505)),
              "the refusal");
  rig.stop();
  rig.listen();
  rig.round_trip(to_bytes({}));
}

// A thread that was joined may still be listed for a moment, also among the known ones.
void check_no_thread_but(const std::set<int>& known) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const auto none_is_new = [&] {
    const std::set<int> ids = thread_ids();
    return std::includes(known.begin(), known.end(), ids.begin(), ids.end());
  };
  while (!none_is_new() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(5));
  }
  check(none_is_new(), "there are new threads after ten more uses");
}

void nothing_left(const Subject& subject) {
  count_descriptors();
  // The first use may set up what the library keeps for good.
  use(subject);
  const std::size_t descriptors = count_descriptors();
  const std::set<int> threads = thread_ids();
  for (int i = 0; i < 10; ++i) use(subject);
  check_equal(count_descriptors(), descriptors, "open descriptors after ten more uses");
  check_no_thread_but(threads);
}

void nothing_left_by_server(const Subject& subject) {
  const auto use_server = [&] {
    ServerRig rig(subject);
    PendingCallback pending = rig.expect();
    Peer silent(rig.port());
    Peer parked = rig.begin({.target = "/callback?code=1&state=other"});
    rig.complete(pending);
  };
  use_server();
  const std::size_t descriptors = count_descriptors();
  const std::set<int> threads = thread_ids();
  for (int i = 0; i < 10; ++i) use_server();
  check_equal(count_descriptors(), descriptors, "open descriptors after ten more uses");
  check_no_thread_but(threads);
}

void process_unchanged(const Subject& subject) {
  for (const auto kind :
       {SigpipeDisposition::Kind::by_default, SigpipeDisposition::Kind::handled}) {
    const SigpipeDisposition disposition(kind);
    const std::string before = describe_process();
    TransportRig rig(subject);
    check_equal(describe_process(), before, "signals and limits once it listens");
    rig.round_trip(to_bytes({}));
    check_equal(describe_process(), before, "signals and limits after a request");
    rig.destroy();
    check_equal(describe_process(), before, "signals and limits at the end");
  }
}

void survives_sigpipe(const Subject& subject) {
  const SigpipeDisposition disposition(SigpipeDisposition::Kind::by_default);
  const Response page{200, {}, std::string(512 * 1024, 'p')};
  Gate gone;
  TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
    gone.wait();
    responder.send(page);
  });
  for (int i = 0; i < 4; ++i) {
    Peer peer(rig.port());
    peer.send(to_bytes({}));
    // After a FIN, a RST makes the next send() fail with EPIPE, and not with ECONNRESET.
    if (i % 2 == 0) peer.half_close();
    peer.reset();
  }
  gone.open();
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(page), "the next page");
}

}  // namespace

void add_t11_t12(Cases& cases) {
  const std::string hooks = "contract, part T";
  cases.push_back({"T11.handler-throws",
                   "A handler that throws, or drops its Responder, answers 500.", hooks,
                   handler_throws});
  cases.push_back({"T11.hook-throws",
                   "When on_request throws the answer is 500, the message goes to on_log only, and "
                   "the wait goes on.",
                   hooks, hook_throws});
  cases.push_back({"T11.hook-blocks",
                   "While on_request blocks for one request, others are answered.", hooks,
                   hook_blocks});
  cases.push_back({"H9.logged",
                   "The log hook is told of the first wrong state, without what was sent, and may "
                   "block meanwhile.",
                   "RFC 6749 section 10.12", wrong_state_logged});
  cases.push_back({"T11.many-hooks-block", "Nor do forty that block keep the callback waiting.",
                   hooks, many_hooks_block});
  cases.push_back({"T11.completion-throws", "A completion callback that throws harms nobody.",
                   hooks, completion_throws});
  cases.push_back({"T12.nothing-left", "No descriptor and no thread is left over.",
                   "measured: a global pool kept its threads", nothing_left});
  cases.push_back({"T12.nothing-left-by-server", "Nor does the callback server leave any.",
                   "contract, part T", nothing_left_by_server});
  cases.push_back({"T12.process-unchanged",
                   "Signals, their mask, limits, umask, folder, locale, environment, rounding "
                   "and handlers of the runtime are what they were.",
                   "measured: one library's constructor ignores SIGPIPE", process_unchanged});
  cases.push_back({"T12.survives-sigpipe",
                   "A peer that goes away does not end the process with SIGPIPE.", "POSIX send()",
                   survives_sigpipe});
}

}  // namespace oauth_callback::conformance
