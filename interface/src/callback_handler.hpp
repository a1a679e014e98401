// What becomes of a request (contract, part H): a function from Request to Verdict. No socket,
// no thread, no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/result.hpp"
#include "pages.hpp"

namespace oauth_callback {

struct Verdict {
  Outcome outcome;
  Response response;
  // Of the expectation that this request completes, else 0. It is claimed: no other request
  // completes it until release().
  std::uint64_t id = 0;
  CallbackResult result = {};
  // Of the expectation whose page the program decides, else 0. `response` is then the page for when
  // nobody knows.
  std::uint64_t held = 0;
  std::chrono::milliseconds hold_timeout{};
};

// Not thread-safe.
class CallbackHandler {
 public:
  using Id = std::uint64_t;

  // `authorities` are the values of the Host field that are ours.
  CallbackHandler(std::vector<std::string> authorities, Pages pages);

  // Throws errc::invalid_option.
  Id expect(Expectation expectation);
  void forget(Id id) noexcept;
  void release(Id id) noexcept;   // the claim is taken back: the request was not answered
  void complete(Id id) noexcept;  // it was; the same response gets the same page from now on

  // The page that the response which completed gets from now on.
  void replace_answer(Id id, Response answer) noexcept;
  // As it is now; null when there is no such expectation any more.
  const Response* find_answer(Id id) const noexcept;

  Verdict decide(const Request& request);

  bool knows(std::string_view path) const noexcept;
  // The path of all that is pending, when it is one; else empty. Until the next change.
  std::string_view only_path() const noexcept;
  const PageSet& pages() const noexcept { return pages_; }
  std::size_t wrong_states() const noexcept { return wrong_states_; }

 private:
  enum class Phase { pending, claimed, completed };
  struct Entry {
    Expectation expectation;
    Phase phase = Phase::pending;
    std::string digest;  // of the response that claimed it
    Response answer;
  };
  struct Target;

  Verdict refuse(Outcome outcome, int status) const;
  bool serves(const Request& request, const Target& target) const noexcept;
  bool accepts_post(std::string_view path) const noexcept;
  Verdict refuse_method(std::string_view path) const;
  Verdict decide_response(const Request& request, const Target& target);
  std::map<Id, Entry>::const_iterator find_repeated(std::string_view path,
                                                    const std::string& digest) const noexcept;
  std::map<Id, Entry>::const_iterator find_reloaded(const Request& request,
                                                    const Target& target) const noexcept;
  std::map<Id, Entry>::iterator match(std::string_view path, const CallbackResult& result);
  void drop_oldest_completed();

  std::vector<std::string> authorities_;
  PageSet pages_;
  std::map<Id, Entry> entries_;
  Id next_ = 1;
  std::size_t wrong_states_ = 0;
};

// Throws errc::invalid_option when `path` cannot be the path of a redirect URI.
void require_path(std::string_view path);

}  // namespace oauth_callback
