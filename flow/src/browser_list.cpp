#include <algorithm>

#include "browser.hpp"

namespace oauth_callback::detail {
namespace {

// The URL's own percent signs are not looked at again.
std::string substitute(std::string_view word, const std::string& url, bool& substituted) {
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const bool escape = word[i] == '%' && i + 1 < word.size();
    if (escape && word[i + 1] == 's') {
      result += url;
      substituted = true;
      ++i;
    } else if (escape && word[i + 1] == '%') {
      result += '%';
      ++i;
    } else {
      result += word[i];
    }
  }
  return result;
}

Command make_command(std::string_view text, const std::string& url) {
  constexpr std::string_view white_space = " \t\r\n";
  Command command;
  bool substituted = false;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
    if (text.empty()) break;
    const auto end = std::min(text.find_first_of(white_space), text.size());
    command.push_back(substitute(text.substr(0, end), url, substituted));
    text.remove_prefix(end);
  }
  if (!command.empty() && !substituted) command.push_back(url);
  return command;
}

}  // namespace

std::vector<Command> browser_commands(std::string_view browser, const std::string& url) {
  std::vector<Command> commands;
  while (true) {
    const auto end = browser.find(':');
    Command command = make_command(browser.substr(0, end), url);
    if (!command.empty()) commands.push_back(std::move(command));
    if (end == std::string_view::npos) return commands;
    browser.remove_prefix(end + 1);
  }
}

}  // namespace oauth_callback::detail
