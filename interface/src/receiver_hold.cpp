// Of Receiver: the pages that the program decides (contract, H15).
#include <system_error>
#include <utility>

#include "receiver.hpp"

namespace oauth_callback {

// The promise to resolve, now that the page is held; none when nobody waits for it. Throws, and
// nothing is held.
std::optional<CallbackPromise> Receiver::begin_hold(Responder& responder, Verdict& verdict) {
  const auto page = std::make_shared<detail::HeldPage>();
  Response success = handler_.pages().success(verdict.result);
  const std::lock_guard lock(mutex_);
  const auto waiting = waiting_.find(verdict.id);
  if (waiting == waiting_.end()) return std::nullopt;
  if (!watch()) throw std::system_error(std::make_error_code(std::errc::not_enough_memory));
  held_.begin(verdict.id, responder, std::move(success), verdict.hold_timeout);
  handler_.complete(verdict.id);
  page->arm(weak_from_this(), verdict.id);
  verdict.result.held_page.page = page;
  deadlines_changed_.notify_all();
  return std::move(waiting_.extract(waiting).mapped());
}

// Here the result goes first, since the page says what the program made of it. False when nobody is
// there to make anything of it: then nobody knows, and the page says that.
bool Receiver::hold(Responder& responder, Verdict& verdict) noexcept {
  std::optional<CallbackPromise> promise;
  try {
    promise = begin_hold(responder, verdict);
    if (!promise) return false;
  } catch (...) {
    release(verdict.id);
    responder.refuse(500);
    log("a page could not be held");
    return true;
  }
  promise->resolve(std::move(verdict.result));
  return true;
}

// No browser waits yet; one that comes with the same response gets what is reported.
bool Receiver::hold_submitted(Verdict verdict) noexcept {
  std::optional<CallbackPromise> promise;
  try {
    Responder nobody;
    promise = begin_hold(nobody, verdict);
  } catch (...) {
    release(verdict.id);
    log("a page could not be held");
  }
  return promise && promise->resolve(std::move(verdict.result));
}

bool Receiver::hold_again(Responder& responder, Verdict& verdict) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    if (held_.join(verdict.held, responder)) return true;
    if (const Response* page = handler_.find_answer(verdict.held)) verdict.response = *page;
    return false;
  } catch (...) {
    responder.refuse(500);
    return true;
  }
}

void Receiver::report(Id id, PageReport outcome, std::string_view message) noexcept {
  std::optional<HeldPages::Page> held;
  Response page{500, {}, {}};
  {
    const std::lock_guard lock(mutex_);
    held = held_.end(id);
    if (!held) return;
    deadlines_changed_.notify_all();
    try {
      page = outcome == PageReport::succeeded ? std::move(held->success)
             : outcome == PageReport::failed  ? handler_.pages().failed(message)
                                              : handler_.pages().undecided();
      handler_.replace_answer(id, page);
    } catch (...) {
      // Out of memory: the page is an error, or those who come again are told that nobody knows.
    }
  }
  answer(std::move(held->waiting), page);
}

void Receiver::answer(HeldPages::Waiting waiting, const Response& page) noexcept {
  for (Responder& responder : waiting) {
    try {
      responder.send(page);
    } catch (...) {
      responder.refuse(500);
    }
  }
}

}  // namespace oauth_callback
