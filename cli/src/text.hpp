// Text for a terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace oauth_callback::cli {

// Foreign text on one line: control characters (C1 and bidirectional ones too) become spaces, and
// what is very long is cut.
std::string printable(std::string_view text);

// The line below all others, shorter than `width` columns. `pasting` says that the user may paste.
std::string countdown_text(std::chrono::seconds left, bool pasting, std::size_t width);

// "4:59", "1:00:00".
std::string clock_text(std::chrono::seconds left);

}  // namespace oauth_callback::cli
