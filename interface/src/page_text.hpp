// What is written in a page: placeholders, and the URLs that may stand in a link.
#pragma once

#include <string>
#include <string_view>

#include "oauth_callback/result.hpp"

namespace oauth_callback {

// What the placeholders stand for, not escaped.
struct PageValues {
  std::string error;
  std::string error_description;
  std::string error_uri;  // empty unless http(s)
  std::string app_name;
};

PageValues page_values(const CallbackResult& result, std::string app_name);

// One pass, so that a value cannot bring a placeholder of its own. Values are escaped for HTML; of
// plain text the rest is, too.
std::string fill_html(std::string_view html, const PageValues& values);
std::string fill_plain(std::string_view text, const PageValues& values);

bool is_http_url(std::string_view url) noexcept;

}  // namespace oauth_callback
