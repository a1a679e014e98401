// What a person at a terminal sees.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>

#include "command.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// The command with standard error on a terminal.
class AtTerminal {
 public:
  explicit AtTerminal(const Environment& environment) {
    terminal_ = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_EQ(grantpt(terminal_), 0);
    EXPECT_EQ(unlockpt(terminal_), 0);
    fcntl(terminal_, F_SETFD, FD_CLOEXEC);
    const std::string name = ptsname(terminal_);
    // Held open here, so that what was written can still be read when the command has ended.
    other_side_ = open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    Environment full = environment;
    full.emplace_back("TERM=xterm");
    full.emplace_back("command=").append(OAUTH_CALLBACK_COMMAND);
    std::vector<std::string> arguments = {"/bin/sh", "-c"};
    arguments.emplace_back("exec \"$command\" --no-browser --state s 2>").append(name);
    command_ = std::make_unique<Command>(std::move(arguments), full);
    uri_ = command_->read_line();
  }
  ~AtTerminal() {
    close(other_side_);
    close(terminal_);
  }

  // All that is on the terminal, once it holds `text`.
  std::string wait_for(const std::string& text) {
    char buffer[1024];
    while (screen_.find(text) == std::string::npos) {
      const ssize_t count = read(terminal_, buffer, sizeof buffer);
      if (count <= 0) break;
      screen_.append(buffer, static_cast<std::size_t>(count));
    }
    return screen_;
  }

  // All that has come, after the command has ended.
  std::string rest() {
    fcntl(terminal_, F_SETFL, O_NONBLOCK);
    return wait_for("what never comes");
  }

  const std::string& uri() const { return uri_; }
  Command& command() { return *command_; }

 private:
  int terminal_ = -1;
  int other_side_ = -1;
  std::unique_ptr<Command> command_;
  std::string uri_;
  std::string screen_;
};

TEST(Terminal, CountsDownAndCleansUp) {
  AtTerminal terminal({});
  EXPECT_THAT(terminal.wait_for(" left"), HasSubstr("\x1b[2m"));
  get(terminal.uri(), "code=c0de&state=wrong");
  terminal.wait_for("wrong state was refused");
  get(terminal.uri(), "code=c0de&state=s");
  EXPECT_EQ(terminal.command().read_output(), "c0de\n");
  EXPECT_EQ(terminal.command().wait(), 0);
  const std::string screen = terminal.rest();
  EXPECT_TRUE(screen.ends_with("\r\x1b[K")) << testing::PrintToString(screen);
}

TEST(Terminal, HasNoStylesWithNoColor) {
  AtTerminal terminal({"NO_COLOR=1"});
  EXPECT_THAT(terminal.wait_for(" left"), Not(HasSubstr("\x1b[2m")));
}

TEST(Terminal, CountsNothingWhereNobodyReads) {
  Command command({"--no-browser", "--state", "s"});
  const std::string uri = command.read_line();
  get(uri, "code=c0de&state=s");
  command.wait();
  EXPECT_EQ(command.error(), "");
}

}  // namespace
}  // namespace oauth_callback::e2e
