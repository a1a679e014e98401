#include "oauth_callback/pending_callback.hpp"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace detail {

class PendingState : public std::enable_shared_from_this<PendingState> {
 public:
  bool settle(std::error_code error, CallbackResult result) {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex_);
      if (settled_) return false;
      settled_ = true;
      error_ = error;
      result_ = std::move(result);
      if (const auto completion = std::exchange(completion_, nullptr)) {
        completion->state = shared_from_this();
        call = std::exchange(call_, nullptr);
      }
      on_cancel_ = nullptr;
      changed_.notify_all();
    }
    if (call) run(std::move(call));
    return true;
  }

  void on_complete(Completion completion) {
    const auto deferred = std::make_shared<Deferred>(Deferred{std::move(completion), nullptr});
    std::function<void()> call = [deferred] {
      const PendingState& state = *deferred->state;
      deferred->completion(state.error_, state.result_);
    };
    {
      const std::lock_guard lock(mutex_);
      if (!settled_) {
        completion_ = deferred;
        call_ = std::move(call);
        return;
      }
    }
    deferred->completion(error_, result_);
  }

  void cancel() noexcept {
    std::function<void()> on_cancel;
    {
      const std::lock_guard lock(mutex_);
      completion_ = nullptr;
      call_ = nullptr;
      if (settled_) return;
      settled_ = true;
      error_ = errc::cancelled;
      on_cancel = std::exchange(on_cancel_, nullptr);
      changed_.notify_all();
    }
    if (on_cancel) on_cancel();
  }

  template <typename Interrupted>
  CallbackResult wait(std::chrono::milliseconds timeout, Interrupted interrupted) {
    std::unique_lock lock(mutex_);
    const auto ready = [&] { return settled_ || interrupted(); };
    if (timeout >= longest) {
      changed_.wait(lock, ready);
    } else {
      changed_.wait_until(lock, std::chrono::steady_clock::now() + timeout, ready);
    }
    if (settled_) return outcome();
    throw_error(interrupted() ? errc::cancelled : errc::timed_out);
  }

  std::optional<CallbackResult> poll() {
    const std::lock_guard lock(mutex_);
    if (!settled_) return std::nullopt;
    return outcome();
  }

  void notify() noexcept {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  void set_on_cancel(std::function<void()> on_cancel) {
    const std::lock_guard lock(mutex_);
    if (!settled_) on_cancel_ = std::move(on_cancel);
  }

  void set_runner(CallbackPromise::Runner runner) {
    const std::lock_guard lock(mutex_);
    runner_ = std::move(runner);
  }

 private:
  // The completion, and from the outcome on what it needs. Made in advance: once there is an
  // outcome, no lack of memory may keep it from the program.
  struct Deferred {
    Completion completion;
    std::shared_ptr<PendingState> state;
  };

  // A deadline further away than this would overflow the clock.
  static constexpr std::chrono::hours longest{24 * 365 * 10};

  [[noreturn]] static void throw_error(std::error_code error) {
    throw Error(error, error.message());
  }

  CallbackResult outcome() const {
    if (error_) throw_error(error_);
    return result_;
  }

  void run(std::function<void()> call) {
    if (runner_) {
      runner_(std::move(call));
    } else {
      call();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool settled_ = false;
  std::error_code error_;  // these two do not change once settled
  CallbackResult result_;
  std::shared_ptr<Deferred> completion_;
  std::function<void()> call_;
  std::function<void()> on_cancel_;
  CallbackPromise::Runner runner_;
};

}  // namespace detail

PendingCallback::PendingCallback(std::shared_ptr<detail::PendingState> state) noexcept
    : state_(std::move(state)) {}

PendingCallback::PendingCallback(PendingCallback&&) noexcept = default;

PendingCallback& PendingCallback::operator=(PendingCallback&& other) noexcept {
  if (this != &other) {
    cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

PendingCallback::~PendingCallback() { cancel(); }

void PendingCallback::cancel() noexcept {
  if (state_) state_->cancel();
}

detail::PendingState& PendingCallback::state() const {
  if (state_) return *state_;
  throw Error(errc::cancelled,
              "nothing is expected here: this PendingCallback was moved from, or never assigned");
}

CallbackResult PendingCallback::wait(std::chrono::milliseconds timeout) {
  return state().wait(timeout, [] { return false; });
}

#ifdef __cpp_lib_jthread
CallbackResult PendingCallback::wait(std::chrono::milliseconds timeout, std::stop_token stop) {
  detail::PendingState& expected = state();
  // Before the lock that wait() takes, and gone after it: the callback takes the lock too.
  const std::stop_callback wake(stop, [&] { expected.notify(); });
  return expected.wait(timeout, [&] { return stop.stop_requested(); });
}
#endif

std::optional<CallbackResult> PendingCallback::poll() { return state().poll(); }

void PendingCallback::on_complete(Completion completion) {
  state().on_complete(std::move(completion));
}

CallbackPromise::CallbackPromise() : state_(std::make_shared<detail::PendingState>()) {}

PendingCallback CallbackPromise::pending() { return PendingCallback(state_); }

bool CallbackPromise::resolve(CallbackResult result) const {
  return state_->settle({}, std::move(result));
}

bool CallbackPromise::reject(std::error_code error) const { return state_->settle(error, {}); }

void CallbackPromise::on_cancel(std::function<void()> cancelled) {
  state_->set_on_cancel(std::move(cancelled));
}

void CallbackPromise::run_completion_with(Runner runner) { state_->set_runner(std::move(runner)); }

}  // namespace oauth_callback
