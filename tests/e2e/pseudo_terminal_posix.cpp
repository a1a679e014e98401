#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "pseudo_terminal.hpp"

namespace oauth_callback::e2e {

PseudoTerminal::PseudoTerminal() {
  terminal_ = posix_openpt(O_RDWR | O_NOCTTY);
  EXPECT_EQ(grantpt(terminal_), 0);
  EXPECT_EQ(unlockpt(terminal_), 0);
  fcntl(terminal_, F_SETFD, FD_CLOEXEC);
  name_ = ptsname(terminal_);
  // Held open here, so that what was written can still be read when the command has ended.
  other_side_ = open(name_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
}

PseudoTerminal::~PseudoTerminal() {
  close(other_side_);
  close(terminal_);
}

void PseudoTerminal::type(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(terminal_, text.data(), std::min<std::size_t>(text.size(), 1024));
    ASSERT_GT(count, 0);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

const std::string& PseudoTerminal::wait_for(const std::string& text) {
  char buffer[1024];
  while (screen_.find(text) == std::string::npos) {
    const ssize_t count = read(terminal_, buffer, sizeof buffer);
    if (count <= 0) break;
    screen_.append(buffer, static_cast<std::size_t>(count));
  }
  return screen_;
}

const std::string& PseudoTerminal::rest() {
  fcntl(terminal_, F_SETFL, O_NONBLOCK);
  return wait_for("what never comes");
}

}  // namespace oauth_callback::e2e
