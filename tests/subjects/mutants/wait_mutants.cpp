// H12 and H13: several waits, early responses, and HEAD.
#include <map>

#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

// The path is where the same query was seen first.
Tampering on_repetition_elsewhere() {
  using Seen = std::pair<std::mutex, std::map<std::string, std::string>>;
  return {.on_request = [seen = std::make_shared<Seen>()](Request& request, const Known&) {
    const std::size_t query = request.target.find('?');
    if (query == std::string::npos) return;
    const std::lock_guard lock(seen->first);
    set_path(request,
             seen->second.emplace(request.target.substr(query), path_of(request)).first->second);
  }};
}

// Takes each wait for one of another path and state, or leaves it where it was.
class OneWaitOnly final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    if (std::exchange(taken_, true)) expectation.path = "/never";
    expectation.state += std::to_string(++number_);
    expectation.any_state = false;
    return inner_->expect(std::move(expectation));
  }

 private:
  bool taken_ = false;
  int number_ = 0;
};

// A wait that is given up goes on.
class NeverCancels final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    kept_.push_back(inner_->expect(std::move(expectation)));
    CallbackPromise outer;
    kept_.back().on_complete([outer](std::error_code error, const CallbackResult& result) {
      tell_all(outer, error, result);
    });
    return outer.pending();
  }

 private:
  std::vector<PendingCallback> kept_;
};

// Completion callbacks are not called.
class NeverCompletes final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  PendingCallback expect(Expectation expectation) override {
    CallbackPromise outer;
    outer.run_completion_with([](const std::function<void()>&) {});
    return retell(inner_->expect(std::move(expectation)), tell_all, outer);
  }
};

class Anonymous final : public ForwardingServer {
 public:
  using ForwardingServer::ForwardingServer;
  std::string_view backend() const noexcept override { return "unknown"; }
};

}  // namespace

void add_wait_mutants(Mutants& mutants) {
  const auto broken = [&](std::string id, std::string defect, std::vector<std::string> cases,
                          auto wrapper) {
    mutants.push_back({"H12." + std::move(id),
                       std::move(defect),
                       std::move(cases),
                       {.server = std::move(wrapper)}});
  };
  broken("one-wait-only", "Of several waits only the first is served.",
         {"H12.by-path", "H12.by-state", "H12.cancelled"}, wrap<OneWaitOnly, ICallbackServer>());
  broken("never-cancels", "A wait that was given up goes on.", {"H12.cancelled"},
         wrap<NeverCancels, ICallbackServer>());
  broken("never-completes", "Completion callbacks are not called.", {"H12.completion"},
         wrap<NeverCompletes, ICallbackServer>());
  broken("anonymous", "backend() is not the name.", {"H12.backend-name"},
         wrap<Anonymous, ICallbackServer>());
  mutants.push_back({"H12.repeated-anywhere",
                     "A response that completed on one path is taken for a repetition on another.",
                     {"H12.by-path"},
                     on_repetition_elsewhere()});
  mutants.push_back({"H12.parks-nothing",
                     "What comes early is refused at once.",
                     {"H12.parked", "H12.parked-post", "H12.parked-forged"},
                     {.on_start = [](ServerOptions& options) { options.callback_path = ""; }}});
  mutants.push_back(
      {"H12.parks-everything",
       "What comes early is kept waiting on any path.",
       {"H12.not-parked"},
       {.on_start = [](ServerOptions& options) { options.callback_path = "/callback"; }}});
  mutants.push_back({"H12.parks-as-found",
                     "What was kept in vain is told that it succeeded.",
                     {"H12.parked-in-vain", "H12.not-parked"},
                     on_response([](Response& response) {
                       if (response.status == 404) response.status = 200;
                     })});
  mutants.push_back(
      {"H13.has-effect", "HEAD ends the wait.", {"H13.head"}, on_request([](Request& request) {
         if (request.method == "HEAD") request.method = "GET";
       })});
  mutants.push_back(
      {"H13.not-allowed", "HEAD is refused.", {"H13.head"}, on_request([](Request& request) {
         if (request.method == "HEAD") request.method = "PUT";
       })});
}

}  // namespace oauth_callback::mutants
