#include "oauth_callback/spi/request_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "field_syntax.hpp"

namespace oauth_callback {
namespace {

constexpr std::size_t max_method_size = 16;
constexpr std::size_t max_name_size = 64;  // longer than every name we look for
constexpr std::size_t max_value_size = 1024;
// A browser sends a dozen at the most. Two libraries refuse a hundred, each in its own words.
constexpr std::size_t max_kept_fields = 32;
constexpr std::string_view fetch_metadata_prefix = "sec-fetch-";
constexpr std::array<std::string_view, 8> methods{"GET",    "HEAD",    "POST",    "PUT",
                                                  "DELETE", "CONNECT", "OPTIONS", "TRACE"};

bool is_target_char(char c) noexcept { return c > 0x20 && c < 0x7f && c != '#'; }

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_version(std::string_view text) noexcept {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

// Saturates: what does not fit is too large in any case.
std::size_t parse_size(std::string_view digits) noexcept {
  std::size_t size = 0;
  for (const char c : digits) {
    if (size > SIZE_MAX / 10 - 1) return SIZE_MAX;
    size = size * 10 + static_cast<std::size_t>(c - '0');
  }
  return size;
}

// The last coding has to be chunked, or the length cannot be told (RFC 9112 section 6.3).
bool ends_in_chunked(std::string_view codings) noexcept {
  const std::size_t comma = codings.rfind(',');
  std::string_view last = comma == std::string_view::npos ? codings : codings.substr(comma + 1);
  while (!last.empty() && is_blank(last.front())) last.remove_prefix(1);
  return iequals(last, "chunked");
}

}  // namespace

bool is_canonical_field(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> names{
      "host",    "content-type", "content-length",   "origin",
      "purpose", "sec-purpose",  "sec-websocket-key"};
  return std::any_of(names.begin(), names.end(),
                     [&](auto known) { return iequals(known, name); }) ||
         (name.size() > fetch_metadata_prefix.size() &&
          iequals(name.substr(0, fetch_metadata_prefix.size()), fetch_metadata_prefix));
}

void keep_canonical_fields(std::vector<Field>& fields) {
  std::erase_if(fields, [](const Field& field) { return !is_canonical_field(field.name); });
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return iless(a.name, b.name); });
}

RequestReader::Status RequestReader::refuse(int status) noexcept {
  refusal_ = status;
  return status_ = Status::refused;
}

RequestReader::Status RequestReader::feed(std::string_view bytes) {
  while (status_ == Status::need_more && !bytes.empty()) {
    if (state_ == State::body) {
      const std::string_view part = bytes.substr(0, body_size_ - body_.size());
      body_.append(part);
      bytes.remove_prefix(part.size());
      if (body_.size() == body_size_) status_ = Status::complete;
    } else {
      ++consumed_;
      if (consumed_ > limits_.max_head_bytes) return refuse(431);
      consume_head(bytes.front());
      bytes.remove_prefix(1);
    }
  }
  return status_;
}

RequestReader::Status RequestReader::finish() {
  return status_ == Status::need_more ? refuse(400) : status_;
}

RequestReader::Status RequestReader::expire() {
  return status_ == Status::need_more ? refuse(408) : status_;
}

RequestReader::Status RequestReader::consume_head(char c) {
  switch (state_) {
    case State::method:
      if (is_token(c)) {
        method_ += c;
        return method_.size() > max_method_size ? refuse(501) : status_;
      }
      state_ = State::target;
      return c == ' ' && !method_.empty() ? status_ : refuse(400);
    case State::target:
      if (is_target_char(c)) {
        if (target_.size() == limits_.max_target_bytes) return refuse(414);
        target_ += c;
        return status_;
      }
      state_ = State::version;
      return c == ' ' && !target_.empty() ? status_ : refuse(400);
    case State::version:
      if (c == '\r') {
        state_ = State::request_line_lf;
        return status_;
      }
      version_ += c;
      return version_.size() > 8 || is_control(c) ? refuse(400) : status_;
    case State::request_line_lf:
      return c == '\n' ? end_request_line() : refuse(400);
    case State::line_start:
      if (c == '\r') {
        state_ = State::head_lf;
        return status_;
      }
      if (++fields_seen_ > limits_.max_fields) return refuse(431);
      name_.clear();
      state_ = State::name;
      [[fallthrough]];
    case State::name:
      return consume_name(c);
    case State::value_start:
      if (is_blank(c)) return status_;
      state_ = State::value;
      [[fallthrough]];
    case State::value:
      return consume_value(c);
    case State::value_lf:
      return c == '\n' ? end_field() : refuse(400);
    case State::head_lf:
      return c == '\n' ? end_head() : refuse(400);
    case State::body:
      break;
  }
  return status_;
}

RequestReader::Status RequestReader::consume_name(char c) {
  if (is_token(c)) {
    if (name_.size() < max_name_size) name_ += c;
    return status_;
  }
  if (c != ':' || name_.empty()) return refuse(400);
  keep_value_ = name_.size() < max_name_size &&
                (is_canonical_field(name_) || iequals(name_, "Transfer-Encoding"));
  value_.clear();
  state_ = State::value_start;
  return status_;
}

RequestReader::Status RequestReader::consume_value(char c) {
  if (c == '\r') {
    state_ = State::value_lf;
    return status_;
  }
  if (is_control(c)) return refuse(400);
  if (!keep_value_) return status_;
  // One library decodes %XX in values and another RFC 2047 words: what it would change is not let
  // through.
  if (static_cast<unsigned char>(c) >= 0x80 || c == '%' || (c == '?' && value_.ends_with('='))) {
    return refuse(400);
  }
  if (value_.size() == max_value_size) return refuse(431);
  value_ += c;
  return status_;
}

RequestReader::Status RequestReader::end_request_line() {
  if (!is_version(version_)) return refuse(400);
  if (version_ != "HTTP/1.1" && version_ != "HTTP/1.0") return refuse(505);
  if (std::find(methods.begin(), methods.end(), method_) == methods.end()) return refuse(501);
  if (!target_.starts_with('/') && !target_.starts_with("http://")) return refuse(400);
  state_ = State::line_start;
  return status_;
}

RequestReader::Status RequestReader::end_field() {
  state_ = State::line_start;
  if (iequals(name_, "Expect")) expects_ = true;
  if (!keep_value_) return status_;
  while (!value_.empty() && is_blank(value_.back())) value_.pop_back();
  if (value_.empty()) return refuse(400);
  if (iequals(name_, "Transfer-Encoding")) {
    if (has_transfer_encoding_) return refuse(400);
    has_transfer_encoding_ = true;
    chunked_ = ends_in_chunked(value_);
    return status_;
  }
  if (has_field(fields_, name_)) return refuse(400);
  if (fields_.size() == max_kept_fields) return refuse(431);
  if (iequals(name_, "Content-Length")) {
    if (!std::all_of(value_.begin(), value_.end(), is_digit)) return refuse(400);
    body_size_ = parse_size(value_);
  }
  // Taken, not copied: buffered() is what is held, and a head is not held twice.
  fields_.push_back({std::exchange(name_, {}), std::exchange(value_, {})});
  return status_;
}

RequestReader::Status RequestReader::end_head() {
  if (!has_field(fields_, "Host")) return refuse(400);
  if (has_transfer_encoding_) {
    const bool sure = chunked_ && version_ == "HTTP/1.1" && !has_field(fields_, "Content-Length");
    return refuse(sure ? 411 : 400);
  }
  if (body_size_ > limits_.max_body_bytes) return refuse(413);
  if (expects_) return refuse(417);
  keep_canonical_fields(fields_);
  state_ = State::body;
  return body_size_ == 0 ? status_ = Status::complete : status_;
}

std::string RequestReader::canonical_head() const {
  // Always 1.1: what the two versions differ in was settled here.
  std::string head = method_ + " " + target_ + " HTTP/1.1\r\n";
  for (const Field& field : fields_) head += field.name + ": " + field.value + "\r\n";
  return head + "\r\n";
}

std::size_t RequestReader::buffered() const noexcept {
  std::size_t bytes = method_.size() + target_.size() + name_.size() + value_.size() + body_.size();
  for (const Field& field : fields_) bytes += field.name.size() + field.value.size();
  return bytes;
}

}  // namespace oauth_callback
