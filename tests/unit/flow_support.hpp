// What the tests of the flow share: a browser that is a socket.
#pragma once

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <utility>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"
#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback {

inline const std::string endpoint =
    "https://provider.example/authorize?response_type=code&client_id=me";

inline int connect_to(int family, std::uint16_t port) {
  Socket socket(::socket(family, SOCK_STREAM, 0));
  int failed = 0;
  if (family == AF_INET6) {
    sockaddr_in6 address = {};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    address.sin6_addr = in6addr_loopback;
    failed = connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  } else {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    failed = connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  return failed == 0 ? socket.release() : -1;
}

inline std::string parameter(const std::string& url, std::string_view name) {
  const auto question = url.find('?');
  const Form form =
      parse_form(std::string_view(url).substr(question + 1, url.find('#') - question - 1));
  for (const auto& entry : form.parameters) {
    if (entry.name == name) return entry.value;
  }
  return {};
}

inline std::uint16_t port_of(const std::string& redirect_uri) {
  return static_cast<std::uint16_t>(std::stoul(redirect_uri.substr(redirect_uri.rfind(':') + 1)));
}

// Sends one request to the redirect URI, with the right Host, and returns the whole answer.
inline std::string exchange(const std::string& redirect_uri, const std::string& method,
                            const std::string& query, const std::string& body = {}) {
  const auto authority = redirect_uri.substr(7, redirect_uri.find('/', 7) - 7);
  const auto path = redirect_uri.substr(7 + authority.size());
  const Socket socket(
      connect_to(authority.front() == '[' ? AF_INET6 : AF_INET, port_of(redirect_uri)));
  if (!socket) return "no connection";
  std::string request = method + " " + path + query + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!body.empty()) {
    request += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n";
  }
  request += "\r\n" + body;
  send(socket.get(), request.data(), request.size(), 0);
  std::string answer;
  char buffer[4096];
  for (ssize_t count = 0; (count = recv(socket.get(), buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  return answer;
}

// The provider answers the request of `url` with these parameters, and its state.
inline std::string answer(const std::string& url, const std::string& parameters) {
  return exchange(parameter(url, "redirect_uri"), "GET",
                  "?" + parameters + "&state=" + percent_encode(parameter(url, "state")));
}

struct Flow {
  AuthCodeOptions options;
  std::string url;  // that was to be opened

  explicit Flow(std::string authorization_url, const std::string& parameters = "code=c0de") {
    options.authorization_url = std::move(authorization_url);
    options.launch = [this, parameters](const std::string& opened) {
      url = opened;
      EXPECT_THAT(answer(opened, parameters), testing::StartsWith("HTTP/1.1 200 "));
    };
  }
};

inline void expect_invalid(const AuthCodeOptions& options, const std::string& text) {
  AuthCodeOptions copy = options;
  copy.launch = [](const std::string&) { ADD_FAILURE() << "nothing may be opened"; };
  try {
    get_auth_code(copy);
    ADD_FAILURE() << "taken: " << options.authorization_url;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::invalid_option) << error.what();
    EXPECT_THAT(error.what(), testing::HasSubstr(text)) << options.authorization_url;
    EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("s3cret")));
  }
}

}  // namespace oauth_callback
