#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.hpp"
#ifdef __linux__
#include <sys/syscall.h>
#endif

#include <cerrno>
#include <cstdlib>
#include <string_view>

extern char** environ;

namespace oauth_callback::detail {
namespace {

bool is_executable(const std::string& path) {
  struct stat info = {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

// execvp() may allocate, and hands a file without a magic number to a shell.
std::string find_program(const std::string& name) {
  if (name.empty()) return {};
  if (name.find('/') != std::string::npos) return is_executable(name) ? name : std::string();
  const char* variable = std::getenv("PATH");
  std::string_view path = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    const auto end = path.find(':');
    std::string candidate(path.substr(0, end));
    // An empty or relative entry is the current directory's: no browser is started from there.
    if (candidate.starts_with('/') && is_executable(candidate.append("/").append(name)))
      return candidate;
    if (end == std::string_view::npos) return {};
    path.remove_prefix(end + 1);
  }
}

// Everything below runs between fork and exec: async-signal-safe calls only.

constexpr int report_fd = 3;

void close_from(int first) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, static_cast<unsigned>(first), ~0U, 0U) == 0) return;
#endif
  const long limit = sysconf(_SC_OPEN_MAX);
  const int last = limit > 0 && limit < 65536 ? static_cast<int>(limit) : 65536;
  for (int fd = first; fd < last; ++fd) close(fd);
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

// `report` tells the parent that exec failed; that it closes without a byte, that it did not.
[[noreturn]] void become(const char* program, char* const* arguments, int report) {
  const auto fail = [](int fd) {
    const char byte = 1;
    while (write(fd, &byte, 1) < 0 && errno == EINTR) {
    }
    _exit(127);
  };
  // Out of the way of 0 to 3, whatever of them was closed here.
  const int high = fcntl(report, F_DUPFD_CLOEXEC, report_fd + 1);
  if (high < 0) fail(report);
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) fail(high);
  for (int fd = 0; fd <= 2; ++fd) {
    if (null != fd && dup2(null, fd) < 0) fail(high);
  }
  if (dup2(high, report_fd) < 0) fail(high);
  fcntl(report_fd, F_SETFD, FD_CLOEXEC);
  close_from(report_fd + 1);
  reset_signals();
  execve(program, arguments, environ);
  fail(report_fd);
  _exit(127);
}

// With a second fork the program is init's child: no zombie, and no SIGCHLD when it ends.
[[noreturn]] void fork_again(const char* program, char* const* arguments, int report) {
  setsid();
  const pid_t child = fork();
  if (child == 0) become(program, arguments, report);
  if (child < 0) {
    const char byte = 1;
    [[maybe_unused]] const auto written = write(report, &byte, 1);
  }
  _exit(0);
}

bool make_pipe(int (&ends)[2]) {
#ifdef __APPLE__
  if (pipe(ends) != 0) return false;
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
  return true;
#else
  return pipe2(ends, O_CLOEXEC) == 0;
#endif
}

bool wait_for_exec(pid_t child, int report) {
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  char byte = 0;
  ssize_t count = 0;
  do {
    count = read(report, &byte, 1);
  } while (count < 0 && errno == EINTR);
  return count == 0;
}

}  // namespace

bool start_detached(const std::vector<std::string>& arguments) noexcept try {
  if (arguments.empty()) return false;
  const std::string program = find_program(arguments.front());
  if (program.empty()) return false;
  std::vector<char*> pointers;
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);

  int pipe_ends[2];
  if (!make_pipe(pipe_ends)) return false;

  // No handler of this program may run in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = fork();
  if (child == 0) fork_again(program.c_str(), pointers.data(), pipe_ends[1]);
  close(pipe_ends[1]);
  const bool started = child > 0 && wait_for_exec(child, pipe_ends[0]);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close(pipe_ends[0]);
  return started;
} catch (...) {
  return false;
}

}  // namespace oauth_callback::detail
