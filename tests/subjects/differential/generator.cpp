#include <array>
#include <string_view>

#include "differential/inputs.hpp"
#include "messages.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback::differential {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t max_base_size = 4096;

std::string random_parameters(Random& random) {
  constexpr std::array parts{"code=C"sv,
                             "code=C"sv,
                             "code=4%2F0A%2Bb"sv,
                             "state=S"sv,
                             "state=S"sv,
                             "state=S"sv,
                             "state=T"sv,
                             "error=e"sv,
                             "iss=https://as.example"sv,
                             "iss=https://a"sv,
                             "x=%zz"sv,
                             "x=%C3%A9"sv,
                             "x=%FF"sv,
                             "a+b=c+d"sv,
                             "="sv,
                             "error_uri=javascript:1"sv,
                             "error_uri=https://a/%22"sv,
                             "error_description=%3Cb%3E"sv,
                             "scope=a b"sv,
                             "?"sv};
  std::string text;
  for (std::size_t left = random.below(5); left > 0; --left) {
    text += (text.empty() ? "" : "&") + random.pick(parts);
  }
  return text;
}

std::string random_target(Random& random) {
  constexpr std::array paths{"/callback"sv,
                             "/callback"sv,
                             "/callback"sv,
                             "/callback"sv,
                             "/issuer"sv,
                             "/"sv,
                             "/favicon.ico"sv,
                             "//callback"sv,
                             "/%63allback"sv,
                             "http://callback.test:1/callback"sv,
                             "http://evil.example/callback"sv};
  std::string target = random.pick(paths);
  // Most are worth a careful answer.
  if (random.one_in(3)) {
    constexpr std::array answers{"?code=C&state=S&n="sv,
                                 "?code=C&state=S&iss=https://as.example&n="sv,
                                 "?error=e&error_description=%3Cb%3E&state=S&n="sv};
    return target + random.pick(answers) + std::to_string(random.below(1000));
  }
  return random.one_in(4) ? target : target + "?" + random_parameters(random);
}

std::string random_host(Random& random) {
  return random.one_in(12) ? "evil.example:1" : std::string(conformance::any_host);
}

// Whether the peer has to say that nothing more comes.
bool needs_end(std::string_view bytes) {
  return RequestReader({}).feed(bytes) == RequestReader::Status::need_more;
}

}  // namespace

std::string random_field(Random& random) {
  constexpr std::array fields{"Cookie: a=b"sv,
                              "Origin: null"sv,
                              "Origin: https://a.example"sv,
                              "Sec-Fetch-Mode: navigate"sv,
                              "Sec-Fetch-Mode: no-cors"sv,
                              "Sec-Fetch-Dest: document"sv,
                              "Sec-Fetch-Dest: iframe"sv,
                              "Sec-Fetch-Site: cross-site"sv,
                              "Sec-Purpose: prefetch"sv,
                              "Purpose: prefetch"sv,
                              "Purpose: x"sv,
                              "Content-Type: application/x-www-form-urlencoded"sv,
                              "Content-Type: multipart/form-data; boundary=x"sv,
                              "Content-Type: text/plain"sv,
                              "Connection: keep-alive"sv,
                              "Connection: close"sv,
                              "Accept-Encoding: gzip, br"sv,
                              "Range: bytes=0-3"sv,
                              "Expect: 100-continue"sv,
                              "Transfer-Encoding: chunked"sv,
                              "Content-Length: 3"sv,
                              "Host: callback.test:1"sv,
                              "Upgrade: h2c"sv,
                              "If-None-Match: *"sv,
                              "Accept: */*"sv,
                              "X-Empty:"sv,
                              "Referer: http://a/?b"sv,
                              "REMOTE_ADDR: 1.2.3.4"sv};
  return random.pick(fields) + "\r\n";
}

std::string random_request(Random& random) {
  constexpr std::array methods{"GET"sv,  "GET"sv,    "GET"sv,     "GET"sv,   "HEAD"sv,    "POST"sv,
                               "POST"sv, "PUT"sv,    "OPTIONS"sv, "TRACE"sv, "CONNECT"sv, "GET"sv,
                               "GET"sv,  "DELETE"sv, "PATCH"sv,   "GETT"sv};
  const std::string method = random.pick(methods);
  std::string bytes = method + " " + random_target(random);
  bytes += random.one_in(10) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
  bytes += "Host: " + random_host(random) + "\r\n";
  for (std::size_t left = random.below(4); left > 0; --left) bytes += random_field(random);
  std::string body;
  if (method == "POST" || random.one_in(8)) {
    body = random.one_in(3) ? "code=P&state=S" : random_parameters(random);
  }
  if (!body.empty()) {
    if (!random.one_in(4)) bytes += "Content-Type: application/x-www-form-urlencoded\r\n";
    bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return bytes + "\r\n" + body;
}

std::vector<std::string> bases_of(const std::vector<Input>& inputs) {
  std::vector<std::string> bases;
  for (const Input& input : inputs) {
    if (!input.bytes.empty() && input.bytes.size() <= max_base_size) bases.push_back(input.bytes);
  }
  return bases;
}

Input generated_input(std::uint64_t seed, std::uint64_t index,
                      const std::vector<std::string>& bases) {
  Random random(seed, index);
  const bool from_base = !bases.empty() && random.one_in(3);
  std::string bytes = from_base ? bases[random.below(bases.size())] : random_request(random);
  for (std::size_t left = random.below(4); left > 0; --left) {
    mutate(bytes, random_request(random), random);
  }
  const bool half_close = random.one_in(2) || needs_end(bytes);
  return {"generated --seed=" + std::to_string(seed) + " --only=" + std::to_string(index),
          std::move(bytes), half_close};
}

}  // namespace oauth_callback::differential
