#include "http_client.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "connection.hpp"

namespace oauth_callback::cli {
namespace {

struct Target {
  std::uint16_t port = 0;
  std::string authority;
  std::string path;
};

Target parse_target(const std::string& url) {
  const std::string_view start = "http://127.0.0.1:";
  if (!url.starts_with(start)) throw std::runtime_error("the demo was sent to another machine");
  Target target;
  const auto slash = std::min(url.find('/', start.size()), url.size());
  target.port =
      static_cast<std::uint16_t>(std::stoul(url.substr(start.size(), slash - start.size())));
  target.authority = url.substr(7, slash - 7);
  target.path = slash == url.size() ? "/" : url.substr(slash);
  return target;
}

Response parse_response(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.1 ") || end == std::string_view::npos) {
    throw std::runtime_error("the demo's server answered no HTTP");
  }
  Response response;
  response.status = std::stoi(std::string(bytes.substr(9, 3)));
  response.body = bytes.substr(end + 4);
  std::string_view head = bytes.substr(0, end);
  for (auto line_end = head.find("\r\n"); line_end != std::string_view::npos;
       line_end = head.find("\r\n")) {
    head.remove_prefix(line_end + 2);
    const auto line = head.substr(0, head.find("\r\n"));
    const auto colon = line.find(": ");
    if (colon == std::string_view::npos) continue;
    response.fields.push_back(
        {std::string(line.substr(0, colon)), std::string(line.substr(colon + 2))});
  }
  return response;
}

}  // namespace

Response fetch(const std::string& url, const std::string& form) {
  const Target target = parse_target(url);
  std::string request = (form.empty() ? "GET " : "POST ") + target.path +
                        " HTTP/1.1\r\nHost: " + target.authority + "\r\n";
  if (!form.empty()) {
    request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
               std::to_string(form.size()) + "\r\n";
  }
  return parse_response(exchange_bytes(target.port, request + "Connection: close\r\n\r\n" + form));
}

}  // namespace oauth_callback::cli
