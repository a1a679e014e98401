// A redirect that came another way than over HTTP: what a person copied out of the browser.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace oauth_callback {

struct Redirect {
  bool well_formed = true;
  bool query_only = false;
  std::string authority;  // empty when it is no http URL
  std::string target;     // in origin form; without its path when query_only
};

// Reads the URL, or its query alone, with or without its '?'. White space around it and a fragment
// are ignored. What no request line could hold is not well formed (contract clauses T6 and T7).
Redirect read_redirect(std::string_view text, std::size_t max_target_bytes);

}  // namespace oauth_callback
