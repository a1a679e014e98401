// How our pages look, and what runs in them. Each goes into the page byte for byte as it stands
// here: the Content-Security-Policy names its hash.
#pragma once

#include <string>
#include <string_view>

namespace oauth_callback {

extern const std::string_view page_style;

// The code and the state leave the address bar and the history.
extern const std::string_view clean_script;

// The same, and then the tab closes, where the browser lets it.
extern const std::string_view closing_script;

enum class Mark { done, refused, question, waiting };

std::string drawing(Mark mark);                   // an SVG element, hidden from screen readers
std::string_view class_name(Mark mark) noexcept;  // of <main>

}  // namespace oauth_callback
