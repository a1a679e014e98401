#include "check.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::size_t shown_bytes = 1200;

void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n\n    ";
    } else if (byte < 0x20 || byte > 0x7e) {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 0xfU];
    } else {
      out += c;
    }
  }
}

}  // namespace

std::string show(std::string_view bytes) {
  std::string out = "\"";
  if (bytes.size() <= shown_bytes) {
    append_escaped(out, bytes);
  } else {
    append_escaped(out, bytes.substr(0, shown_bytes / 2));
    out += "[... " + std::to_string(bytes.size()) + " bytes in all ...]";
    append_escaped(out, bytes.substr(bytes.size() - shown_bytes / 2));
  }
  return out + "\"";
}

void fail(std::string_view what, const char* file, int line) {
  std::string_view name(file);
  name.remove_prefix(name.find_last_of("/\\") + 1);
  throw Failure(std::string(name) + ":" + std::to_string(line) + ": " + std::string(what));
}

void check(bool ok, std::string_view what, const char* file, int line) {
  if (!ok) fail(what, file, line);
}

void check_equal(std::string_view actual, std::string_view expected, std::string_view what,
                 const char* file, int line) {
  if (actual == expected) return;
  std::size_t same = 0;
  while (same < actual.size() && same < expected.size() && actual[same] == expected[same]) ++same;
  fail(std::string(what) + ": not as expected from byte " + std::to_string(same) +
           "\n  actual:   " + show(actual) + "\n  expected: " + show(expected),
       file, line);
}

}  // namespace oauth_callback::conformance
