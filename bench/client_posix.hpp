// The browser's part, over a blocking socket.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::bench {

inline constexpr std::string_view test_state = "m3VqJx0kT2uQ8cYfWnA5rZ7sB1dG6hLp";

Socket connect_to(std::uint16_t port);

// What Chromium sends when the provider redirects it here.
std::string callback_request(std::uint16_t port, std::string_view state = test_state);

void send_all(const Socket& connection, std::string_view bytes);

// Collects a page, and knows when it is whole. Throws when it is not one of success.
class Page {
 public:
  bool is_whole() const noexcept { return whole_; }
  void read_from(const Socket& connection);

 private:
  std::string bytes_;
  bool whole_ = false;
};

// Sends, and waits for the whole page.
void fetch_page(const Socket& connection, std::string_view request);

std::uint16_t port_of(std::string_view redirect_uri);

}  // namespace oauth_callback::bench
