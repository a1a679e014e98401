// H16: what comes through submit().
#include <functional>
#include <utility>

#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

// Edits what is submitted, or says something else became of it.
struct Submitting {
  std::function<void(std::string&, const ICallbackServer&, const std::string& state)> before;
  std::function<Outcome(Outcome)> after;
};

class BrokenSubmit final : public ForwardingServer {
 public:
  BrokenSubmit(std::unique_ptr<ICallbackServer> inner, Submitting broken)
      : ForwardingServer(std::move(inner)), broken_(std::move(broken)) {}

  PendingCallback expect(Expectation expectation) override {
    state_ = expectation.state;
    return inner_->expect(std::move(expectation));
  }

  Outcome submit(std::string_view redirect) noexcept override {
    std::string text(redirect);
    if (broken_.before) broken_.before(text, *inner_, state_);
    const Outcome outcome = inner_->submit(text);
    return broken_.after ? broken_.after(outcome) : outcome;
  }

 private:
  const Submitting broken_;
  std::string state_;
};

std::string query_of(const std::string& text) {
  const auto question = text.find('?');
  return question == std::string::npos ? text : text.substr(question + 1);
}

void drop_url(std::string& text, const ICallbackServer&, const std::string&) {
  if (contains(text, "://")) text.clear();
}

void drop_query(std::string& text, const ICallbackServer&, const std::string&) {
  if (!contains(text, "://")) text.clear();
}

void take_any_host(std::string& text, const ICallbackServer& server, const std::string&) {
  if (contains(text, "://evil.example")) {
    text = server.redirect_uri("/callback") + "?" + query_of(text);
  }
}

void take_any_path(std::string& text, const ICallbackServer&, const std::string&) {
  if (contains(text, "://")) text = query_of(text);
}

void take_any_state(std::string& text, const ICallbackServer&, const std::string& state) {
  replace_all(text, "state=EVIL", "state=" + state);
}

void mend_parameters(std::string& text, const ICallbackServer&, const std::string&) {
  const auto second = text.rfind("&code=");
  if (second != std::string::npos) text.erase(second);
}

Outcome call_it_completed(Outcome) { return Outcome::completed; }

}  // namespace

void add_paste_mutants(Mutants& mutants) {
  const auto broken = [&](std::string id, std::string defect, std::vector<std::string> cases,
                          Submitting how) {
    mutants.push_back({"H16." + std::move(id),
                       std::move(defect),
                       std::move(cases),
                       {.server = [how](std::unique_ptr<ICallbackServer> inner) {
                         return std::make_unique<BrokenSubmit>(std::move(inner), how);
                       }}});
  };
  broken("no-url", "A URL is not understood.", {"H16.url"}, {drop_url, {}});
  broken("no-query", "A query alone is not understood.", {"H16.query"}, {drop_query, {}});
  broken("any-host", "A URL of another host is taken.", {"H16.host"}, {take_any_host, {}});
  broken("any-path", "A URL of another path is taken.", {"H16.path"}, {take_any_path, {}});
  broken("any-state", "Another state is taken.", {"H16.state", "H16.told"}, {take_any_state, {}});
  broken("last-dropped", "A repeated parameter is left out.", {"H16.parameters"},
         {mend_parameters, {}});
  broken("always-completed", "Whatever is pasted is said to have ended the wait.",
         {"H16.host", "H16.path", "H16.state", "H16.parameters", "H16.issuer", "H16.once",
          "H16.race", "H16.stopped"},
         {{}, call_it_completed});
  mutants.push_back({"H16.any-issuer",
                     "The issuer is not compared.",
                     {"H16.issuer"},
                     {.on_expect = [](Expectation& expectation) { expectation.issuer.clear(); }}});
  mutants.push_back({"H16.untold",
                     "on_request is not told.",
                     {"H16.told"},
                     {.on_start = [](ServerOptions& options) { options.on_request = {}; }}});
}

}  // namespace oauth_callback::mutants
