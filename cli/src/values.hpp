// Values of options, from text. Each throws UsageError with one line that says what to write.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::cli {

// "500ms", "30s", "5m", "1h", or plain seconds; more than nothing, 24 hours at the most.
std::chrono::milliseconds parse_duration(std::string_view text);

// "0", "8080" or "8080,8081,0".
std::vector<std::uint16_t> parse_ports(std::string_view text);

// A host as it stands in a redirect URI: a name, or an IPv6 address without brackets.
void check_redirect_host(std::string_view text);

// Where the browser is sent afterwards: an http(s) URL. `option` names it in messages.
void check_web_url(const std::string& option, std::string_view text);

// What the link back to the program leads to.
void check_return_url(std::string_view text);

// A page: UTF-8, not empty, 1 MiB at the most. `option` names it in messages.
std::string read_page(const std::string& option, const std::string& file);

}  // namespace oauth_callback::cli
