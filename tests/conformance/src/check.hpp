// Assertions for case bodies, without GoogleTest's compile time: the first that fails ends the
// case.
#pragma once

#include <concepts>
#include <stdexcept>
#include <string>
#include <string_view>

namespace oauth_callback::conformance {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The machine lacks what the case needs.
class Skipped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] void fail(std::string_view what, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE());

void check(bool ok, std::string_view what, const char* file = __builtin_FILE(),
           int line = __builtin_LINE());

void check_equal(std::string_view actual, std::string_view expected, std::string_view what,
                 const char* file = __builtin_FILE(), int line = __builtin_LINE());

template <std::integral A, std::integral B>
void check_equal(A actual, B expected, std::string_view what, const char* file = __builtin_FILE(),
                 int line = __builtin_LINE()) {
  check_equal(std::to_string(actual), std::to_string(expected), what, file, line);
}

// Printable: control and 8-bit bytes as \xNN; long texts are cut in the middle.
std::string show(std::string_view bytes);

}  // namespace oauth_callback::conformance
