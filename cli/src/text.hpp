// Text for a terminal.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace oauth_callback::cli {

// Foreign text on one line: control characters (C1 and bidirectional ones too) become spaces, and
// what is very long is cut.
std::string printable(std::string_view text);

// "4:59", "1:00:00".
std::string clock_text(std::chrono::seconds left);

}  // namespace oauth_callback::cli
