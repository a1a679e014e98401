// Requests as bytes, well-formed and malformed, and what becomes of each: the table behind T6 and
// T7, also sent by the differential test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::conformance {

struct WireRow {
  std::string id;
  std::string what;
  std::string reference;
  std::string bytes;
  int status = 400;         // 200: reaches the handler
  bool half_close = false;  // after the last byte
};

using WireRows = std::vector<WireRow>;

// With the default limits, and any_host as Host wherever a row is well-formed in that.
WireRows wire_rows();

void add_request_line_rows(WireRows& rows);
void add_target_rows(WireRows& rows);
void add_field_rows(WireRows& rows);
void add_framing_rows(WireRows& rows);
void add_size_rows(WireRows& rows);

// "GET TARGET HTTP/1.1", Host, the lines given (each with its CRLF), and the end of the head.
std::string get_with(std::string_view lines, std::string_view target = "/callback");
std::string post_with(std::string_view lines, std::string_view body);

}  // namespace oauth_callback::conformance
