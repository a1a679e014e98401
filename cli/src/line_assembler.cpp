#include "line_assembler.hpp"

#include <utility>

namespace oauth_callback::cli {
namespace {

// More than the longest request target: what is cut here is refused, not taken in part.
constexpr std::size_t longest = 64 * 1024;

constexpr char backspace = '\b';
constexpr char del = '\x7f';
constexpr char ctrl_d = '\x04';
constexpr char ctrl_u = '\x15';
constexpr char escape = '\x1b';

}  // namespace

std::vector<std::string> LineAssembler::feed(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const char c : bytes) consume(c, lines);
  return lines;
}

void LineAssembler::consume(char c, std::vector<std::string>& lines) {
  if (consume_escape(c)) return;
  switch (c) {
    case '\r':
    case '\n':
      return end_line(lines);
    case ctrl_d:
      ended_ = ended_ || line_.empty();
      return end_line(lines);
    case ctrl_u:
      return line_.clear();
    case backspace:
    case del:
      if (!line_.empty()) line_.pop_back();
      return;
    default:
      if (line_.size() < longest) line_ += c;
  }
}

// ESC, then '[', parameters, and a letter or '~' (ECMA-48 section 5.4); or ESC and one character.
bool LineAssembler::consume_escape(char c) {
  switch (escape_) {
    case Escape::none:
      if (c == escape) escape_ = Escape::started;
      return c == escape;
    case Escape::started:
      escape_ = c == '[' || c == 'O' ? Escape::sequence : Escape::none;
      return true;
    case Escape::sequence:
      if (c >= '@' && c <= '~') escape_ = Escape::none;
      return true;
  }
  return false;
}

void LineAssembler::end_line(std::vector<std::string>& lines) {
  if (!line_.empty()) lines.push_back(std::exchange(line_, {}));
}

}  // namespace oauth_callback::cli
