#include <future>
#include <utility>

#include "receiver.hpp"
#include "redirect.hpp"

namespace oauth_callback {

// While one lives, finish_stop() waits.
class Receiver::Submission {
 public:
  explicit Submission(Receiver& receiver) noexcept : receiver_(receiver) {
    const std::lock_guard lock(receiver_.mutex_);
    ++receiver_.submissions_;
  }
  Submission(const Submission&) = delete;
  ~Submission() {
    const std::lock_guard lock(receiver_.mutex_);
    --receiver_.submissions_;
    receiver_.submitted_.notify_all();
  }

 private:
  Receiver& receiver_;
};

Outcome Receiver::submit(std::string_view redirect) noexcept {
  const Submission submission(*this);
  try {
    return judge_submitted(redirect);
  } catch (const std::exception& error) {
    log("what was submitted could not be judged", error.what());
    return Outcome::not_expected;
  }
}

Outcome Receiver::judge_submitted(std::string_view redirect) {
  Redirect read = read_redirect(redirect, max_target_bytes_);
  Request request{"GET", std::move(read.target), {}, {}};
  request.fields.push_back(
      {"Host", read.query_only ? authorities_.front() : std::move(read.authority)});
  std::unique_lock lock(mutex_);
  if (stopping_) return Outcome::not_expected;
  if (read.query_only) {
    const std::string_view path = handler_.only_path();
    request.target.insert(0, path.empty() ? callback_path_ : path);
  }
  Verdict verdict = read.well_formed ? handler_.decide(request)
                                     : Verdict{Outcome::malformed, handler_.pages().refusal(400)};
  lock.unlock();
  request.method.clear();
  const Outcome outcome = verdict.outcome;
  const bool settled = settle_submitted(request, std::move(verdict));
  return settled ? outcome : Outcome::not_expected;
}

// Whether it came to what the verdict says. The hook runs where all hooks run, so that it may do
// what all hooks may.
bool Receiver::settle_submitted(const Request& request, Verdict verdict) {
  if (on_request_ && !run_hook_for_submitted(request, verdict)) return false;
  if (verdict.id == 0) return true;
  return verdict.held != 0 ? hold_submitted(std::move(verdict)) : resolve(std::move(verdict));
}

// When it cannot run, or throws, the claim is taken back.
bool Receiver::run_hook_for_submitted(const Request& request, const Verdict& verdict) noexcept {
  try {
    // The hook's thread still holds it when this one goes on.
    const auto ran = std::make_shared<std::promise<bool>>();
    Tasks::Task hook = [this, ran, &request, &verdict] {
      ran->set_value(run_hook(request, verdict));
    };
    if (tasks_.run(hook)) return ran->get_future().get();
  } catch (const std::exception&) {
    // No memory is like no thread.
  }
  release(verdict.id);
  log("no thread for on_request");
  return false;
}

}  // namespace oauth_callback
