// How a result is printed for programs.
#pragma once

#include <string>

#include "oauth_callback/result.hpp"

namespace oauth_callback::cli {

enum class Format { code, json, env, query };

// What goes to standard output, newline included; nothing for a refusal in Format::code.
// `redirect_uri` is added in json and env, unless it is empty: the token request has to repeat it.
// Throws std::runtime_error when the code cannot stand on a line.
std::string format_result(const CallbackResult& result, const std::string& redirect_uri,
                          Format format);

}  // namespace oauth_callback::cli
