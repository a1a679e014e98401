#include <fcntl.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "streams.hpp"

namespace oauth_callback::cli {
namespace {

bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0 || errno != EBADF; }

[[noreturn]] void cannot_write(int error) {
  throw std::system_error(error, std::generic_category(), "cannot write to standard output");
}

}  // namespace

void prepare_process() {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);  // an arena for each thread takes longer to set up than it saves
#endif
  signal(SIGPIPE, SIG_IGN);
  const bool has_output = is_open(STDOUT_FILENO);
  // open() takes the lowest free number.
  for (int fd = 0; fd <= 2; ++fd) {
    if (!is_open(fd) && open("/dev/null", O_RDWR) < 0) cannot_write(errno);
  }
  if (!has_output) cannot_write(EBADF);
}

bool error_is_terminal() noexcept { return isatty(STDERR_FILENO) == 1; }

std::size_t error_width() noexcept {
  winsize size = {};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void write_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t count = write(STDERR_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

void write_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_write(errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace oauth_callback::cli
