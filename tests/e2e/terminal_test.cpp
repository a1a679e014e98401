// What a person at a terminal sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "command.hpp"
#include "pseudo_terminal.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

// The command with standard error on a terminal.
class AtTerminal {
 public:
  explicit AtTerminal(const Environment& environment) {
    Environment full = environment;
    full.emplace_back("TERM=xterm");
    full.emplace_back("command=").append(OAUTH_CALLBACK_COMMAND);
    std::vector<std::string> arguments = {"/bin/sh", "-c"};
    arguments.emplace_back("exec \"$command\" --no-browser --state s 2>").append(terminal_.name());
    command_ = std::make_unique<Command>(std::move(arguments), full);
    uri_ = command_->read_line();
  }

  const std::string& wait_for(const std::string& text) { return terminal_.wait_for(text); }
  const std::string& rest() { return terminal_.rest(); }
  const std::string& uri() const { return uri_; }
  Command& command() { return *command_; }

 private:
  PseudoTerminal terminal_;
  std::unique_ptr<Command> command_;
  std::string uri_;
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
