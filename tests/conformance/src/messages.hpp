// Requests to send, and what the contract says about the bytes of the answer. Written anew instead
// of taken from the core, which is what is tested.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/http.hpp"
#include "peer.hpp"

namespace oauth_callback::conformance {

// The Host of requests whose Host does not matter: the same whatever the port.
inline constexpr std::string_view any_host = "callback.test:1";

// To be continued.
inline constexpr std::string_view half_a_request = "GET /half HTTP/1.1\r\nHost: x\r\nX-Half: ";

struct Sent {
  std::string method = "GET";
  std::string target = "/callback";
  std::string host = std::string(any_host);
  std::vector<Field> fields = {};  // after Host
  std::string body = "";           // with its Content-Length, when there is one
  std::string version = "HTTP/1.1";
};
std::string to_bytes(const Sent& sent);

// The whole answer (T2).
std::string expected_bytes(const Response& response, bool head = false);

// What transports under test answer to statuses of their own.
Response test_refusal(int status);

std::string_view expected_reason(int status);

struct Answer {
  int status = 0;
  std::string reason;
  std::vector<Field> fields;
  std::string body;
};

// Fails the case unless the reply is exactly one whole response and then the end of the connection.
Answer parse_answer(const Reply& reply, bool head = false);

void check_reply(const Reply& reply, std::string_view expected, std::string_view what,
                 const char* file = __builtin_FILE(), int line = __builtin_LINE());

}  // namespace oauth_callback::conformance
