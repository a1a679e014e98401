#include "process_posix.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace oauth_callback::bench {
namespace {

constexpr int patience_ms = 10'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Does not copy this process, as fork() would: that takes longer the larger it is.
pid_t spawn(char* const* arguments, int output) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  errno = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (pid < 0) fail(arguments[0]);
  return pid;
}

pid_t spawn_traced(char* const* arguments, int output) {
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::execv(arguments[0], arguments);
    ::_exit(127);
  }
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) fail("waitpid");
  if (::ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL) != 0 ||
      ::ptrace(PTRACE_CONT, pid, nullptr, nullptr) != 0) {
    fail("ptrace");
  }
  return pid;
}

std::size_t number_in(const std::filesystem::path& file, const std::string& key) {
  std::ifstream stream(file);
  for (std::string word; stream >> word;) {
    std::size_t number = 0;
    if (word == key + ":" && stream >> number) return number;
    stream.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  throw std::runtime_error(file.string() + " has no " + key);
}

double microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, bool traced) : traced_(traced) {
  std::vector<std::string> words = command;
  const std::vector<char*> arguments = pointers_to(words);
  // As a shell's pipe; a socket would do, too, but costs other than what is common.
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  output_ = Socket(ends[0]);
  const Socket theirs(ends[1]);
  started_ = Clock::now();
  pid_ =
      traced ? spawn_traced(arguments.data(), theirs.get()) : spawn(arguments.data(), theirs.get());
}

Process::~Process() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) == pid_ && !WIFEXITED(status) && !WIFSIGNALED(status)) {
    ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  }
}

std::string Process::read_line() {
  for (;;) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd entry{output_.get(), POLLIN, 0};
    if (::poll(&entry, 1, patience_ms) <= 0) throw std::runtime_error("a program says nothing");
    std::array<char, 4096> bytes;
    const ssize_t got = ::read(output_.get(), bytes.data(), bytes.size());
    if (got <= 0) return std::exchange(buffer_, {});
    buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  }
}

Exit Process::wait() {
  const std::size_t peak = traced_ ? peak_kib_at_its_end() : 0;
  int status = 0;
  rusage usage{};
  if (::wait4(pid_, &status, 0, &usage) != pid_) fail("wait4");
  const Exit exit{Clock::now(), microseconds(usage.ru_utime) + microseconds(usage.ru_stime), peak};
  pid_ = -1;
  if (status != 0) throw std::runtime_error("a program failed: " + std::to_string(status));
  return exit;
}

std::size_t Process::status(const std::string& key) const {
  return number_in("/proc/" + std::to_string(pid_) + "/status", key);
}

std::size_t Process::context_switches() const {
  std::size_t switches = 0;
  const std::filesystem::path tasks("/proc/" + std::to_string(pid_) + "/task");
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    switches += number_in(task.path() / "status", "voluntary_ctxt_switches") +
                number_in(task.path() / "status", "nonvoluntary_ctxt_switches");
  }
  return switches;
}

std::size_t Process::peak_kib_at_its_end() const {
  int state = 0;
  if (::waitpid(pid_, &state, 0) != pid_ || !WIFSTOPPED(state) ||
      state >> 8 != (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) {
    throw std::runtime_error("a program did not stop before its end");
  }
  const std::size_t peak = status("VmHWM");
  ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
  return peak;
}

}  // namespace oauth_callback::bench
