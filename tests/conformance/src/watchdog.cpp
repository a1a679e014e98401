#include "watchdog.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace oauth_callback::conformance {

Watchdog::Watchdog() : thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watchdog::arm(std::string id, std::chrono::seconds patience) {
  const std::lock_guard lock(mutex_);
  patience_ = patience;
  id_ = std::move(id);
  deadline_ = std::chrono::steady_clock::now() + patience_;
  armed_ = true;
  changed_.notify_all();
}

void Watchdog::disarm() {
  const std::lock_guard lock(mutex_);
  armed_ = false;
  changed_.notify_all();
}

void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!done_) {
    if (!armed_) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < deadline_) {
      changed_.wait_until(lock, deadline_);
    } else {
      std::fprintf(stderr, "\nconformance: case %s did not end within %lld s\n", id_.c_str(),
                   static_cast<long long>(patience_.count()));
      std::abort();
    }
  }
}

}  // namespace oauth_callback::conformance
