// Threads for the program's own code: hooks and completion callbacks.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace oauth_callback {

// Runs each function on a thread of its own, so that one that blocks harms nobody else, and can
// wait for all of them. Their number is bounded by the transport's number of connections.
class Tasks {
 public:
  Tasks() = default;
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  ~Tasks() { join(); }

  // `task` must not throw. Throws std::system_error when there is no thread to be had.
  void run(std::function<void()> task);

  // Waits for all, also for those started meanwhile. Not from a task.
  void join() noexcept;

  // Whether the caller is one of the tasks.
  bool on_task_thread() const noexcept;

 private:
  struct Entry {
    std::thread thread;
    bool done = false;
  };

  void reap(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::list<Entry> entries_;
};

}  // namespace oauth_callback
