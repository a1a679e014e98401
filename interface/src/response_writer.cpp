#include "oauth_callback/spi/response_writer.hpp"

#include <algorithm>

namespace oauth_callback {

std::vector<Field> wire_fields(const Response& response) {
  std::vector<Field> fields = response.fields;
  std::erase_if(fields, [](const Field& field) {
    return iequals(field.name, "Connection") || iequals(field.name, "Content-Length");
  });
  fields.push_back({"Connection", "close"});
  fields.push_back({"Content-Length", std::to_string(response.body.size())});
  std::stable_sort(fields.begin(), fields.end(),
                   [](const Field& a, const Field& b) { return iless(a.name, b.name); });
  return fields;
}

std::string serialize(const Response& response, bool head) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_phrase(response.status);
  out += "\r\n";
  for (const Field& field : wire_fields(response)) out += field.name + ": " + field.value + "\r\n";
  out += "\r\n";
  if (!head) out += response.body;
  return out;
}

}  // namespace oauth_callback
