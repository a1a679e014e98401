#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

#include "line_assembler.hpp"
#include "terminal_input.hpp"

namespace oauth_callback::cli {
namespace {

// For signal handlers, which have nothing else. Written while `changed` is false.
termios original;
termios without_echo;
std::atomic<bool> changed = false;

bool in_foreground() noexcept { return tcgetpgrp(STDIN_FILENO) == getpgrp(); }

// From the background this would stop the process.
void set(const termios& mode, int when) noexcept {
  if (in_foreground()) tcsetattr(STDIN_FILENO, when, &mode);
}

void catch_suspend(void (*handler)(int)) noexcept {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART | SA_NODEFER;
  sigaction(SIGTSTP, &action, nullptr);
}

// The shell gets the terminal as it was, and we get ours back with `fg`.
void handle_suspend(int) noexcept {
  const int error = errno;
  set(original, TCSANOW);
  catch_suspend(SIG_DFL);
  raise(SIGTSTP);
  catch_suspend(handle_suspend);
  if (changed) set(without_echo, TCSANOW);
  errno = error;
}

void set_cloexec(int fd) noexcept { fcntl(fd, F_SETFD, FD_CLOEXEC); }

}  // namespace

struct TerminalInput::State {
  std::function<void(const std::string&)> line;
  int wake[2] = {-1, -1};
  std::thread thread;

  void run() const;
  bool read_some(LineAssembler& assembler) const;
};

void TerminalInput::State::run() const {
  LineAssembler assembler;
  pollfd fds[2] = {{STDIN_FILENO, POLLIN, 0}, {wake[0], POLLIN, 0}};
  while (true) {
    if (poll(fds, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (fds[1].revents != 0) return;
    if (fds[0].revents != 0 && !read_some(assembler)) return;
  }
}

// False when there is no more to come for us: the end, or the shell reads it now.
bool TerminalInput::State::read_some(LineAssembler& assembler) const {
  if (!in_foreground()) return false;
  char buffer[4096];
  const ssize_t count = read(STDIN_FILENO, buffer, sizeof buffer);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == 0) return false;
  for (const std::string& text : assembler.feed({buffer, static_cast<std::size_t>(count)})) {
    line(text);
  }
  return !assembler.ended();
}

bool TerminalInput::available() noexcept { return isatty(STDIN_FILENO) == 1 && in_foreground(); }

TerminalInput::TerminalInput(std::function<void(const std::string&)> line) {
  if (!available() || tcgetattr(STDIN_FILENO, &original) != 0) return;
  auto state = std::make_unique<State>();
  state->line = std::move(line);
  if (pipe(state->wake) != 0) return;
  for (const int fd : state->wake) set_cloexec(fd);
  without_echo = original;
  without_echo.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ECHONL);
  without_echo.c_cc[VMIN] = 1;
  without_echo.c_cc[VTIME] = 0;
  // Ctrl-\ ends the process without asking anybody.
  without_echo.c_cc[VQUIT] = _POSIX_VDISABLE;
  try {
    state->thread = std::thread([reader = state.get()] { reader->run(); });
  } catch (const std::system_error&) {
    // No thread: the browser can still come.
    for (const int fd : state->wake) close(fd);
    return;
  }
  changed = true;
  // Without job control there is nobody who would wake us again.
  struct sigaction before = {};
  if (sigaction(SIGTSTP, nullptr, &before) == 0 && before.sa_handler == SIG_DFL) {
    catch_suspend(handle_suspend);
  }
  set(without_echo, TCSADRAIN);
  state_ = std::move(state);
}

TerminalInput::~TerminalInput() {
  if (!state_) return;
  const char byte = 0;
  while (write(state_->wake[1], &byte, 1) < 0 && errno == EINTR) {
  }
  state_->thread.join();
  restore_terminal();
  struct sigaction now = {};
  if (sigaction(SIGTSTP, nullptr, &now) == 0 && now.sa_handler == handle_suspend) {
    catch_suspend(SIG_DFL);
  }
  for (const int fd : state_->wake) close(fd);
}

void TerminalInput::restore_terminal() noexcept {
  if (changed.exchange(false)) set(original, TCSAFLUSH);
}

}  // namespace oauth_callback::cli
