#include <windows.h>

#include <atomic>
#include <cstdlib>
#include <utility>

#include "exit_status.hpp"
#include "interrupts.hpp"

namespace oauth_callback::cli {

struct Interrupts::State {
  std::function<void()> interrupted;
  std::atomic<bool> seen = false;
};

namespace {

std::atomic<void (*)(void*)> on_event = nullptr;
std::atomic<void*> event_context = nullptr;

// Windows runs this on a thread of its own.
BOOL WINAPI handle_event(DWORD) {
  if (const auto call = on_event.load()) call(event_context.load());
  return TRUE;
}

}  // namespace

Interrupts::Interrupts(std::function<void()> interrupted) : state_(std::make_unique<State>()) {
  state_->interrupted = std::move(interrupted);
  event_context = state_.get();
  on_event = [](void* context) {
    auto* state = static_cast<State*>(context);
    if (state->seen.exchange(true)) std::_Exit(exit_interrupted);
    state->interrupted();
  };
  SetConsoleCtrlHandler(handle_event, TRUE);
}

Interrupts::~Interrupts() {
  SetConsoleCtrlHandler(handle_event, FALSE);
  on_event = nullptr;
}

}  // namespace oauth_callback::cli
