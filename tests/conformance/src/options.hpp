// The command line of a conformance program.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::conformance {

struct Options {
  bool list = false;
  bool markdown = false;
  bool soak = false;
  std::string captures;
  std::chrono::seconds case_timeout{60};
  std::vector<std::string> rest;  // the program's name, and what is for GoogleTest
};

// "--name=value", in two; without a value, that is empty.
struct Argument {
  std::string_view name;
  std::string_view value;
};
Argument split_argument(std::string_view text);

// Throws std::runtime_error, which names the option.
std::uint64_t parse_number(std::string_view value, std::string_view option);

// Throws std::runtime_error for a value that is none.
Options parse_options(int argc, char** argv);

// The name of a case within its clause, as GoogleTest knows it.
std::string test_name(std::string_view id);

}  // namespace oauth_callback::conformance
