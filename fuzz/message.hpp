// A request taken apart line by line, where RequestReader goes byte by byte.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/http.hpp"

struct Message {
  std::string method;
  std::string target;
  std::string version;
  std::vector<oauth_callback::Field> fields;  // values without the blanks before them
  std::size_t head_size = 0;
  std::string_view rest;  // what follows the head
};

// Nothing when the bytes do not begin with lines of the right shape and an empty one.
inline std::optional<Message> take_apart(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  Message message;
  message.head_size = end + 4;
  message.rest = bytes.substr(end + 4);
  std::string_view lines = bytes.substr(0, end + 2);
  for (bool first = true; !lines.empty(); first = false) {
    const std::string_view line = lines.substr(0, lines.find("\r\n"));
    lines.remove_prefix(line.size() + 2);
    if (line.find_first_of("\r\n") != std::string_view::npos) return {};
    const std::size_t split = line.find(first ? ' ' : ':');
    if (split == std::string_view::npos) return {};
    const std::string_view name = line.substr(0, split);
    if (first) {
      const std::size_t space = line.rfind(' ');
      if (space == split) return {};
      message.method = name;
      message.target = line.substr(split + 1, space - split - 1);
      message.version = line.substr(space + 1);
    } else {
      const std::size_t value = std::min(line.find_first_not_of(" \t", split + 1), line.size());
      message.fields.push_back({std::string(name), std::string(line.substr(value))});
    }
  }
  return message;
}
