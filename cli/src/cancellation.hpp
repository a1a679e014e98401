// An interrupt, as a stop token where the standard library has them.
#pragma once

#include <cstdlib>
#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

#include "exit_status.hpp"
#include "interrupts.hpp"
#include "oauth_callback/flow.hpp"
#include "oauth_callback/pending_callback.hpp"
#include "terminal.hpp"
#include "terminal_input.hpp"

namespace oauth_callback::cli {

// To be made before any other thread.
#ifdef __cpp_lib_jthread
class Cancellation {
 public:
  explicit Cancellation(Terminal&) : interrupts_([this] { source_.request_stop(); }) {}

  void apply(AuthCodeOptions& options) const { options.stop = source_.get_token(); }
  CallbackResult wait(PendingCallback& pending, std::chrono::milliseconds timeout) const {
    return pending.wait(timeout, source_.get_token());
  }

 private:
  std::stop_source source_;
  Interrupts interrupts_;
};
#else
// The system closes the sockets.
class Cancellation {
 public:
  explicit Cancellation(Terminal& terminal)
      : interrupts_([&terminal] {
          TerminalInput::restore_terminal();
          terminal.say("oauth-callback: interrupted");
          std::_Exit(exit_interrupted);
        }) {}

  void apply(AuthCodeOptions&) const {}
  CallbackResult wait(PendingCallback& pending, std::chrono::milliseconds timeout) const {
    return pending.wait(timeout);
  }

 private:
  Interrupts interrupts_;
};
#endif

}  // namespace oauth_callback::cli
