// H15: pages that are held.
#include <atomic>
#include <chrono>
#include <map>

#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

using std::chrono::milliseconds;

void hold_shortly(Expectation& expectation) { expectation.hold_timeout = milliseconds(200); }

// Reports success by itself.
class Announces final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    return retell(
        inner_->expect(std::move(expectation)),
        [](const CallbackPromise& outer, std::error_code error, const CallbackResult& result) {
          result.succeed();
          tell_all(outer, error, result);
        });
  }
};

// What the program reports is lost.
class LosesReports final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    hold_shortly(expectation);
    return retell(
        inner_->expect(std::move(expectation)),
        [](const CallbackPromise& outer, std::error_code error, const CallbackResult& result) {
          CallbackResult changed = result;
          changed.held_page = {};
          tell_all(outer, error, changed);
        });
  }
};

// Keeps a copy of every result.
class KeepsResults final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    return retell(inner_->expect(std::move(expectation)),
                  [kept = kept_](const CallbackPromise& outer, std::error_code error,
                                 const CallbackResult& result) {
                    kept->push_back(result);
                    tell_all(outer, error, result);
                  });
  }

 private:
  std::shared_ptr<std::vector<CallbackResult>> kept_ =
      std::make_shared<std::vector<CallbackResult>>();
};

// While one request waits for its answer, others are turned away.
Handler one_at_a_time(Handler handler) {
  return [handler = std::move(handler), busy = std::make_shared<std::atomic<bool>>(false)](
             Request request, Responder responder) {
    if (busy->exchange(true)) return responder.refuse(503);
    const auto outer = std::make_shared<Responder>(std::move(responder));
    const auto send = [outer, busy](Response response) {
      *busy = false;
      outer->send(std::move(response));
    };
    handler(std::move(request), Responder(send, [](int status) {
              return Response{status, {}, ""};
            }));
  };
}

// Everybody who sends the same request gets the same answer, however many they are.
Handler all_together(Handler handler) {
  struct Shared {
    std::mutex mutex;
    std::map<std::string, std::vector<Responder>> waiting;
  };
  return [handler = std::move(handler), shared = std::make_shared<Shared>()](Request request,
                                                                             Responder responder) {
    const std::string key = request.method + request.target + request.body;
    {
      const std::lock_guard lock(shared->mutex);
      auto& waiting = shared->waiting[key];
      waiting.push_back(std::move(responder));
      if (waiting.size() > 1) return;
    }
    const auto send = [shared, key](const Response& response) {
      std::vector<Responder> all;
      {
        const std::lock_guard lock(shared->mutex);
        all = std::move(shared->waiting[key]);
        shared->waiting.erase(key);
      }
      for (Responder& one : all) one.send(response);
    };
    handler(std::move(request), Responder(send, [](int status) {
              return Response{status, {}, ""};
            }));
  };
}

// A request that was seen before is taken for a HEAD, which waits for nothing.
Tampering repetitions_wait_for_nothing() {
  using Seen = std::pair<std::mutex, std::map<std::string, int>>;
  return {.on_request = [seen = std::make_shared<Seen>()](Request& request, const Known&) {
    const std::lock_guard lock(seen->first);
    if (++seen->second[request.target] > 1) request.method = "HEAD";
  }};
}

// No answer is like another.
Tampering always_another_page() {
  return {.on_response = [count = std::make_shared<std::atomic<int>>(0)](Response& response,
                                                                         const Request&) {
    response.body += "<!-- " + std::to_string(++*count) + " -->";
  }};
}

// Stops once the answers are out that somebody still waits for.
class StopsLate final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    hold_shortly(expectation);
    return retell(inner_->expect(std::move(expectation)),
                  [kept = kept_](const CallbackPromise& outer, std::error_code error,
                                 const CallbackResult& result) {
                    *kept = result;
                    tell_all(outer, error, result);
                  });
  }
  void request_stop() noexcept override {
    kept_->fail("stopped");
    inner_->request_stop();
  }
  void stop() noexcept override {
    kept_->fail("stopped");
    inner_->stop();
  }

 private:
  std::shared_ptr<CallbackResult> kept_ = std::make_shared<CallbackResult>();
};

}  // namespace

void add_hold_mutants(Mutants& mutants) {
  const auto broken = [&](std::string id, std::string defect, std::vector<std::string> cases,
                          Tampering tampering, Noticed noticed = Noticed::by_failing) {
    for (std::string& one : cases) one = "H15." + one;
    mutants.push_back({"H15." + std::move(id), std::move(defect), std::move(cases),
                       std::move(tampering), noticed});
  };
  broken("never", "No page is held.",
         {"succeed", "fail", "limit", "dropped", "reload-while-held", "bounded", "stop",
          "first-report", "form-post"},
         {.on_expect = [](Expectation& expectation) { expectation.hold_page = false; }});
  broken("always", "Every page is held.", {"not-asked"}, {.on_expect = [](Expectation& one) {
           one.hold_page = true;
           hold_shortly(one);
         }});
  broken("no-time", "The program has no time to report.",
         {"succeed", "fail", "limit", "dropped", "others", "reload-while-held", "form-post"},
         {.on_expect = [](Expectation& one) { one.hold_timeout = milliseconds(0); }});
  broken("no-limit", "The page waits for ever.", {"limit"},
         {.on_expect = [](Expectation& one) { one.hold_timeout = milliseconds::max(); }},
         Noticed::by_hanging);
  broken("announces", "Success is announced as soon as the program has the result.",
         {"succeed", "fail", "limit", "dropped", "bounded", "stop", "report-while-stopping",
          "first-report"},
         {.server = wrap<Announces, ICallbackServer>()});
  broken("loses-reports", "Reports are without effect.",
         {"succeed", "fail", "others", "reload-while-held", "first-report", "several-threads",
          "redirect", "from-completion", "form-post"},
         {.server = wrap<LosesReports, ICallbackServer>()});
  broken("keeps-results", "A result that the program has dropped still holds its page.",
         {"dropped"}, {.server = wrap<KeepsResults, ICallbackServer>()}, Noticed::by_hanging);
  broken("unescaped", "The message is markup.", {"fail"}, on_response([](Response& response) {
           replace_all(response.body, "&lt;", "<");
           replace_all(response.body, "&gt;", ">");
         }));
  broken("one-at-a-time", "While a page is held nobody else is served.", {"others"},
         {.handler = one_at_a_time});
  broken("unbounded", "However many send the same response, all wait.", {"bounded"},
         {.handler = all_together}, Noticed::by_hanging);
  broken("reload-at-once", "The same response, sent again, does not wait.", {"reload-while-held"},
         repetitions_wait_for_nothing());
  broken("another-page", "The same response gets another page each time.",
         {"reload-afterwards", "first-report", "several-threads"}, always_another_page());
  broken("stop-fails", "stop() tells the browser that the program failed.",
         {"stop", "report-while-stopping"}, {.server = wrap<StopsLate, ICallbackServer>()});
  broken("holds-refusals", "A refusal is held like a code.", {"refusal"},
         {.on_request =
              [](Request& request, const Known&) {
                replace_all(request.target, "error=access_denied", "code=access_denied");
              },
          .on_expect = hold_shortly});
  broken("holds-head", "HEAD is held, and has effect.", {"head"},
         {.on_request =
              [](Request& request, const Known&) {
                if (request.method == "HEAD") request.method = "GET";
              },
          .on_expect = hold_shortly});
  broken("no-redirect", "There is always a page.", {"redirect"},
         {.on_start = [](ServerOptions& options) { options.pages = {}; }});
}

}  // namespace oauth_callback::mutants
