// The parts of open_browser().
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::detail {

using Command = std::vector<std::string>;  // a program and its arguments

// The commands of a BROWSER value, in order: separated by colons, split at white space and nowhere
// else, so that the URL is always within one argument. "%s" stands for the URL, "%%" for "%";
// without "%s" the URL is the last argument.
std::vector<Command> browser_commands(std::string_view browser, const std::string& url);

// Tries what the environment and the system offer. `url` has been checked. One per operating
// system.
bool start_browser(const std::string& url);

}  // namespace oauth_callback::detail
