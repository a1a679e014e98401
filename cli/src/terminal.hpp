// What a person reads, on standard error.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace oauth_callback::cli {

// Lines, and below them a countdown, if standard error is a terminal; if not, there is no thread
// either. All members may be called from any thread.
class Terminal {
 public:
  Terminal();
  Terminal(const Terminal&) = delete;
  ~Terminal();

  // One line, and what belongs to it. May hold the newlines of ours; foreign text goes through
  // printable().
  void say(std::string_view text);

  // From now on, until stop_countdown() or the end of this object. At most one at a time.
  // `pasting` says that the user may paste.
  void start_countdown(std::chrono::milliseconds timeout, bool pasting = false);
  void stop_countdown();

  // Whether a person watches.
  bool animated() const noexcept { return animated_; }

  // Whether text may be more than plain: on a terminal, unless NO_COLOR is set.
  bool styled() const noexcept { return styled_; }

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void draw();
  void erase();

  bool animated_ = false;
  bool styled_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
  bool counting_ = false;
  bool pasting_ = false;
  bool drawn_ = false;
  Clock::time_point end_;
};

}  // namespace oauth_callback::cli
