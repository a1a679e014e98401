// Texts that the command prints on request.
#pragma once

#include <string>

namespace oauth_callback::cli {

std::string help_text();
std::string version_text();

}  // namespace oauth_callback::cli
