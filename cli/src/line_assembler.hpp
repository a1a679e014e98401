// Lines out of the bytes of a terminal that edits none itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::cli {

// A terminal's own line editing ends a line at 4,095 bytes, and responses can be longer. Erases
// with Backspace and Ctrl-U, drops escape sequences (those around a bracketed paste, arrow keys),
// and forgets what is past any response that could be taken.
class LineAssembler {
 public:
  // The lines that are complete now and not empty, without their ends.
  std::vector<std::string> feed(std::string_view bytes);

  // Ctrl-D on an empty line: nothing will follow.
  bool ended() const noexcept { return ended_; }

 private:
  enum class Escape { none, started, sequence };

  void consume(char c, std::vector<std::string>& lines);
  bool consume_escape(char c);
  void end_line(std::vector<std::string>& lines);

  std::string line_;
  Escape escape_ = Escape::none;
  bool ended_ = false;
};

}  // namespace oauth_callback::cli
