#include "text.hpp"

#include <algorithm>

namespace oauth_callback::cli {
namespace {

constexpr std::size_t longest = 500;

std::size_t sequence_length(std::string_view rest) {
  const auto lead = static_cast<unsigned char>(rest.front());
  const std::size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  return std::min(length, rest.size());
}

// U+0000 to U+001F, U+007F to U+009F, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) >= 0x7F;
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  if (byte(1) == 0x80)
    return byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto character = text.substr(0, sequence_length(text));
    if (result.size() + character.size() > longest) return result + "...";
    if (is_control(character)) {
      result += ' ';
    } else {
      result += character;
    }
    text.remove_prefix(character.size());
  }
  return result;
}

std::string countdown_text(std::chrono::seconds left, bool pasting, std::size_t width) {
  const std::string clock = clock_text(left);
  const std::string end = " left; Ctrl-C ends.";
  std::string text;
  if (pasting) text = "Waiting for the browser, or its address pasted here, " + clock + end;
  if (text.empty() || text.size() >= width) text = "Waiting for the browser, " + clock + end;
  if (text.size() >= width) text = clock + end;
  // A terminal of which the last column is used may go on to the next line.
  if (text.size() >= width) text.resize(std::max<std::size_t>(width, 1) - 1);
  return text;
}

std::string clock_text(std::chrono::seconds left) {
  const auto two_digits = [](long long n) {
    return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
  };
  const long long seconds = left.count();
  const long long minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + ":" + two_digits(seconds % 60);
  return std::to_string(minutes / 60) + ":" + two_digits(minutes % 60) + ":" +
         two_digits(seconds % 60);
}

}  // namespace oauth_callback::cli
