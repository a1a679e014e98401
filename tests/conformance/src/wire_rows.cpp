#include "wire_rows.hpp"

#include "messages.hpp"

namespace oauth_callback::conformance {
namespace {

std::string with(std::string_view method, std::string_view target, std::string_view lines,
                 std::string_view body) {
  std::string bytes(method);
  bytes.append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(any_host).append("\r\n");
  return bytes.append(lines).append("\r\n").append(body);
}

}  // namespace

std::string get_with(std::string_view lines, std::string_view target) {
  return with("GET", target, lines, "");
}

std::string post_with(std::string_view lines, std::string_view body) {
  return with("POST", "/callback", lines, body);
}

WireRows wire_rows() {
  WireRows rows;
  add_request_line_rows(rows);
  add_target_rows(rows);
  add_field_rows(rows);
  add_framing_rows(rows);
  add_size_rows(rows);
  return rows;
}

}  // namespace oauth_callback::conformance
