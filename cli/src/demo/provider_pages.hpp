// The pages of the demo's authorization server. Everything that comes from outside is escaped.
#pragma once

#include <string>
#include <string_view>

#include "oauth_callback/http.hpp"

namespace oauth_callback::cli {

// `transaction` goes into a hidden field.
Response sign_in_page(const std::string& transaction);
Response consent_page(const std::string& transaction, const std::string& user);
Response problem_page(int status, std::string_view text);

Response see_other(const std::string& location);
Response json_response(int status, std::string body);

}  // namespace oauth_callback::cli
