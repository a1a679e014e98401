#include "tasks.hpp"

#include <utility>

#include "oauth_callback/spi/thread.hpp"

namespace oauth_callback {
namespace {
thread_local const Tasks* running_for = nullptr;
}

bool Tasks::on_task_thread() const noexcept { return running_for == this; }

void Tasks::run(std::function<void()> task) {
  std::unique_lock lock(mutex_);
  reap(lock);
  const auto entry = entries_.emplace(entries_.end());
  try {
    entry->thread = start_thread([this, entry, task = std::move(task)] {
      running_for = this;
      task();
      const std::lock_guard guard(mutex_);
      entry->done = true;
    });
  } catch (...) {
    entries_.erase(entry);
    throw;
  }
}

void Tasks::reap(std::unique_lock<std::mutex>& lock) {
  std::list<Entry> finished;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (entry->done) finished.splice(finished.end(), entries_, entry);
    entry = next;
  }
  lock.unlock();
  for (Entry& entry : finished) entry.thread.join();
  lock.lock();
}

void Tasks::join() noexcept {
  for (;;) {
    std::list<Entry> all;
    {
      const std::lock_guard lock(mutex_);
      all.swap(entries_);
    }
    if (all.empty()) return;
    for (Entry& entry : all) entry.thread.join();
  }
}

}  // namespace oauth_callback
