// Threads for the program's own code: hooks and completion callbacks.
#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>

namespace oauth_callback {

// Runs each function on a thread of its own, so that one that blocks harms nobody else, and can
// wait for all of them. Their number is bounded by the transport's number of connections.
class Tasks {
 public:
  using Task = std::function<void()>;
  // Told what a task threw; empty when that has no text.
  using Report = std::function<void(std::string_view)>;

  explicit Tasks(Report threw) : threw_(std::move(threw)) {}
  Tasks(const Tasks&) = delete;
  Tasks& operator=(const Tasks&) = delete;
  ~Tasks() { join(); }

  // False when there is no thread to be had, or no memory: then `task` is as it was.
  bool run(Task& task) noexcept;

  // On the caller's thread, which is a task's meanwhile.
  void run_here(const Task& task) noexcept;

  // Waits for all, also for those started meanwhile. Not from a task.
  void join() noexcept;

  // Whether the caller is one of the tasks.
  bool on_task_thread() const noexcept;

 private:
  struct Entry {
    Task task;
    std::thread thread;
    bool done = false;
  };

  void reap(std::unique_lock<std::mutex>& lock);

  const Report threw_;
  std::mutex mutex_;
  std::list<Entry> entries_;
};

}  // namespace oauth_callback
