// Plays the browser, and the person in front of it, where there is no display.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/result.hpp"

namespace oauth_callback::cli {

struct Page {
  std::string url;
  int status = 0;
  std::string html;
};

// Follows redirects. Throws std::runtime_error.
Page open_page(std::string url);

// Submits the page's form: its hidden fields, and what the person filled in and pressed.
Page submit_form(const Page& page, const std::vector<Parameter>& input);

}  // namespace oauth_callback::cli
