// A terminal without a screen: the test reads what is written to it, and types.
#pragma once

#include <string>
#include <string_view>

namespace oauth_callback::e2e {

class PseudoTerminal {
 public:
  PseudoTerminal();
  PseudoTerminal(const PseudoTerminal&) = delete;
  ~PseudoTerminal();

  int native() const { return terminal_; }
  const std::string& name() const { return name_; }
  const std::string& screen() const { return screen_; }

  void type(std::string_view text);

  // All that is on the terminal, once it holds `text`.
  const std::string& wait_for(const std::string& text);

  // All that has come, after the command has ended.
  const std::string& rest();

 private:
  int terminal_ = -1;
  int other_side_ = -1;
  std::string name_;
  std::string screen_;
};

}  // namespace oauth_callback::e2e
