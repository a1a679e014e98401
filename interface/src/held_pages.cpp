#include "held_pages.hpp"

#include <algorithm>
#include <utility>

#include "receiver.hpp"

namespace oauth_callback {
namespace {

// A page that is reloaded without end must not take all connections.
constexpr std::size_t max_waiting = 16;

// A deadline further away than this would overflow the clock.
constexpr std::chrono::hours longest{24 * 365};

bool is_earlier(const std::pair<const HeldPages::Id, HeldPages::Page>& a,
                const std::pair<const HeldPages::Id, HeldPages::Page>& b) noexcept {
  return a.second.until < b.second.until;
}

}  // namespace

void HeldPages::begin(Id id, Responder& responder, Response success,
                      std::chrono::milliseconds timeout) {
  const auto limit = std::min<std::chrono::milliseconds>(timeout, longest);
  Page page{std::chrono::steady_clock::now() + limit, std::move(success), Waiting(1)};
  pages_.insert_or_assign(id, std::move(page)).first->second.waiting.front() = std::move(responder);
}

bool HeldPages::join(Id id, Responder& responder) {
  const auto page = pages_.find(id);
  if (page == pages_.end() || page->second.waiting.size() >= max_waiting) return false;
  page->second.waiting.push_back(std::move(responder));
  return true;
}

std::optional<HeldPages::Page> HeldPages::end(Id id) noexcept {
  auto page = pages_.extract(id);
  if (!page) return std::nullopt;
  return std::move(page.mapped());
}

HeldPages::Waiting HeldPages::end_all() noexcept {
  Waiting all;
  for (auto& [id, page] : pages_) all.splice(all.end(), page.waiting);
  pages_.clear();
  return all;
}

std::optional<HeldPages::Time> HeldPages::next_deadline() const noexcept {
  const auto first = std::min_element(pages_.begin(), pages_.end(), is_earlier);
  if (first == pages_.end()) return std::nullopt;
  return first->second.until;
}

std::optional<HeldPages::Id> HeldPages::find_due(Time now) const noexcept {
  const auto first = std::min_element(pages_.begin(), pages_.end(), is_earlier);
  if (first == pages_.end() || now < first->second.until) return std::nullopt;
  return first->first;
}

namespace detail {

void HeldPage::arm(std::weak_ptr<Receiver> receiver, HeldPages::Id id) noexcept {
  receiver_ = std::move(receiver);
  id_ = id;
}

void HeldPage::report(PageReport outcome, std::string_view message) const noexcept {
  if (const auto receiver = receiver_.lock()) receiver->report(id_, outcome, message);
}

}  // namespace detail
}  // namespace oauth_callback
