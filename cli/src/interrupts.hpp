// Ctrl-C and its like. One file per operating system.
#pragma once

#include <functional>
#include <memory>

namespace oauth_callback::cli {

// While this lives, the first Ctrl-C, SIGTERM or SIGHUP calls `interrupted`, on a thread of its
// own, and the second ends the process with 130. To be made before any other thread, so that all of
// them leave the signals alone.
class Interrupts {
 public:
  explicit Interrupts(std::function<void()> interrupted);
  Interrupts(const Interrupts&) = delete;
  ~Interrupts();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace oauth_callback::cli
