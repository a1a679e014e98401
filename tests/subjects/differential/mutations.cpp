#include <algorithm>
#include <array>
#include <string_view>

#include "differential/inputs.hpp"

namespace oauth_callback::differential {
namespace {

using namespace std::string_view_literals;

// The range of one line, with its end.
struct Line {
  std::size_t begin;
  std::size_t size;
};

// Of the head, or what is left of it.
Line random_line(const std::string& bytes, Random& random) {
  const std::size_t head = std::min(bytes.find("\r\n\r\n"), bytes.size());
  const std::size_t at = random.below(head);
  const std::size_t before = at == 0 ? std::string::npos : bytes.rfind('\n', at - 1);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
  return {begin, end - begin};
}

std::string fragment(Random& random) {
  constexpr std::array fragments{
      "\r\n"sv,     "\n"sv,        "\r"sv,     " "sv,    "\t"sv,       ":"sv,    "\0"sv,
      "\xff"sv,     "\xc3\xa9"sv,  "%"sv,      "%00"sv,  "#"sv,        "?"sv,    "&"sv,
      ";"sv,        "=?a?Q?b?="sv, "\x7f"sv,   "\x01"sv, "HTTP/1.1"sv, "GET "sv, "Host: b\r\n"sv,
      "\r\n\r\n"sv, "\r\n "sv,     "\r\n\t"sv, "="sv,    "code=2"sv};
  return random.pick(fragments);
}

void change_line(std::string& bytes, Random& random) {
  const Line line = random_line(bytes, random);
  const std::string text = bytes.substr(line.begin, line.size);
  switch (random.below(5)) {
    case 0:
      bytes.erase(line.begin, line.size);
      break;
    case 1:
      bytes.insert(line.begin, text);
      break;
    case 2: {  // bare LF
      const std::size_t end = bytes.find("\r\n", line.begin);
      if (end != std::string::npos) bytes.erase(end, 1);
      break;
    }
    case 3:  // obs-fold, or blanks where a request begins
      bytes.insert(line.begin, random.one_in(2) ? " " : "\t");
      break;
    default: {  // blanks before the colon
      const std::size_t colon = bytes.find(':', line.begin);
      if (colon != std::string::npos) bytes.insert(colon, " ");
      break;
    }
  }
}

void change_content_length(std::string& bytes, Random& random) {
  constexpr std::array values{"0"sv,
                              "1"sv,
                              "7"sv,
                              "14"sv,
                              "65535"sv,
                              "65536"sv,
                              "65537"sv,
                              "99999"sv,
                              "-1"sv,
                              "+5"sv,
                              "0x5"sv,
                              "5, 5"sv,
                              "5 5"sv,
                              "007"sv,
                              ""sv,
                              "5\t"sv,
                              "18446744073709551616"sv,
                              "5;"sv,
                              "1e1"sv,
                              "%35"sv,
                              "5.0"sv,
                              "4294967297"sv};
  constexpr std::string_view name = "Content-Length: ";
  const std::size_t at = bytes.find(name);
  const std::string value = random.pick(values);
  if (at == std::string::npos) {
    const std::size_t end = bytes.find("\r\n");
    if (end != std::string::npos) {
      bytes.insert(end + 2, std::string(name) + value + "\r\n");
    }
    return;
  }
  const std::size_t begin = at + name.size();
  const std::size_t end = std::min(bytes.find('\r', begin), bytes.size());
  bytes.replace(begin, end - begin, value);
}

void change_version(std::string& bytes, Random& random) {
  constexpr std::array versions{"HTTP/2.0"sv, "HTTP/1.2"sv,  "HTTP/0.9"sv, "HTTP/1.0"sv,
                                "http/1.1"sv, "HTTP/1.10"sv, "HTTP/11"sv,  "HTTPS/1.1"sv};
  const std::size_t at = bytes.find("HTTP/1.");
  if (at != std::string::npos) bytes.replace(at, 8, random.pick(versions));
}

// Around the limits that a small input can reach.
void enlarge(std::string& bytes, Random& random) {
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string::npos) return;
  switch (random.below(3)) {
    case 0: {
      const std::size_t target = bytes.find(' ');
      const std::size_t stop = bytes.find(' ', target + 1);
      if (stop == std::string::npos || stop > end) return;
      const std::size_t size = stop - target - 1;
      const std::size_t wanted = 7998 + random.below(5);
      if (size < wanted) bytes.insert(stop, wanted - size, 'a');
      break;
    }
    case 1: {
      std::string lines;
      for (std::size_t left = 995 + random.below(8); left > 0; --left) lines += "a:\r\n";
      bytes.insert(end + 2, lines);
      break;
    }
    default:
      bytes.insert(end + 2, "Origin: " + std::string(1022 + random.below(5), 'a') + "\r\n");
      break;
  }
}

void change_bytes(std::string& bytes, std::size_t at, Random& random) {
  switch (random.below(5)) {
    case 0:
      bytes[at] = static_cast<char>(random.below(256));
      break;
    case 1:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
      break;
    case 2:
      bytes.insert(at, fragment(random));
      break;
    case 3:
      bytes.erase(at, 1 + random.below(8));
      break;
    default: {
      const std::string copy = bytes.substr(random.below(bytes.size()), random.below(40));
      bytes.insert(at, copy);
      break;
    }
  }
}

void splice(std::string& bytes, std::string_view other, std::size_t at, Random& random) {
  if (random.one_in(3)) {
    bytes += other;  // pipelined
  } else {
    bytes.replace(at, std::string::npos, other.substr(random.below(other.size())));
  }
}

void cut(std::string& bytes, std::size_t at, Random& random) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string::npos || random.one_in(3)) {
    bytes.resize(at);
  } else {  // in the body
    bytes.resize(head + 4 + random.below(bytes.size() - head - 4));
  }
}

}  // namespace

void mutate(std::string& bytes, std::string_view other, Random& random) {
  if (bytes.empty()) return;
  const std::size_t at = random.below(bytes.size());
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
      return change_bytes(bytes, at, random);
    case 3:
    case 4:
      return change_line(bytes, random);
    case 5:
      return change_content_length(bytes, random);
    case 6:
      return change_version(bytes, random);
    case 7:
      if (random.one_in(4)) enlarge(bytes, random);
      return;
    case 8:
      return splice(bytes, other, at, random);
    case 9:
      return cut(bytes, at, random);
    default:
      // A field more harms few requests: those that stay good are worth having too.
      bytes.insert(std::min(bytes.find('\n'), bytes.size() - 1) + 1, random_field(random));
  }
}

}  // namespace oauth_callback::differential
