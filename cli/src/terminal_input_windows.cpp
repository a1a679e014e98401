#include "terminal_input.hpp"

namespace oauth_callback::cli {

// Not written yet: nothing can be pasted in a Windows console.
struct TerminalInput::State {};

TerminalInput::TerminalInput(std::function<void(const std::string&)>) {}

TerminalInput::~TerminalInput() = default;

bool TerminalInput::available() noexcept { return false; }

void TerminalInput::restore_terminal() noexcept {}

}  // namespace oauth_callback::cli
