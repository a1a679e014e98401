#include "terminal.hpp"

#include <algorithm>
#include <cstdlib>

#include "streams.hpp"
#include "text.hpp"

namespace oauth_callback::cli {
namespace {

bool is_dumb_terminal() {
  const char* term = std::getenv("TERM");
#ifdef _WIN32
  return term != nullptr && std::string_view(term) == "dumb";
#else
  return term == nullptr || std::string_view(term) == "dumb" || *term == '\0';
#endif
}

bool wants_no_color() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

Terminal::Terminal()
    : animated_(error_is_terminal() && !is_dumb_terminal()),
      styled_(animated_ && !wants_no_color()) {}

Terminal::~Terminal() { stop_countdown(); }

void Terminal::say(std::string_view text) {
  const std::lock_guard lock(mutex_);
  erase();
  write_error(std::string(text) + "\n");
  if (counting_) draw();
}

void Terminal::start_countdown(std::chrono::milliseconds timeout, bool pasting) {
  if (!animated_) return;
  const std::lock_guard lock(mutex_);
  if (counting_) return;
  end_ = Clock::now() + timeout;
  counting_ = true;
  pasting_ = pasting;
  thread_ = std::thread([this] { run(); });
}

void Terminal::stop_countdown() {
  {
    const std::lock_guard lock(mutex_);
    counting_ = false;
    erase();
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Terminal::run() {
  std::unique_lock lock(mutex_);
  while (counting_) {
    draw();
    // Wakes when the text changes, not a moment after.
    const auto left = end_ - Clock::now();
    if (left <= Clock::duration::zero()) return;
    changed_.wait_until(
        lock, end_ - std::chrono::floor<std::chrono::seconds>(left - std::chrono::milliseconds(1)));
  }
}

void Terminal::draw() {
  const auto left = std::chrono::ceil<std::chrono::seconds>(end_ - Clock::now());
  const std::string text =
      countdown_text(std::max(left, std::chrono::seconds(0)), pasting_, error_width());
  write_error("\r" + (styled_ ? "\x1b[2m" + text + "\x1b[0m" : text) + "\x1b[K");
  drawn_ = true;
}

void Terminal::erase() {
  if (drawn_) write_error("\r\x1b[K");
  drawn_ = false;
}

}  // namespace oauth_callback::cli
