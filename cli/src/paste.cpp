#include "paste.hpp"

#include <string>

namespace oauth_callback::cli {
namespace {

std::string refusal(Outcome outcome, const std::string& origin) {
  switch (outcome) {
    case Outcome::wrong_host:
    case Outcome::not_expected:
      return "is not the address this sign-in ends on, which begins with " + origin;
    case Outcome::wrong_state:
      return "belongs to another sign-in: its state is not the one that was sent";
    case Outcome::wrong_issuer:
      return "comes from another provider than --issuer names";
    case Outcome::incomplete:
      return "has neither a code nor an error in it";
    default:
      return "is not a whole address: copy it once more, from the browser's address bar";
  }
}

}  // namespace

Paste::Paste(const std::shared_ptr<ICallbackServer>& server, Terminal& terminal)
    : input_([server, &terminal, origin = server->redirect_uri("/")](const std::string& line) {
        const Outcome outcome = server->submit(line);
        if (outcome == Outcome::completed || outcome == Outcome::repeated) return;
        terminal.say("What was pasted " + refusal(outcome, origin) + ". Still waiting.");
      }) {}

void say_how_to_paste(Terminal& terminal) {
  if (!TerminalInput::available()) return;
  terminal.say(
      "When the browser ends on a page it cannot load, paste that page's address here\n"
      "and press Enter.");
}

}  // namespace oauth_callback::cli
