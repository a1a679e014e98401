#include "messages.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "check.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::string_view crlf = "\r\n";

// As RFC 9110 section 15 has them, but for 413: one library's table cannot be changed, and has the
// earlier name.
constexpr std::array<std::pair<int, std::string_view>, 24> reasons{{
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {302, "Found"},
    {303, "See Other"},
    {307, "Temporary Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
}};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return text;
}

int parse_status(std::string_view digits) {
  int status = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  check(error == std::errc() && end == digits.data() + digits.size() && digits.size() == 3,
        "the status code is not three digits: " + show(digits));
  return status;
}

}  // namespace

std::string to_bytes(const Sent& sent) {
  std::string bytes = sent.method + " " + sent.target + " " + sent.version + "\r\n";
  bytes += "Host: " + sent.host + "\r\n";
  for (const Field& field : sent.fields) bytes += field.name + ": " + field.value + "\r\n";
  if (!sent.body.empty()) bytes += "Content-Length: " + std::to_string(sent.body.size()) + "\r\n";
  return bytes + "\r\n" + sent.body;
}

std::string_view expected_reason(int status) {
  for (const auto& [known, reason] : reasons) {
    if (known == status) return reason;
  }
  fail("the suite does not know the status " + std::to_string(status));
}

std::string expected_bytes(const Response& response, bool head) {
  std::vector<Field> fields = response.fields;
  fields.push_back({"Connection", "close"});
  fields.push_back({"Content-Length", std::to_string(response.body.size())});
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return lower(a.name) < lower(b.name); });
  std::string bytes = "HTTP/1.1 " + std::to_string(response.status) + " ";
  bytes.append(expected_reason(response.status)).append(crlf);
  for (const Field& field : fields) bytes += field.name + ": " + field.value + "\r\n";
  bytes += crlf;
  if (!head) bytes += response.body;
  return bytes;
}

Response test_refusal(int status) {
  return {status,
          {{"X-Refusal", std::to_string(status)}, {"Content-Type", "text/plain"}},
          "refused with " + std::to_string(status) + "\n"};
}

Answer parse_answer(const Reply& reply, bool head) {
  check_equal(to_string(reply.end), to_string(End::eof),
              "how the connection ended, after " + show(reply.bytes));
  const std::size_t head_end = reply.bytes.find("\r\n\r\n");
  check(head_end != std::string::npos, "no whole response came: " + show(reply.bytes));
  Answer answer;
  answer.body = reply.bytes.substr(head_end + 4);
  std::string_view rest = std::string_view(reply.bytes).substr(0, head_end + 2);
  const std::string_view line = rest.substr(0, rest.find(crlf));
  check(line.starts_with("HTTP/1.1 ") && line.size() > 13, "not a status line: " + show(line));
  answer.status = parse_status(line.substr(9, 3));
  answer.reason = line.substr(13);
  for (rest.remove_prefix(line.size() + 2); !rest.empty();) {
    const std::string_view field = rest.substr(0, rest.find(crlf));
    const std::size_t colon = field.find(": ");
    check(colon != std::string_view::npos, "not a field line: " + show(field));
    answer.fields.push_back(
        {std::string(field.substr(0, colon)), std::string(field.substr(colon + 2))});
    rest.remove_prefix(field.size() + 2);
  }
  const std::string length = std::to_string(answer.body.size());
  if (!head) check_equal(length, field_value(answer.fields, "Content-Length"), "the body's length");
  return answer;
}

void check_reply(const Reply& reply, std::string_view expected, std::string_view what,
                 const char* file, int line) {
  check_equal(reply.bytes, expected, what, file, line);
  check_equal(to_string(reply.end), to_string(End::eof),
              std::string(what) + ": the end of the connection", file, line);
}

}  // namespace oauth_callback::conformance
