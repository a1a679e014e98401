// T10: sleeping. T11: hooks. T12: the process.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <semaphore>
#include <thread>

#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

using std::chrono::milliseconds;

// Looks four times a second whether there is something to do.
class Polls final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  ~Polls() override { end(); }
  void listen(ListenRequest request, Handler handler) override {
    inner_->listen(std::move(request), std::move(handler));
    end_ = false;
    poller_ = std::thread([this] {
      while (!end_) std::this_thread::sleep_for(milliseconds(250));
    });
  }
  void stop() noexcept override {
    inner_->stop();
    end();
  }

 private:
  void end() {
    const std::lock_guard lock(mutex_);
    end_ = true;
    if (poller_.joinable()) poller_.join();
  }

  std::mutex mutex_;
  std::atomic<bool> end_{false};
  std::thread poller_;
};

// What the handler throws is told to the peer.
Handler tells_the_peer(Handler handler) {
  return [handler = std::move(handler)](Request request, Responder responder) {
    const auto outer = std::make_shared<Responder>(std::move(responder));
    try {
      handler(std::move(request), Responder([outer](Response response) { outer->send(response); },
                                            [](int status) {
                                              return Response{status, {}, ""};
                                            }));
    } catch (const std::exception& error) {
      outer->send({500, {}, error.what()});
    }
  };
}

void swallow_exceptions(ServerOptions& options) {
  options.on_request = [hook = std::move(options.on_request)](const RequestEvent& event) {
    try {
      hook(event);
    } catch (const std::exception&) {
    }
  };
}

void one_hook_at_a_time(ServerOptions& options) {
  options.on_request = [hook = std::move(options.on_request),
                        mutex = std::make_shared<std::mutex>()](const RequestEvent& event) {
    const std::lock_guard lock(*mutex);
    hook(event);
  };
}

void a_pool_of_hooks(ServerOptions& options) {
  options.on_request =
      [hook = std::move(options.on_request),
       pool = std::make_shared<std::counting_semaphore<32>>(32)](const RequestEvent& event) {
        pool->acquire();
        hook(event);
        pool->release();
      };
}

// One completion callback that throws is the end of the program.
class CompletionEndsAll final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    CallbackPromise outer;
    outer.run_completion_with(
        [](const std::function<void()>& task) { [&]() noexcept { task(); }(); });
    return retell(inner_->expect(std::move(expectation)), tell_all, outer);
  }
};

Tampering on_listen(void (*effect)(ListenRequest&)) { return {.on_listen = effect}; }

void leave_a_descriptor(ListenRequest&) {
  [[maybe_unused]] const int left = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void leave_a_thread(ListenRequest&) {
  std::thread([] {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }).detach();
}

void ignore_sigpipe(ListenRequest&) { ::signal(SIGPIPE, SIG_IGN); }

void block_a_signal(ListenRequest&) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void change_a_limit(ListenRequest&) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  --limit.rlim_cur;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

void add_process_mutants(Mutants& mutants) {
  mutants.push_back({"T10.polls",
                     "A thread looks four times a second whether there is something to do.",
                     {"T10.idle", "T10.silent", "T10.whole-process"},
                     {.transport = wrap<Polls, Transport>()}});
  mutants.push_back({"T11.tells-the-peer",
                     "What a handler throws is told to the peer.",
                     {"T11.handler-throws"},
                     {.handler = tells_the_peer}});
  mutants.push_back({"T11.other-status",
                     "What fails inside gets 503.",
                     {"T11.handler-throws"},
                     {.on_listen = [](ListenRequest& request) {
                       request.refusal = [refusal = request.refusal](int status) {
                         return refusal(status == 500 ? 503 : status);
                       };
                     }}});
  mutants.push_back({"T11.swallows",
                     "What a hook throws is not noticed.",
                     {"T11.hook-throws"},
                     {.on_start = swallow_exceptions}});
  mutants.push_back({"T11.does-not-log",
                     "What a hook throws is not logged.",
                     {"T11.hook-throws"},
                     {.on_start = [](ServerOptions& options) { options.on_log = {}; }}});
  mutants.push_back({"T11.one-hook-at-a-time",
                     "A hook that blocks keeps the others waiting.",
                     {"T11.hook-blocks"},
                     {.on_start = one_hook_at_a_time}});
  mutants.push_back({"T11.a-pool-of-hooks",
                     "At most 32 hooks run at once.",
                     {"T11.many-hooks-block"},
                     {.on_start = a_pool_of_hooks},
                     Noticed::by_hanging});
  mutants.push_back({"T11.completion-ends-all",
                     "A completion callback that throws ends the program.",
                     {"T11.completion-throws"},
                     {.server = wrap<CompletionEndsAll, ICallbackServer>()},
                     Noticed::by_dying});
  mutants.push_back({"T12.leaves-a-descriptor",
                     "Each listen() leaves a descriptor.",
                     {"T12.nothing-left", "T12.nothing-left-by-server"},
                     on_listen(leave_a_descriptor)});
  mutants.push_back({"T12.leaves-a-thread",
                     "Each listen() leaves a thread.",
                     {"T12.nothing-left", "T12.nothing-left-by-server"},
                     on_listen(leave_a_thread)});
  mutants.push_back({"T12.ignores-sigpipe",
                     "SIGPIPE is ignored in the whole process.",
                     {"T12.process-unchanged"},
                     on_listen(ignore_sigpipe)});
  mutants.push_back({"T12.blocks-a-signal",
                     "SIGPIPE is blocked in the caller's thread.",
                     {"T12.process-unchanged"},
                     on_listen(block_a_signal)});
  mutants.push_back({"T12.changes-a-limit",
                     "The limit of descriptors is changed.",
                     {"T12.process-unchanged"},
                     on_listen(change_a_limit)});
  mutants.push_back({"T12.raises-sigpipe",
                     "A peer that goes away ends the process.",
                     {"T12.survives-sigpipe"},
                     {.defects = {.raises_sigpipe = true}},
                     Noticed::by_dying});
}

}  // namespace oauth_callback::mutants
