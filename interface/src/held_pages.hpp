// Pages that wait until the program says what became of the response (contract, H15).
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string_view>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {

class Receiver;

enum class PageReport { succeeded, failed, none };

// Passive: no thread and no lock of its own.
class HeldPages {
 public:
  using Id = std::uint64_t;
  using Time = std::chrono::steady_clock::time_point;
  using Waiting = std::list<Responder>;
  struct Page {
    Time until;
    Response success;
    Waiting waiting;
  };

  // Takes the responder, or throws and has not.
  void begin(Id id, Responder& responder, Response success, std::chrono::milliseconds timeout);

  // The same response, once more: true when its responder was taken too. False when the page is not
  // held any more, or too many wait for it. Throws and has not.
  bool join(Id id, Responder& responder);

  // No longer held: whoever calls this answers those who wait.
  std::optional<Page> end(Id id) noexcept;
  Waiting end_all() noexcept;

  std::optional<Time> next_deadline() const noexcept;
  std::optional<Id> find_due(Time now) const noexcept;

 private:
  std::map<Id, Page> pages_;
};

namespace detail {

// What all copies of a result share. The last one to go reports that nobody will.
class HeldPage {
 public:
  HeldPage() = default;
  HeldPage(const HeldPage&) = delete;
  HeldPage& operator=(const HeldPage&) = delete;
  ~HeldPage() { report(PageReport::none, {}); }

  void arm(std::weak_ptr<Receiver> receiver, HeldPages::Id id) noexcept;
  void report(PageReport outcome, std::string_view message) const noexcept;

 private:
  std::weak_ptr<Receiver> receiver_;
  HeldPages::Id id_ = 0;
};

}  // namespace detail
}  // namespace oauth_callback
