// The verdict depends on the bytes, not on the cuts; it is that of a second reader, which goes by
// lines; and a complete request is canonical: read again, it gives itself.
#include "oauth_callback/spi/request_reader.hpp"

#include <algorithm>
#include <cstdint>

#include "message.hpp"
#include "require.hpp"

using namespace oauth_callback;
using Status = RequestReader::Status;

namespace {

constexpr std::size_t max_value_size = 1024;
constexpr std::size_t max_name_size = 63;  // longer ones are not looked at

Limits small_limits() {
  Limits limits;
  limits.max_head_bytes = 2048;
  limits.max_fields = 20;
  limits.max_target_bytes = 200;
  limits.max_body_bytes = 100;
  return limits;
}

bool is_token(std::string_view name) {
  constexpr std::string_view separators = "\"(),/:;<=>?@[\\]{}";
  const auto is_token_char = [separators](char c) {
    return c > 0x20 && c < 0x7f && separators.find(c) == separators.npos;
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char);
}

bool is_method(std::string_view name) {
  constexpr std::string_view all[] = {"GET",    "HEAD",    "POST",    "PUT",
                                      "DELETE", "CONNECT", "OPTIONS", "TRACE"};
  return std::find(std::begin(all), std::end(all), name) != std::end(all);
}

bool is_request_line(const Message& message, const Limits& limits) {
  const std::string& target = message.target;
  return is_method(message.method) &&
         (message.version == "HTTP/1.0" || message.version == "HTTP/1.1") &&
         (target.starts_with('/') || target.starts_with("http://")) &&
         target.size() <= limits.max_target_bytes &&
         std::all_of(target.begin(), target.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

bool is_kept(const Field& field) {
  return field.name.size() <= max_name_size && is_canonical_field(field.name);
}

bool is_plain_value(const std::string& value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool is_kept_value(const std::string& value) {
  return !value.empty() && value.size() <= max_value_size && value.find("=?") == value.npos &&
         std::all_of(value.begin(), value.end(),
                     [](char c) { return c < 0x7f && c >= '\t' && c != '%'; });
}

// The fields that the handler is given; nothing when the head is not acceptable.
std::optional<std::vector<Field>> kept_fields(const Message& message, const Limits& limits) {
  if (message.head_size > limits.max_head_bytes || !is_request_line(message, limits)) return {};
  if (message.fields.size() > limits.max_fields) return {};
  std::vector<Field> kept;
  for (const Field& field : message.fields) {
    if (!is_token(field.name) || !is_plain_value(field.value)) return {};
    if (iequals(field.name, "Transfer-Encoding") || iequals(field.name, "Expect")) return {};
    if (!is_kept(field)) continue;
    if (!is_kept_value(field.value) || has_field(kept, field.name)) return {};
    kept.push_back({field.name, field.value.substr(0, field.value.find_last_not_of(" \t") + 1)});
  }
  if (!has_field(kept, "Host")) return {};
  std::sort(kept.begin(), kept.end(),
            [](const Field& a, const Field& b) { return iless(a.name, b.name); });
  return kept;
}

// The number of bytes in the body; nothing when it is no number, or too large.
std::optional<std::size_t> body_size(const std::vector<Field>& fields, const Limits& limits) {
  if (!has_field(fields, "Content-Length")) return 0;
  std::string_view digits = field_value(fields, "Content-Length");
  if (digits.find_first_not_of("0123456789") != digits.npos) return {};
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.size() > 9) return {};
  const std::size_t size = digits.empty() ? 0 : std::stoul(std::string(digits));
  if (size > limits.max_body_bytes) return {};
  return size;
}

// The bytes as a complete request; nothing when they are none.
std::optional<std::string> canonical(std::string_view bytes, const Limits& limits) {
  const auto message = take_apart(bytes);
  if (!message) return {};
  const auto fields = kept_fields(*message, limits);
  if (!fields) return {};
  const auto size = body_size(*fields, limits);
  if (!size || message->rest.size() < *size) return {};
  std::string text = message->method + " " + message->target + " HTTP/1.1\r\n";
  for (const Field& field : *fields) text += field.name + ": " + field.value + "\r\n";
  return text.append("\r\n").append(message->rest.substr(0, *size));
}

bool mentions(std::string_view bytes, std::string_view name) {
  return std::search(bytes.begin(), bytes.end(), name.begin(), name.end(), [](char a, char b) {
           return iequals({&a, 1}, {&b, 1});
         }) != bytes.end();
}

// Every refusal but 400 has a reason that can be seen.
bool is_justified(int status, std::string_view bytes, const Limits& limits) {
  const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  const std::string_view first = bytes.substr(0, bytes.find('\r'));
  switch (status) {
    case 400:
      return true;
    case 411:
      return mentions(bytes, "Transfer-Encoding") && mentions(bytes, "chunked");
    case 413:
      return mentions(bytes, "Content-Length");
    case 414:
      return first.size() > limits.max_target_bytes;
    case 417:
      return mentions(bytes, "Expect");
    case 431:
      return lines > limits.max_fields || bytes.size() > max_value_size;
    case 501:
      return !is_method(first.substr(0, first.find(' ')));
    case 505:
      return !first.ends_with(" HTTP/1.0") && !first.ends_with(" HTTP/1.1");
    default:
      return false;
  }
}

// Feeds `step` bytes at a time.
RequestReader read(std::string_view bytes, std::size_t step, const Limits& limits) {
  RequestReader reader(limits);
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, step));
    bytes.remove_prefix(std::min(step, bytes.size()));
    require(reader.buffered() <= limits.max_head_bytes + limits.max_body_bytes,
            "what is held is bounded");
  }
  return reader;
}

void require_same(const RequestReader& a, const RequestReader& b) {
  require(a.status() == b.status(), "the cuts do not change the status");
  require(a.refusal() == b.refusal(), "the cuts do not change the refusal");
  require(a.canonical_head() == b.canonical_head(), "the cuts do not change the head");
  require(a.body() == b.body(), "the cuts do not change the body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Limits limits = small_limits();
  RequestReader whole = read(bytes, std::max<std::size_t>(size, 1), limits);
  require_same(whole, read(bytes, 1, limits));
  require_same(whole, read(bytes, 2 + size % 61, limits));
  require(whole.empty() == bytes.empty(), "the reader knows whether anything came");

  const auto expected = canonical(bytes, limits);
  require(expected.has_value() == (whole.status() == Status::complete),
          "complete is what is acceptable line by line");
  if (whole.status() == Status::refused) {
    require(is_justified(whole.refusal(), bytes, limits), "the refusal has a reason");
  } else if (whole.status() == Status::complete) {
    const std::string text = whole.canonical_head() + whole.body();
    require(text == *expected, "the canonical request is what was sent");
    require_same(whole, read(text, text.size(), limits));
    require_same(whole, read(text + "GET / HTTP/1.1\r\n\r\n", 7, limits));
  }

  RequestReader late = whole;
  if (whole.status() == Status::need_more) {
    require(whole.finish() == Status::refused && whole.refusal() == 400,
            "a cut request is malformed");
    require(late.expire() == Status::refused && late.refusal() == 408, "a late request is late");
  } else {
    late.finish();
    late.expire();
    late.feed("GET / HTTP/1.1\r\n");
    require_same(whole, late);
  }
  return 0;
}
