// T9: stop.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

using std::chrono::milliseconds;

// Only destruction stops.
class NeverStops final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  void stop() noexcept override {}
};

// The first stop() is the last that does anything.
class StopsOnce final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  void stop() noexcept override {
    if (!stopped_.exchange(true)) inner_->stop();
  }

 private:
  std::atomic<bool> stopped_{false};
};

// Only the first of several stop() waits.
class FirstWaits final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  void stop() noexcept override {
    if (stopping_.exchange(true)) return;
    std::this_thread::sleep_for(milliseconds(50));
    inner_->stop();
    stopping_ = false;
  }

 private:
  std::atomic<bool> stopping_{false};
};

// stop() returns at once; what runs goes on until destruction.
class StopsLater final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  ~StopsLater() override { join(); }
  void listen(ListenRequest request, Handler handler) override {
    join();
    inner_->listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!stopper_.joinable()) stopper_ = std::thread([this] { inner_->stop(); });
  }

 private:
  void join() {
    const std::lock_guard lock(mutex_);
    if (stopper_.joinable()) stopper_.join();
  }

  std::mutex mutex_;
  std::thread stopper_;
};

// stop() before listen() waits for it.
class WaitsForListen final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  void listen(ListenRequest request, Handler handler) override {
    inner_->listen(std::move(request), std::move(handler));
    const std::lock_guard lock(mutex_);
    listens_ = true;
    changed_.notify_all();
  }
  void stop() noexcept override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return listens_; });
    inner_->stop();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool listens_ = false;
};

// Whoever has stopped cannot listen any more.
class StopsForGood final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  void listen(ListenRequest request, Handler handler) override {
    if (stopped_) throw std::runtime_error("stopped");
    inner_->listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override {
    stopped_ = true;
    inner_->stop();
  }

 private:
  std::atomic<bool> stopped_{false};
};

class ServerStopsForGood final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  void start(const ServerOptions& options) override {
    if (stopped_) throw std::runtime_error("stopped");
    inner_->start(options);
  }
  void stop() noexcept override {
    stopped_ = true;
    inner_->stop();
  }

 private:
  std::atomic<bool> stopped_{false};
};

// Destruction leaves everything running.
class DestructorForgets final : public ForwardingTransport {
 public:
  using ForwardingTransport::ForwardingTransport;
  ~DestructorForgets() override { inner_.release(); }  // NOLINT: that is the defect
};

// Stopping a server does not end its waits.
class ServerForgetsWaits final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    return retell(
        inner_->expect(std::move(expectation)),
        [](const CallbackPromise& outer, std::error_code error, const CallbackResult& result) {
          if (!error) outer.resolve(result);
        });
  }
};

class ServerNeverStops final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  void start(const ServerOptions& options) override {
    if (!std::exchange(started_, true)) inner_->start(options);
  }
  void stop() noexcept override {}
  void request_stop() noexcept override {}

 private:
  bool started_ = false;
};

class ServerIgnoresRequests final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  void request_stop() noexcept override {}
};

// Hooks run where stop() does not wait for them.
void detach_hooks(ServerOptions& options) {
  if (!options.on_request) return;
  options.on_request = [hook = std::move(options.on_request)](const RequestEvent& event) {
    std::thread([hook, path = std::string(event.path)] {
      RequestEvent copy;
      copy.path = path;
      hook(copy);
    }).detach();
  };
}

// A Responder that is used after the end throws.
Handler throws_late(Handler handler) {
  return [handler = std::move(handler)](Request request, Responder responder) {
    const auto outer = std::make_shared<Responder>(std::move(responder));
    const auto begun = std::chrono::steady_clock::now();
    const auto send = [outer, begun](Response response) {
      if (std::chrono::steady_clock::now() - begun > milliseconds(40)) {
        throw std::logic_error("too late");
      }
      outer->send(std::move(response));
    };
    handler(std::move(request), Responder(send, [](int status) {
              return Response{status, {}, ""};
            }));
  };
}

}  // namespace

void add_stop_mutants(Mutants& mutants) {
  const auto broken_transport = [&](std::string id, std::string defect,
                                    std::vector<std::string> cases, auto wrapper,
                                    Noticed noticed = Noticed::by_failing) {
    mutants.push_back({"T9." + std::move(id),
                       std::move(defect),
                       std::move(cases),
                       {.transport = std::move(wrapper)},
                       noticed});
  };
  const auto broken_server = [&](std::string id, std::string defect, std::vector<std::string> cases,
                                 auto wrapper) {
    mutants.push_back({"T9." + std::move(id),
                       std::move(defect),
                       std::move(cases),
                       {.server = std::move(wrapper)}});
  };
  const auto defect = [&](std::string id, std::string what, std::vector<std::string> cases,
                          reference::Defects defects, Noticed noticed = Noticed::by_failing) {
    mutants.push_back({"T9." + std::move(id),
                       std::move(what),
                       std::move(cases),
                       {.defects = std::move(defects)},
                       noticed});
  };
  broken_transport(
      "does-nothing", "stop() does nothing; only destruction stops.",
      {"T9.twice", "T9.closes-waiting", "T9.from-several-threads", "T9.nothing-runs-afterwards",
       "T9.whatever-peers-do", "T9.races-with-listen", "T9.thousand-stops"},
      wrap<NeverStops, Transport>());
  broken_transport("only-once", "After a restart stop() does nothing.",
                   {"T9.restart", "T9.server-restart"}, wrap<StopsOnce, Transport>());
  broken_transport("first-waits", "Of several stop() only the first waits.",
                   {"T9.from-several-threads"}, wrap<FirstWaits, Transport>());
  broken_transport("stops-later", "stop() does not wait.", {"T9.waits-for-the-handler"},
                   wrap<StopsLater, Transport>());
  broken_transport("waits-for-listen", "stop() before listen() waits for it.",
                   {"T9.never-listened"}, wrap<WaitsForListen, Transport>(), Noticed::by_hanging);
  broken_transport(
      "for-good", "After stop() there is no listening any more.",
      {"T9.restart", "T9.server-restart", "T9.races-with-listen", "T9.replay-ends-with-stop"},
      wrap<StopsForGood, Transport>());
  broken_transport("destructor-forgets", "Destruction does not stop.", {"T9.destructor-stops"},
                   wrap<DestructorForgets, Transport>());
  defect("waits-for-peers", "Incomplete requests hold stop() up.",
         {"T9.closes-waiting", "T9.at-once"}, {.stop_waits_for_peers = true}, Noticed::by_hanging);
  defect("waits-for-answers", "Answers that are held elsewhere hold stop() up.",
         {"T9.held-elsewhere", "T9.responder-outlives"}, {.stop_waits_for_answers = true},
         Noticed::by_hanging);
  defect("cuts-answers", "stop() cuts off the answers that are on their way.",
         {"T9.answer-leaves", "T9.page-leaves"}, {.stop_cuts_answers = true});
  defect("keeps-listening", "The port stays open.",
         {"T9.twice", "T9.from-several-threads", "T9.destructor-stops", "T9.closes-waiting",
          "T9.held-elsewhere", "T9.sent-while-stopping", "T9.whatever-peers-do",
          "T9.races-with-listen", "T9.request-stop-from-hook", "T9.request-stop-from-completion"},
         {.stop_keeps_listening = true});
  mutants.push_back({"T9.late-answers-throw",
                     "A Responder that is used late throws.",
                     {"T9.responder-outlives"},
                     {.handler = throws_late}});
  broken_server(
      "forgets-waits", "stop() does not end the waits.",
      {"T9.ends-the-wait", "T9.server-restart", "T9.request-stop-from-hook", "T9.pending-outlives"},
      wrap<ServerForgetsWaits, ICallbackServer>());
  broken_server(
      "server-does-nothing", "The server's stop() does nothing.",
      {"T9.ends-the-wait", "T9.server-restart", "T9.replay-ends-with-stop", "T9.parked-is-released",
       "T9.thousand-server-stops", "T9.request-stop-from-completion"},
      wrap<ServerNeverStops, ICallbackServer>());
  broken_server(
      "server-for-good", "After stop() there is no start() any more.",
      {"T9.before-start", "T9.races-with-start", "T9.server-restart", "T9.replay-ends-with-stop"},
      wrap<ServerStopsForGood, ICallbackServer>());
  broken_server("ignores-request-stop", "request_stop() does nothing.",
                {"T9.request-stop-from-hook"}, wrap<ServerIgnoresRequests, ICallbackServer>());
  mutants.push_back({"T9.detaches-hooks",
                     "stop() does not wait for a hook that is running.",
                     {"T9.waits-for-the-hook"},
                     {.on_start = detach_hooks}});
}

}  // namespace oauth_callback::mutants
