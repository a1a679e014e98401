// Forms and their encodings: what the parser calls well-formed survives being encoded and parsed
// again, and nothing is called malformed without a reason. Escaping for HTML can be undone.
#include <cstdint>
#include <string>

#include "oauth_callback/encoding.hpp"
#include "require.hpp"

using namespace oauth_callback;

namespace {

// Every '%' begins a byte in hexadecimal.
bool is_percent_encoding(std::string_view text) {
  for (std::size_t at = 0; (at = text.find('%', at)) != text.npos; at += 3) {
    const std::string_view digits = text.substr(at + 1, 2);
    if (digits.size() < 2 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
      return false;
  }
  return true;
}

// The shortest encoding of a code point.
std::string encode_utf8(std::uint32_t point) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0 | point >> 6), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0 | point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | point >> 18), tail(12), tail(6), tail(0)};
}

// Decodes without any check; UTF-8 is what comes out again when it is encoded.
bool is_its_own_encoding(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto lead = static_cast<unsigned char>(bytes.front());
    const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (const char c : bytes.substr(1, size - 1)) {
      point = point << 6 | (static_cast<unsigned char>(c) & 0x3fu);
    }
    const bool is_character = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (!is_character || bytes.substr(0, size) != encode_utf8(point)) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

std::string unescape_html(std::string_view text) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string out;
  while (!text.empty()) {
    char c = text.front();
    std::size_t size = 1;
    for (const auto& [entity, character] : entities) {
      if (text.starts_with(entity)) c = character, size = entity.size();
    }
    require(c != '&' || size > 1, "an escaped text has no '&' of its own");
    out += c;
    text.remove_prefix(size);
  }
  return out;
}

void check_form(std::string_view encoded_form) {
  const Form form = parse_form(encoded_form);
  std::string encoded;
  bool all_utf8 = true;
  for (const auto& [name, value] : form.parameters) {
    for (const std::string& text : {name, value})
      require(is_utf8(text) == is_its_own_encoding(text), "UTF-8 is what encodes to itself");
    all_utf8 = all_utf8 && is_utf8(name) && is_utf8(value);
    if (!encoded.empty()) encoded += '&';
    encoded += percent_encode(name) + "=" + percent_encode(value);
  }
  require(form.well_formed == (all_utf8 && is_percent_encoding(encoded_form)),
          "well-formed is what is percent-encoded UTF-8");
  require(encoded.find_first_of("+ <>\"'#?;") == encoded.npos, "encoded is encoded");
  const Form again = parse_form(encoded);
  require(again.parameters == form.parameters, "encoding is undone by parsing");
  require(again.well_formed == all_utf8, "what was encoded is well-formed");
}

void check_halves(std::string_view text) {
  const std::string_view left = text.substr(0, text.size() / 2);
  const std::string_view right = text.substr(left.size());
  const Form whole = parse_form(std::string(left) + "&" + std::string(right));
  Form first = parse_form(left);
  const Form second = parse_form(right);
  first.parameters.insert(first.parameters.end(), second.parameters.begin(),
                          second.parameters.end());
  require(whole.parameters == first.parameters, "a '&' keeps two forms apart");
  require(whole.well_formed == (first.well_formed && second.well_formed),
          "a form is as good as its parts");
  require(constant_time_equal(left, right) == (left == right), "equal is equal");
}

void check_escaping(std::string_view text) {
  const std::string escaped = escape_html(text);
  require(escaped.find_first_of("<>\"'") == escaped.npos, "nothing of HTML is left");
  require(unescape_html(escaped) == text, "escaping can be undone");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_form(text);
  check_halves(text);
  check_escaping(text);
  return 0;
}
