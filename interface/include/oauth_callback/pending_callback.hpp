// The waiting side of an expected callback.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <system_error>
#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

#include "oauth_callback/result.hpp"

namespace oauth_callback {

namespace detail {
class PendingState;
}

// Receives the outcome of an expectation: no error and a result, or errc::stopped. After cancel()
// there is no outcome, and it is not called.
using Completion = std::function<void(std::error_code, const CallbackResult&)>;

// One expected callback. Movable, and safe to outlive the server it came from. Destroying it
// cancels the expectation. All members may be called from any thread, but only by one thread at a
// time.
class PendingCallback {
 public:
  PendingCallback() = default;
  PendingCallback(PendingCallback&&) noexcept;
  PendingCallback& operator=(PendingCallback&&) noexcept;
  ~PendingCallback();

  // Blocks until the callback arrives and returns it; a refusal by the authorization server is a
  // result too. Throws Error with errc::timed_out after `timeout`: the expectation stays, and
  // wait() may be called again. Throws errc::stopped when the server stops, errc::cancelled when
  // `stop` was requested. Time spent while the machine sleeps does not count on Linux.
  CallbackResult wait(std::chrono::milliseconds timeout);
#ifdef __cpp_lib_jthread
  CallbackResult wait(std::chrono::milliseconds timeout, std::stop_token stop);
#endif

  // The result, if it is there. Throws as wait() does when there will be none.
  std::optional<CallbackResult> poll();

  // For programs with an event loop: `completion` is called once, on a thread of the server's, or
  // on the caller's when the outcome is already known. It may post to the loop; to end the server
  // it uses request_stop(). When this object is destroyed first, it is not called. An exception
  // that leaves it is reported to on_log. Where no further thread can be had, it is called on the
  // one that sends the response or stops the server: it is never lost.
  void on_complete(Completion completion);

  // Ends the expectation; a wait() under way throws errc::cancelled. Idempotent.
  void cancel() noexcept;

  // False when moved from or never assigned: then there is nothing to wait for (errc::cancelled).
  bool valid() const noexcept { return state_ != nullptr; }

 private:
  friend class CallbackPromise;
  explicit PendingCallback(std::shared_ptr<detail::PendingState>) noexcept;
  detail::PendingState& state() const;

  std::shared_ptr<detail::PendingState> state_;
};

// The fulfilling side, for those who implement ICallbackServer themselves. Copies share one state.
// Any thread.
class CallbackPromise {
 public:
  CallbackPromise();

  // The waiting side. To be taken once.
  PendingCallback pending();

  // The first of these two that is called decides, and returns true.
  bool resolve(CallbackResult result) const;
  bool reject(std::error_code error) const;

  // Called once, when the waiting side gives up: cancel() or destruction before an outcome.
  void on_cancel(std::function<void()> cancelled);

  // Where the completion runs and where its exceptions go; without it, on the resolving thread.
  using Runner = std::function<void(std::function<void()>)>;
  void run_completion_with(Runner runner);

 private:
  std::shared_ptr<detail::PendingState> state_;
};

}  // namespace oauth_callback
