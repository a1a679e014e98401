#include "tasks.hpp"

#include <exception>
#include <utility>

#include "oauth_callback/spi/thread.hpp"

namespace oauth_callback {
namespace {
thread_local const Tasks* running_for = nullptr;
}

bool Tasks::on_task_thread() const noexcept { return running_for == this; }

bool Tasks::run(Task& task) noexcept {
  std::unique_lock lock(mutex_);
  reap(lock);
  std::list<Entry> entry;
  try {
    entry.emplace_back().task = std::move(task);
    entry.front().thread = start_thread([this, here = entry.begin()] {
      run_here(here->task);
      here->task = nullptr;
      const std::lock_guard guard(mutex_);
      here->done = true;
    });
  } catch (...) {
    if (!entry.empty()) task = std::move(entry.front().task);
    return false;
  }
  entries_.splice(entries_.end(), entry);
  return true;
}

void Tasks::run_here(const Task& task) noexcept {
  const Tasks* const before = std::exchange(running_for, this);
  try {
    task();
  } catch (const std::exception& error) {
    threw_(error.what());
  } catch (...) {
    threw_({});
  }
  running_for = before;
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
