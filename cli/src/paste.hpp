// The redirect URL by hand: pasted into the terminal when the browser cannot load it.
#pragma once

#include <memory>

#include "oauth_callback/callback_server.hpp"
#include "terminal.hpp"
#include "terminal_input.hpp"

namespace oauth_callback::cli {

// While this lives, what is pasted goes to the server, and why it was refused to the terminal;
// never what it was. After the server's start().
class Paste {
 public:
  Paste(const std::shared_ptr<ICallbackServer>& server, Terminal& terminal);

 private:
  TerminalInput input_;
};

// That it can be done, if it can.
void say_how_to_paste(Terminal& terminal);

}  // namespace oauth_callback::cli
