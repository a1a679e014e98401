// What the user pastes into the terminal when the browser cannot load the page it ends on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <memory>

#include "command.hpp"
#include "pseudo_terminal.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Options {
  std::string arguments = "--no-browser --state s";
  unsigned short columns = 120;
  std::string input = "\"$terminal\"";  // where standard input is
};

// The command under a shell that waits for it, in a session of its own, on its own terminal.
class AtItsTerminal {
 public:
  explicit AtItsTerminal(const Options& options = {}) {
    const winsize size = {24, options.columns, 0, 0};
    EXPECT_EQ(ioctl(terminal_.native(), TIOCSWINSZ, &size), 0);
    before_ = mode();
    // A shell that has ended takes the terminal with it; so it waits for a line.
    const std::string script = "exec 3<\"$terminal\"; trap : INT; \"$command\" " +
                               options.arguments + " <" + options.input +
                               " 2>\"$terminal\"; echo \"status $?\"; read -r end <&3";
    command_ = std::make_unique<Command>(
        std::vector<std::string>{"/bin/sh", "-c", script},
        Environment{"TERM=xterm", "NO_COLOR=1", "terminal=" + terminal_.name(),
                    std::string("command=").append(OAUTH_CALLBACK_COMMAND)},
        Session::own);
    uri_ = command_->read_line();
  }
  void type(const std::string& text) { terminal_.type(text); }
  const std::string& wait_for(const std::string& text) { return terminal_.wait_for(text); }

  // The command has ended, with this output and status; the terminal is as it was.
  void expect_end(const std::string& output, int status) {
    if (!output.empty()) {
      EXPECT_EQ(command_->read_line(), output);
    }
    EXPECT_EQ(command_->read_line(), "status " + std::to_string(status));
    const termios after = mode();
    EXPECT_EQ(after.c_lflag, before_.c_lflag);
    EXPECT_EQ(after.c_iflag, before_.c_iflag);
    EXPECT_EQ(after.c_cc[VQUIT], before_.c_cc[VQUIT]);
    type("\n");
    command_->wait();
    terminal_.rest();
  }

  const std::string& uri() const { return uri_; }
  const std::string& screen() const { return terminal_.screen(); }

 private:
  termios mode() const {
    termios result = {};
    EXPECT_EQ(tcgetattr(terminal_.native(), &result), 0);
    return result;
  }

  PseudoTerminal terminal_;
  termios before_ = {};
  std::unique_ptr<Command> command_;
  std::string uri_;
};

TEST(Paste, OfTheUrlIsTakenAndNotEchoed) {
  AtItsTerminal terminal;
  terminal.wait_for("address pasted here, 4:5");
  terminal.type(terminal.uri() + "?code=c0de&state=s\n");
  terminal.expect_end("c0de", 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("c0de")));
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("state=")));
}

TEST(Paste, ThatIsRefusedSaysWhyAndTheWaitGoesOn) {
  AtItsTerminal terminal;
  terminal.wait_for(" left");
  terminal.type("https://provider.example/SECRET\r");
  terminal.wait_for("is not the address this sign-in ends on, which begins with " +
                    terminal.uri().substr(0, terminal.uri().rfind('/') + 1));
  terminal.type(terminal.uri() + "?code=SECRET&state=other\n");
  terminal.wait_for("belongs to another sign-in");
  terminal.type("code=SECRET&code=SECRET&state=s\n");
  terminal.wait_for("is not a whole address");
  terminal.type("state=s\n");
  terminal.wait_for("has neither a code nor an error");
  // A mistake, taken back; then more than a terminal's own line editing can hold.
  const std::string code(6000, 'x');
  terminal.type("SECRET\x15nonsense\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f");
  terminal.type("\x1b[200~?state=s&code=" + code + "\x1b[201~\r");
  terminal.expect_end(code, 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("SECRET")));
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("xxx")));
}

TEST(Paste, LeavesTheTerminalAsItWasWhenTheBrowserComes) {
  AtItsTerminal terminal;
  terminal.wait_for(" left");
  terminal.type("?code=half");
  get(terminal.uri(), "code=c0de&state=s");
  terminal.expect_end("c0de", 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("half")));
}

TEST(Paste, LeavesTheTerminalAsItWasAfterCtrlC) {
  AtItsTerminal terminal;
  terminal.wait_for(" left");
  terminal.type("\x03");
  terminal.expect_end("", 130);
  EXPECT_THAT(terminal.screen(), HasSubstr("interrupted"));
}

TEST(Paste, LeavesTheTerminalAsItWasWhenTimeRunsOut) {
  AtItsTerminal terminal({.arguments = "--no-browser --state s --timeout 1s"});
  terminal.expect_end("", 4);
}

TEST(Paste, CanBeTurnedOffWithCtrlD) {
  AtItsTerminal terminal;
  terminal.wait_for(" left");
  terminal.type("\x04");
  get(terminal.uri(), "code=c0de&state=s");
  terminal.expect_end("c0de", 0);
}

TEST(Paste, IsNotOfferedWithoutATerminalOnStandardInput) {
  AtItsTerminal terminal({.input = "/dev/null"});
  terminal.wait_for(" left");
  get(terminal.uri(), "code=c0de&state=s");
  terminal.expect_end("c0de", 0);
  EXPECT_THAT(terminal.screen(), Not(HasSubstr("paste")));
}

// The countdown's line, as it was drawn first.
std::string countdown(unsigned short columns) {
  AtItsTerminal terminal({.columns = columns});
  const std::string screen = terminal.wait_for("\x1b[K");
  get(terminal.uri(), "code=c0de&state=s");
  terminal.expect_end("c0de", 0);
  const auto end = screen.find("\x1b[K", screen.find("4:5") - 1);
  const auto start = screen.rfind('\r', end) + 1;
  return screen.substr(start, end - start);
}

TEST(Terminal, CountsDownOnOneLineHoweverNarrow) {
  for (const unsigned short columns : std::initializer_list<unsigned short>{120, 60, 40}) {
    EXPECT_LT(countdown(columns).size(), columns);
  }
}

}  // namespace
}  // namespace oauth_callback::e2e
