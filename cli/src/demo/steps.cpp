#include "steps.hpp"

#include <algorithm>

namespace oauth_callback::cli {
namespace {

constexpr std::size_t width = 74;  // of 80, less the indent

// Breaks at spaces; what follows the first line is indented to where it began.
std::string wrapped(const std::string& text, const std::string& indent) {
  std::string result;
  std::size_t column = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(' ', at), text.size());
    const auto length = end - at;
    if (column > 0 && column + 1 + length > width) {
      result.append("\n").append(indent);
      column = 0;
    } else if (column > 0) {
      result += ' ';
      ++column;
    }
    result.append(text, at, length);
    column += length;
    at = end + 1;
  }
  return result;
}

}  // namespace

void Steps::show(const std::string& text) {
  const std::lock_guard lock(mutex_);
  const std::string number = std::to_string(++number_);
  const std::string margin(number.size() < 2 ? 2 : 1, ' ');
  const std::string start = terminal_.styled() ? "\x1b[1m" + number + "\x1b[0m" : number;
  terminal_.say(margin + start + "  " + wrapped(text, std::string(5, ' ')));
}

}  // namespace oauth_callback::cli
