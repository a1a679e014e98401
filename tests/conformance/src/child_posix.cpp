#include <poll.h>
#include <signal.h>
#include <spawn.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <system_error>

#include "check.hpp"
#include "child.hpp"
#include "peer.hpp"

extern char** environ;

namespace oauth_callback::conformance {
namespace {

constexpr const char* own_program = "/proc/self/exe";
constexpr std::string_view child_argument = "--conformance-child";
// Should the parent be gone unnoticed.
constexpr unsigned longest_life = 900;

struct Pair {
  Socket ours;
  Socket theirs;
};

// Not pipes: writing to one that is closed would send SIGPIPE.
Pair make_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return {Socket(ends[0]), Socket(ends[1])};
}

}  // namespace

Child::Child(std::string_view role, const std::vector<std::string>& arguments) {
  if (::access(own_program, X_OK) != 0) throw Skipped("this system has no /proc/self/exe");
  std::vector<std::string> words{"conformance", std::string(child_argument), std::string(role)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  Pair pair = make_pair();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, pair.theirs.get(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, pair.theirs.get(), STDOUT_FILENO);
  const int error = ::posix_spawn(&pid_, own_program, &actions, nullptr, pointers.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::system_error(error, std::generic_category(), "posix_spawn");
  channel_ = std::move(pair.ours);
}

Child::~Child() {
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

// False at the end of the output.
bool Child::read_more(std::chrono::milliseconds timeout) {
  pollfd entry{channel_.get(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(timeout.count())) == 0) fail("the other process hangs");
  std::array<char, 65536> bytes;
  const ssize_t got = ::read(channel_.get(), bytes.data(), bytes.size());
  if (got > 0) buffer_.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

std::string Child::read_line(std::chrono::milliseconds timeout) {
  for (;;) {
    const std::size_t end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.starts_with("skip ")) throw Skipped(line.substr(5));
      return line;
    }
    if (!read_more(timeout)) fail("the other process has ended early");
  }
}

std::string Child::read_rest(std::chrono::milliseconds timeout) {
  while (read_more(timeout)) {
  }
  return std::move(buffer_);
}

void Child::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(channel_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) fail("the other process has ended");
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::optional<int> run_as_child(int argc, char** argv) {
  if (argc < 3 || argv[1] != child_argument) return std::nullopt;
#ifdef __linux__
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  ::alarm(longest_life);
  try {
    return find_role(argv[2])({argv + 3, argv + argc});
  } catch (const Skipped& reason) {
    std::printf("skip %s\n", reason.what());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "conformance: the other process, as %s: %s\n", argv[2], error.what());
    return 1;
  }
}

std::size_t number_after(std::string_view line, std::string_view key) {
  std::size_t number = 0;
  const std::size_t at = line.find(key);
  check(at != std::string_view::npos, "the other process did not say " + std::string(key));
  line.remove_prefix(at + key.size());
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  check(error == std::errc(), "the other process gave no number for " + std::string(key));
  return number;
}

}  // namespace oauth_callback::conformance
