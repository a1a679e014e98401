// As much of an HTTP client as the demo needs: one request to http://127.0.0.1:PORT/….
#pragma once

#include <string>
#include <vector>

#include "oauth_callback/http.hpp"

namespace oauth_callback::cli {

// Blocks, 10 s at the most for each step. POSTs `form` unless it is empty. Throws
// std::runtime_error.
Response fetch(const std::string& url, const std::string& form = {});

}  // namespace oauth_callback::cli
