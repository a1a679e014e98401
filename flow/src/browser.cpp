#include "browser.hpp"

#include <cstdlib>

#include "oauth_callback/flow.hpp"
#include "url.hpp"

namespace oauth_callback {

bool open_browser(std::string_view url) {
  detail::require_browsable(url, "the URL");
  const char* browser = std::getenv("BROWSER");
  if (browser != nullptr && std::string_view(browser) == "none") return false;
  return detail::start_browser(std::string(url));
}

}  // namespace oauth_callback
