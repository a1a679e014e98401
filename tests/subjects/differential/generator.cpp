#include <array>
#include <random>
#include <string_view>

#include "differential/inputs.hpp"
#include "messages.hpp"

namespace oauth_callback::differential {
namespace {

using namespace std::string_view_literals;

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : engine_(seed) {}

  std::string next() {
    std::string bytes = well_formed();
    for (std::size_t left = below(4); left > 0; --left) mutate(bytes);
    return bytes;
  }

 private:
  // Not std::uniform_int_distribution, which differs between libraries.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(engine_() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <std::size_t N>
  std::string pick(const std::array<std::string_view, N>& from) {
    return std::string(from[below(N)]);
  }

  std::string parameters() {
    constexpr std::array parts{"code=C"sv,
                               "code=4%2F0A%2Bb"sv,
                               "state=S"sv,
                               "state=S"sv,
                               "state=T"sv,
                               "error=e"sv,
                               "iss=https://a"sv,
                               "x=%zz"sv,
                               "x=%C3%A9"sv,
                               "x=%FF"sv,
                               "a+b=c+d"sv,
                               "="sv,
                               "error_uri=javascript:1"sv,
                               "error_description=%3Cb%3E"sv,
                               "scope=a b"sv,
                               "?"sv};
    std::string text;
    for (std::size_t left = below(5); left > 0; --left)
      text += (text.empty() ? "" : "&") + pick(parts);
    return text;
  }

  std::string field() {
    constexpr std::array fields{"Cookie: a=b"sv,
                                "Origin: null"sv,
                                "Origin: https://a.example"sv,
                                "Sec-Fetch-Mode: navigate"sv,
                                "Sec-Fetch-Mode: no-cors"sv,
                                "Sec-Fetch-Dest: document"sv,
                                "Sec-Fetch-Dest: iframe"sv,
                                "Sec-Purpose: prefetch"sv,
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
    return pick(fields) + "\r\n";
  }

  std::string well_formed() {
    constexpr std::array methods{"GET"sv,    "GET"sv,     "GET"sv,   "GET"sv,
                                 "HEAD"sv,   "POST"sv,    "POST"sv,  "PUT"sv,
                                 "DELETE"sv, "OPTIONS"sv, "TRACE"sv, "CONNECT"sv};
    constexpr std::array paths{"/callback"sv,
                               "/callback"sv,
                               "/callback"sv,
                               "/callback"sv,
                               "/"sv,
                               "/favicon.ico"sv,
                               "//callback"sv,
                               "/%63allback"sv,
                               "http://callback.test:1/callback"sv,
                               "http://evil.example/callback"sv};
    std::string bytes = pick(methods) + " " + pick(paths);
    if (!one_in(4)) bytes += "?" + parameters();
    bytes += one_in(10) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
    bytes.append("Host: ").append(conformance::any_host).append("\r\n");
    for (std::size_t left = below(4); left > 0; --left) bytes += field();
    std::string body = bytes.starts_with("POST") || one_in(8) ? parameters() : "";
    if (!body.empty()) {
      if (!one_in(4)) bytes += "Content-Type: application/x-www-form-urlencoded\r\n";
      bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    return bytes + "\r\n" + body;
  }

  std::string fragment() {
    constexpr std::array fragments{"\r\n"sv,
                                   "\n"sv,
                                   "\r"sv,
                                   " "sv,
                                   "\t"sv,
                                   ":"sv,
                                   "\0"sv,
                                   "\xff"sv,
                                   "\xc3\xa9"sv,
                                   "%"sv,
                                   "%00"sv,
                                   "#"sv,
                                   "?"sv,
                                   "&"sv,
                                   ";"sv,
                                   "=?a?Q?b?="sv,
                                   "\x7f"sv,
                                   "\x01"sv,
                                   "HTTP/1.1"sv,
                                   "HTTP/2.0"sv,
                                   "GET "sv,
                                   "Host: b\r\n"sv,
                                   "\r\n\r\n"sv,
                                   "\r\n "sv,
                                   "Content-Length: 1\r\n"sv,
                                   "Transfer-Encoding: chunked\r\n"sv,
                                   "="sv,
                                   "code=2"sv};
    return pick(fragments);
  }

  void mutate(std::string& bytes) {
    if (bytes.empty()) return;
    const std::size_t at = below(bytes.size());
    switch (below(7)) {
      case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes.insert(at, fragment());
        break;
      case 2:
        bytes.erase(at, 1 + below(8));
        break;
      case 3:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(40)));
        break;
      case 4:
        bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
        break;
      case 5:
        if (one_in(3)) bytes.resize(at);
        break;
      default:
        bytes.insert(bytes.find("\r\n") == std::string::npos ? at : bytes.find("\r\n") + 2,
                     field());
        break;
    }
  }

  std::mt19937_64 engine_;
};

}  // namespace

std::vector<Input> generated_inputs(std::uint64_t seed, std::size_t count) {
  Generator generator(seed);
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < count; ++i) {
    inputs.push_back(
        {"generated " + std::to_string(i) + " of seed " + std::to_string(seed), generator.next()});
  }
  return inputs;
}

}  // namespace oauth_callback::differential
