#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <thread>
#include <utility>

#include "exit_status.hpp"
#include "interrupts.hpp"
#include "terminal_input.hpp"

namespace oauth_callback::cli {

struct Interrupts::State {
  std::function<void()> interrupted;
  sigset_t signals;
  sigset_t before;
  std::atomic<bool> ended = false;
  std::thread thread;

  void run() {
    bool seen = false;
    while (true) {
      int number = 0;
      if (sigwait(&signals, &number) != 0) continue;
      if (ended) return;
      if (seen) {
        TerminalInput::restore_terminal();
        std::_Exit(exit_interrupted);
      }
      seen = true;
      interrupted();
    }
  }
};

Interrupts::Interrupts(std::function<void()> interrupted) : state_(std::make_unique<State>()) {
  state_->interrupted = std::move(interrupted);
  sigemptyset(&state_->signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    // Who started us with a signal ignored (nohup, a background job) meant it.
    if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    sigaddset(&state_->signals, number);
  }
  // Ends the thread below; nobody else sends it.
  sigaddset(&state_->signals, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &state_->signals, &state_->before);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Interrupts::~Interrupts() {
  state_->ended = true;
  pthread_kill(state_->thread.native_handle(), SIGUSR2);
  state_->thread.join();
  pthread_sigmask(SIG_SETMASK, &state_->before, nullptr);
}

}  // namespace oauth_callback::cli
