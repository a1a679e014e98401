// What the user pastes into the terminal. One file per operating system.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace oauth_callback::cli {

// While this lives, lines from the terminal on standard input go to `line`, on a thread of its own,
// and are not echoed. Where standard input is no terminal, or another job has it, nothing happens.
// Afterwards the terminal is as it was, and what was typed and not read is forgotten: a response
// that is pasted too late is nothing for the shell. Ctrl-C and Ctrl-Z work. At most one at a time,
// made after Interrupts.
class TerminalInput {
 public:
  explicit TerminalInput(std::function<void(const std::string&)> line);
  TerminalInput(const TerminalInput&) = delete;
  ~TerminalInput();

  // Whether there will be any.
  static bool available() noexcept;

  // For the moment before the process ends without a destructor. Any thread, any signal handler.
  static void restore_terminal() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oauth_callback::cli
