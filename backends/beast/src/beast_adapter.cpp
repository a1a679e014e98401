#include "oauth_callback/beast_adapter.hpp"

#include "oauth_callback/spi/request_reader.hpp"
#include "oauth_callback/spi/response_writer.hpp"

namespace oauth_callback::beast {

namespace http = boost::beast::http;

Request to_request(const http::request<http::string_body>& request) {
  Request out{
      std::string(request.method_string()), std::string(request.target()), {}, request.body()};
  for (const auto& field : request) {
    out.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  keep_canonical_fields(out.fields);
  return out;
}

http::response<http::string_body> to_beast(const Response& response, bool head) {
  http::response<http::string_body> out;
  out.version(11);
  out.result(static_cast<unsigned>(response.status));
  out.reason(std::string(reason_phrase(response.status)));
  for (const Field& field : wire_fields(response)) out.insert(field.name, field.value);
  if (!head) out.body() = response.body;
  return out;
}

}  // namespace oauth_callback::beast
