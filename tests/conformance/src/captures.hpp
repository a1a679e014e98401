// Requests of real browsers, as bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::conformance {

struct CapturedConnection {
  std::string file;
  std::string bytes;  // everything the browser sent; empty when it kept silent
};

struct Capture {
  std::string scenario;                         // "chromium/click-302-…"
  std::vector<CapturedConnection> connections;  // in the order in which they were opened
};

// From a folder BROWSER/SCENARIO/NN-cb….raw. Throws std::runtime_error when there is none.
std::vector<Capture> load_captures(const std::string& folder);

// The value of the first Host field, or nothing.
std::string_view captured_authority(std::string_view bytes);

// The same bytes, as the browser would have sent them to that authority: Host, Origin and Referer
// follow it.
std::string with_authority(std::string_view bytes, std::string_view authority);

}  // namespace oauth_callback::conformance
