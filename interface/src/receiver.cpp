#include "receiver.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

constexpr std::chrono::seconds parking_time{5};
constexpr std::size_t max_parked = 16;

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hex_and_colons = "0123456789abcdefABCDEF:.";
constexpr std::string_view name_characters =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._";

bool consists_of(std::string_view text, std::string_view allowed) noexcept {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// As far as its characters tell.
bool is_ipv6(std::string_view host) noexcept {
  return host.find(':') != host.rfind(':') && consists_of(host, hex_and_colons);
}

// As it stands in a URL.
std::string require_host(std::string host, const char* option) {
  if (consists_of(host, name_characters)) return host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (is_ipv6(host)) return "[" + host + "]";
  throw Error(errc::invalid_option, std::string(option) +
                                        " is not a host name: letters, digits, '-' and '.', or "
                                        "an IPv6 address");
}

std::string redirect_host(const ServerOptions& options) {
  return options.redirect_host.empty() ? require_host(options.host, "host")
                                       : require_host(options.redirect_host, "redirect_host");
}

std::string with_port(const std::string& host, std::uint16_t port) {
  return host + ":" + std::to_string(port);
}

// "name", "name:port", "[v6]" or "[v6]:port".
std::string accepted_authority(const std::string& text, std::uint16_t port) {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool has_port = colon != std::string::npos && !is_ipv6(text) &&
                        (bracket == std::string::npos || colon == bracket + 1);
  if (!has_port) return with_port(require_host(text, "accepted_hosts"), port);
  const std::string number = text.substr(colon + 1);
  if (!consists_of(number, digits)) {
    throw Error(errc::invalid_option, "accepted_hosts has a port that is not a number");
  }
  return require_host(text.substr(0, colon), "accepted_hosts") + ":" + number;
}

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace

std::vector<std::string> Receiver::authorities(const ServerOptions& options, std::uint16_t port) {
  std::vector<std::string> all{with_port(redirect_host(options), port)};
  // User agents leave the default port out.
  if (port == 80) all.push_back(redirect_host(options));
  for (const std::string& host : options.accepted_hosts) {
    all.push_back(accepted_authority(host, port));
  }
  return all;
}

Receiver::Receiver(const ServerOptions& options, std::uint16_t port)
    : origin_("http://" + with_port(redirect_host(options), port)),
      authorities_(authorities(options, port)),
      callback_path_(options.callback_path),
      max_target_bytes_(options.limits.max_target_bytes),
      on_request_(options.on_request),
      on_log_(options.on_log),
      handler_(authorities_, options.pages) {
  if (!callback_path_.empty()) require_path(callback_path_);
}

std::string Receiver::redirect_uri(std::string_view path) const {
  require_path(path);
  return origin_ + std::string(path);
}

PendingCallback Receiver::expect(Expectation expectation) {
  const std::string path = expectation.path;
  CallbackPromise promise;
  promise.run_completion_with([self = weak_from_this()](Tasks::Task completion) {
    if (const auto receiver = self.lock()) receiver->run_callback(std::move(completion));
  });
  std::list<Parked> due;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw Error(errc::not_running, make_error_code(errc::not_running).message());
    const Id id = handler_.expect(std::move(expectation));
    try {
      promise.on_cancel([self = weak_from_this(), id] {
        if (const auto receiver = self.lock()) receiver->cancel(id);
      });
      waiting_.emplace(id, promise);
    } catch (...) {
      handler_.forget(id);
      throw;
    }
    for (auto parked = parked_.begin(); parked != parked_.end();) {
      const auto next = std::next(parked);
      if (path_of(parked->request.target) == path) due.splice(due.end(), parked_, parked);
      parked = next;
    }
    deadlines_changed_.notify_all();
  }
  PendingCallback pending = promise.pending();
  for (Parked& parked : due) {
    try {
      judge(std::move(parked.request), std::move(parked.responder));
    } catch (const std::exception& error) {
      // Its responder has answered 500; what is expected may still come.
      log("a parked request could not be judged", error.what());
    }
  }
  return pending;
}

void Receiver::cancel(Id id) noexcept {
  const std::lock_guard lock(mutex_);
  handler_.forget(id);
  waiting_.erase(id);
}

void Receiver::handle(Request request, Responder responder) {
  judge(std::move(request), std::move(responder));
}

void Receiver::judge(Request request, Responder responder) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    lock.unlock();
    responder.refuse(503);
    return;
  }
  const std::size_t wrong_before = handler_.wrong_states();
  Verdict verdict = handler_.decide(request);
  const bool first_wrong = wrong_before == 0 && handler_.wrong_states() == 1;
  if (park(request, responder, verdict)) return;
  lock.unlock();
  // Not of each: a page could send them without end.
  if (first_wrong && on_log_)
    run_callback([this] { log("a response with a wrong state was refused; the wait goes on"); });
  deliver(std::move(request), std::move(responder), std::move(verdict));
}

// Under the lock. The order start, open browser, wait works too: the first answer may come before
// the wait.
bool Receiver::park(Request& request, Responder& responder, const Verdict& verdict) {
  if (verdict.outcome != Outcome::not_expected || request.method == "HEAD") return false;
  if (callback_path_.empty() || path_of(request.target) != callback_path_) return false;
  if (parked_.size() >= max_parked) return false;
  std::list<Parked> entry(1);
  if (!watch()) return false;
  entry.front() = {std::move(request), std::move(responder), Clock::now() + parking_time};
  parked_.splice(parked_.end(), entry);
  deadlines_changed_.notify_all();
  return true;
}

// Under the lock. False when there is no thread that would keep the deadlines.
bool Receiver::watch() {
  if (watching_) return true;
  Tasks::Task task = [this] { watch_deadlines(); };
  watching_ = tasks_.run(task);
  return watching_;
}

void Receiver::watch_deadlines() noexcept {
  std::unique_lock lock(mutex_);
  while (const auto until = next_deadline()) {
    if (Clock::now() < *until) {
      deadlines_changed_.wait_until(lock, *until);
    } else {
      expire(lock);
    }
  }
  watching_ = false;
}

std::optional<Receiver::Clock::time_point> Receiver::next_deadline() const noexcept {
  const auto held = held_.next_deadline();
  if (parked_.empty()) return held;
  return held ? std::min(*held, parked_.front().until) : parked_.front().until;
}

// One of those that are due. The lock is held before and after, but not while it is answered.
void Receiver::expire(std::unique_lock<std::mutex>& lock) noexcept {
  if (const auto id = held_.find_due(Clock::now())) {
    lock.unlock();
    report(*id, PageReport::none, {});
  } else {
    Parked late = std::move(parked_.front());
    parked_.pop_front();
    lock.unlock();
    try {
      Response page = handler_.pages().refusal(404);
      deliver(std::move(late.request), std::move(late.responder),
              {Outcome::not_expected, std::move(page)});
    } catch (const std::exception&) {
      late.responder.refuse(404);
    }
  }
  lock.lock();
}

// What cannot be delivered has not happened: the claim is taken back, and the responder answers
// 500.
void Receiver::deliver(Request request, Responder responder, Verdict verdict) noexcept {
  if (!on_request_) {
    conclude(std::move(responder), std::move(verdict));
    return;
  }
  struct Work {
    Request request;
    Responder responder;
    Verdict verdict;
  };
  const Id id = verdict.id;
  Tasks::Task task;
  try {
    // std::function copies what it holds, and a Responder cannot be copied.
    const auto work = std::make_shared<Work>();
    task = [this, work] {
      if (run_hook(work->request, work->verdict)) {
        conclude(std::move(work->responder), std::move(work->verdict));
      } else {
        work->responder.refuse(500);
      }
    };
    *work = {std::move(request), std::move(responder), std::move(verdict)};
  } catch (...) {
    release(id);
    return;
  }
  if (tasks_.run(task)) return;
  release(id);
  log("no thread for on_request");
}

bool Receiver::run_hook(const Request& request, const Verdict& verdict) noexcept {
  try {
    std::size_t wrong_states = 0;
    {
      const std::lock_guard lock(mutex_);
      wrong_states = handler_.wrong_states();
    }
    on_request_({request.method, path_of(request.target), field_value(request.fields, "Origin"),
                 verdict.outcome, verdict.response.status, wrong_states});
    return true;
  } catch (const std::exception& error) {
    log("on_request threw", error.what());
  } catch (...) {
    log("on_request threw");
  }
  release(verdict.id);
  return false;
}

void Receiver::release(Id id) noexcept {
  const std::lock_guard lock(mutex_);
  handler_.release(id);
}

// The page goes first: a page that says success without a result would lose the user's sign-in, a
// result without a page costs a reload at the most.
void Receiver::conclude(Responder responder, Verdict verdict) noexcept {
  if (verdict.held != 0) {
    const bool first = verdict.id != 0;
    if (first ? hold(responder, verdict) : hold_again(responder, verdict)) return;
    verdict.id = 0;
  }
  try {
    responder.send(std::move(verdict.response));
  } catch (...) {
    release(verdict.id);
    log("a response could not be sent");
    return;
  }
  resolve(std::move(verdict));
}

// Whether that ended a wait.
bool Receiver::resolve(Verdict verdict) noexcept {
  if (verdict.id == 0) return false;
  std::optional<CallbackPromise> promise;
  {
    const std::lock_guard lock(mutex_);
    handler_.complete(verdict.id);
    if (const auto waiting = waiting_.extract(verdict.id)) promise = waiting.mapped();
  }
  return promise && promise->resolve(std::move(verdict.result));
}

void Receiver::run_callback(Tasks::Task callback) noexcept {
  if (tasks_.run(callback)) return;
  log("no thread for a callback: it runs on the server's own");
  tasks_.run_here(callback);
}

void Receiver::begin_stop() noexcept {
  std::map<Id, CallbackPromise> waiting;
  std::list<Parked> parked;
  HeldPages::Waiting held;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    waiting.swap(waiting_);
    parked.swap(parked_);
    held = held_.end_all();
    deadlines_changed_.notify_all();
  }
  for (auto& [id, promise] : waiting) promise.reject(errc::stopped);
  for (Parked& late : parked) late.responder.refuse(503);
  answer(std::move(held), undecided_);
}

void Receiver::finish_stop() noexcept {
  {
    // These may still start a task.
    std::unique_lock lock(mutex_);
    submitted_.wait(lock, [this] { return submissions_ == 0; });
  }
  tasks_.join();
}

void Receiver::log(std::string_view line, std::string_view detail) const noexcept {
  if (!on_log_) return;
  try {
    if (detail.empty()) return on_log_(line);
    on_log_(std::string(line).append(": ").append(detail));
  } catch (...) {
    // A log that fails has nowhere to say so.
  }
}

}  // namespace oauth_callback
