// The OAuth side of a callback server: what is expected, who waits for it, and the program's hooks.
#pragma once

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "callback_handler.hpp"
#include "held_pages.hpp"
#include "oauth_callback/backend.hpp"
#include "tasks.hpp"

namespace oauth_callback {

// Thread-safe. Between a transport and the CallbackHandler: keeps what the handler must not know,
// which is threads and time.
class Receiver : public std::enable_shared_from_this<Receiver> {
 public:
  // The values of the Host field that name a server on this port.
  static std::vector<std::string> authorities(const ServerOptions& options, std::uint16_t port);

  // Throws errc::invalid_option.
  Receiver(const ServerOptions& options, std::uint16_t port);

  PendingCallback expect(Expectation expectation);
  std::string redirect_uri(std::string_view path) const;

  void handle(Request request, Responder responder);
  // See ICallbackServer.
  Outcome submit(std::string_view redirect) noexcept;
  Response refusal(int status) const { return handler_.pages().refusal(status); }

  // Answers those who wait for that page, unless that has been done.
  void report(CallbackHandler::Id id, PageReport outcome, std::string_view message) noexcept;

  // Ends all waiting; from now on every request gets 503.
  void begin_stop() noexcept;
  // Waits until no code of the program's runs any more. After begin_stop().
  void finish_stop() noexcept;

  bool on_hook_thread() const noexcept { return tasks_.on_task_thread(); }
  // `detail` is what an exception says, and may be empty.
  void log(std::string_view line, std::string_view detail = {}) const noexcept;

 private:
  using Id = CallbackHandler::Id;
  using Clock = std::chrono::steady_clock;
  struct Parked {
    Request request;
    Responder responder;
    Clock::time_point until;
  };

  bool park(Request& request, Responder& responder, const Verdict& verdict);
  bool watch();
  void watch_deadlines() noexcept;
  std::optional<Clock::time_point> next_deadline() const noexcept;
  void expire(std::unique_lock<std::mutex>& lock) noexcept;
  void judge(Request request, Responder responder);
  void deliver(Request request, Responder responder, Verdict verdict) noexcept;
  bool run_hook(const Request& request, const Verdict& verdict) noexcept;
  void conclude(Responder responder, Verdict verdict) noexcept;
  std::optional<CallbackPromise> begin_hold(Responder& responder, Verdict& verdict);
  bool hold(Responder& responder, Verdict& verdict) noexcept;
  bool hold_submitted(Verdict verdict) noexcept;
  bool hold_again(Responder& responder, Verdict& verdict) noexcept;
  void answer(HeldPages::Waiting waiting, const Response& page) noexcept;
  bool resolve(Verdict verdict) noexcept;
  class Submission;
  Outcome judge_submitted(std::string_view redirect);
  bool settle_submitted(const Request& request, Verdict verdict);
  bool run_hook_for_submitted(const Request& request, const Verdict& verdict) noexcept;
  void cancel(Id id) noexcept;
  void release(Id id) noexcept;
  void run_callback(Tasks::Task callback) noexcept;

  const std::string origin_;  // scheme and authority of the redirect URI
  const std::vector<std::string> authorities_;
  const std::string callback_path_;
  const std::size_t max_target_bytes_;
  const std::function<void(const RequestEvent&)> on_request_;
  const std::function<void(std::string_view)> on_log_;

  mutable std::mutex mutex_;
  std::condition_variable deadlines_changed_;
  CallbackHandler handler_;  // its pages() never change, and need no lock
  const Response undecided_ = handler_.pages().undecided();
  std::map<Id, CallbackPromise> waiting_;
  std::list<Parked> parked_;
  HeldPages held_;
  bool watching_ = false;
  bool stopping_ = false;
  int submissions_ = 0;  // under way
  std::condition_variable submitted_;
  Tasks tasks_{[this](std::string_view what) { log("a completion callback threw", what); }};
};

}  // namespace oauth_callback
