#include "oauth_callback/httplib_adapter.hpp"

#include <string_view>

#include "oauth_callback/options.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback::httplib {
namespace {

// The server takes patterns, not paths.
std::string as_pattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view(".[]{}()*+?^$|\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace

Request to_request(const ::httplib::Request& request) {
  Request out{request.method, request.target, {}, request.body};
  for (const auto& [name, value] : request.headers) out.fields.push_back({name, value});
  keep_canonical_fields(out.fields);
  return out;
}

void fill(const Response& response, ::httplib::Response& to) {
  to.status = response.status;
  to.body = response.body;
  for (const auto& [name, value] : response.fields) to.headers.emplace(name, value);
}

void mount(::httplib::Server& server, CallbackMount& callbacks, const std::string& path) {
  const auto answer = [&callbacks](const ::httplib::Request& request,
                                   ::httplib::Response& response) {
    fill(callbacks.handle(to_request(request)), response);
  };
  // Reading the body ourselves keeps the server from parsing it, and from its own limit for forms.
  const auto read_and_answer = [&callbacks](const ::httplib::Request& request,
                                            ::httplib::Response& response,
                                            const ::httplib::ContentReader& read) {
    Request converted = to_request(request);
    read([&](const char* data, std::size_t size) {
      converted.body.append(data, size);
      return converted.body.size() <= Limits{}.max_body_bytes;
    });
    fill(callbacks.handle(std::move(converted)), response);
  };
  const std::string pattern = as_pattern(path);
  server.Get(pattern, answer);  // and HEAD
  server.Options(pattern, answer);
  server.Post(pattern, read_and_answer);
  server.Put(pattern, read_and_answer);
  server.Patch(pattern, read_and_answer);
  server.Delete(pattern, read_and_answer);
}

}  // namespace oauth_callback::httplib
