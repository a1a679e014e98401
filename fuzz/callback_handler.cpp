// Whatever comes, a wait ends only by its state, once, and nothing of the request is in a field or
// unescaped in a page. The input is a request; lines of it may say more than one.
#include "callback_handler.hpp"

#include <cstdint>
#include <string>

#include "oauth_callback/spi/request_reader.hpp"
#include "require.hpp"

using namespace oauth_callback;

namespace {

const std::string state = "s3cr3t-state";

void check_answer(const Response& response, const Request& request) {
  require(field_value(response.fields, "Cache-Control") == "no-store", "every answer is no-store");
  require(has_field(response.fields, "Content-Security-Policy"), "every answer has a policy");
  for (const Field& field : response.fields) {
    require(field.value.find_first_of("\r\n") == std::string::npos, "no field holds a line break");
    const std::string query =
        request.target.substr(std::min(request.target.find('?'), request.target.size()));
    require(query.size() < 8 || field.value.find(query) == std::string::npos,
            "no field holds the query");
  }
  std::size_t scripts = 0;
  for (std::size_t at = 0; (at = response.body.find("<script", at)) != std::string::npos; ++at)
    ++scripts;
  require(scripts == 1, "a page has our script and no other");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CallbackHandler handler({"127.0.0.1:1"}, {});
  handler.expect({.path = "/callback", .state = state, .form_post = true});
  handler.expect({.path = "/other", .state = state, .issuer = "https://as"});
  int completed = 0;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (int round = 0; round < 2; ++round) {
    RequestReader reader({});
    if (reader.feed(bytes) != RequestReader::Status::complete) return 0;
    const std::string head = reader.canonical_head();
    Request request{head.substr(0, head.find(' ')), "", {}, reader.body()};
    const std::size_t target = request.method.size() + 1;
    request.target = head.substr(target, head.find(' ', target) - target);
    for (std::size_t at = head.find("\r\n") + 2; head.compare(at, 2, "\r\n") != 0;) {
      const std::size_t colon = head.find(": ", at);
      const std::size_t end = head.find("\r\n", at);
      request.fields.push_back(
          {head.substr(at, colon - at), head.substr(colon + 2, end - colon - 2)});
      at = end + 2;
    }
    const Verdict verdict = handler.decide(request);
    check_answer(verdict.response, request);
    if (verdict.id != 0) {
      ++completed;
      handler.complete(verdict.id);
      require(verdict.result.state == state, "only the right state ends a wait");
      require(request.method == "GET" || request.method == "POST", "only GET and POST end a wait");
    }
  }
  require(completed <= 1, "the same request ends one wait at most");
  return 0;
}
