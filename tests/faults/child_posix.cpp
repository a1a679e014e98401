#include <cxxabi.h>
#include <dirent.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

#include "check.hpp"
#include "child.hpp"

namespace oauth_callback::faults {

#if defined(__SANITIZE_THREAD__)
const bool counts_threads = false;
#else
const bool counts_threads = true;
#endif

namespace {

// In memory that the child shares with its parent.
struct Report {
  Trace trace;
  Trace crash;
  int hits;
  Effect effect;
  bool finished;
  char failure[512];
};
Report* report = nullptr;

long count_entries(const char* folder) {
  const Exempt own;
  DIR* const entries = opendir(folder);
  if (entries == nullptr) return -1;
  long count = 0;
  while (readdir(entries) != nullptr) ++count;
  closedir(entries);
  return count;
}

struct Resources {
  long descriptors = count_entries("/proc/self/fd");
  long threads = counts_threads ? count_entries("/proc/self/task") : 0;
  long allocations = live_allocations();
};

// A thread that was joined may still be listed for a moment.
Resources settled(const Resources& before) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const Resources now;
    if (now.threads <= before.threads || std::chrono::steady_clock::now() > deadline) return now;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void require_nothing_left(const Resources& before) {
  const Resources after = settled(before);
  const auto compare = [](const char* what, long now, long then) {
    if (now > then) throw Failure(std::to_string(now - then) + " " + what + " left over");
  };
  compare("descriptors", after.descriptors, before.descriptors);
  compare("threads", after.threads, before.threads);
  compare("allocations", after.allocations, before.allocations);
}

void note(const char* failure) {
  std::strncpy(report->failure, failure, sizeof report->failure - 1);
}

extern "C" void note_end(int number) {
  report->crash.size =
      backtrace(report->crash.frames.data(), static_cast<int>(report->crash.frames.size()));
  signal(number, SIG_DFL);
  raise(number);
}

void play(const Trial& trial) {
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGALRM}) signal(number, note_end);
  if (trial.known_to_fail) patience = std::chrono::seconds(2);
  // A child that takes longer hangs.
  alarm(static_cast<unsigned>(3 * patience.count()));
  const Resources before;
  try {
    arm(trial.faults, &report->trace);
    trial.scenario.play(trial.backend, report->effect);
    report->hits = disarm();
    require_nothing_left(before);
  } catch (const Failure& failure) {
    disarm();
    note(failure.what());
  } catch (const std::exception& error) {
    disarm();
    note((std::string("an exception that is not documented: ") + error.what()).c_str());
  }
  report->hits = hits();
  report->finished = true;
}

std::string describe(char* symbol) {
  char* const begin = std::strchr(symbol, '(');
  char* const end = begin == nullptr ? nullptr : std::strpbrk(begin, "+)");
  if (end == nullptr || end == begin + 1) return symbol;
  const std::string mangled(begin + 1, end);
  int status = 0;
  char* const name = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  const std::string text = status == 0 ? name : mangled;
  std::free(name);
  return text;
}

std::vector<std::string> describe(const Trace& trace) {
  std::vector<std::string> lines;
  char** const symbols = backtrace_symbols(trace.frames.data(), trace.size);
  for (int i = 0; symbols != nullptr && i < trace.size; ++i) lines.push_back(describe(symbols[i]));
  std::free(symbols);
  return lines;
}

std::string explain(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) return "it hangs";
  if (WIFSIGNALED(status)) {
    return "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           strsignal(WTERMSIG(status)) + ")";
  }
  if (WEXITSTATUS(status) != 0) {
    return "exit status " + std::to_string(WEXITSTATUS(status)) + ": see above";
  }
  return report->finished ? report->failure : "the process ended before the scenario did";
}

// More threads at once than any scenario has, with small stacks: the C library keeps these, and
// the memory that belongs to them, for the threads of the trials.
void warm_up_threads() {
  constexpr int count = 24;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1024 * 1024);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      std::unique_lock lock(mutex);
      ++running;
      changed.notify_all();
      changed.wait(lock, [&] { return running == count; });
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

void warm_up(const std::string& backend) {
  void* frames[1];
  backtrace(frames, 1);
  void* const memory =
      mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  report = static_cast<Report*>(memory);
  warm_up_threads();
  for (const Scenario& scenario : all_scenarios()) {
    Effect effect;
    scenario.play(backend, effect);
  }
}

Verdict run(const Trial& trial) {
  *report = Report{};
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    play(trial);
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  Verdict verdict{report->hits, report->effect, explain(status), {}, {}};
  if (!verdict.failure.empty()) {
    verdict.hits = report->trace.size > 0 ? std::max(1, verdict.hits) : verdict.hits;
    verdict.trace = describe(report->trace);
    verdict.crash = describe(report->crash);
  }
  return verdict;
}

}  // namespace oauth_callback::faults
