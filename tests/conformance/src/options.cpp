#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

namespace oauth_callback::conformance {
namespace {

// A '-' within an id is no negation; one before a pattern is.
std::string test_filter(std::string_view ids) {
  const bool negated = ids.starts_with('-');
  const std::size_t later = ids.find(":-");
  std::string filter = test_name(ids);
  if (negated) {
    filter.front() = '-';
  } else if (later != std::string_view::npos) {
    filter[later + 1] = '-';
  }
  return "--gtest_filter=" + filter;
}

std::chrono::seconds parse_seconds(std::string_view value, std::string_view option) {
  const std::uint64_t number = parse_number(value, option);
  if (number == 0 || number > std::numeric_limits<int>::max()) {
    throw std::runtime_error(std::string(option) + " needs a number of seconds");
  }
  return std::chrono::seconds(number);
}

}  // namespace

std::string test_name(std::string_view id) {
  std::string name(id);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Argument split_argument(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::uint64_t parse_number(std::string_view value, std::string_view option) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && !value.empty()) return number;
  throw std::runtime_error(std::string(option) + " needs a number");
}

Options parse_options(int argc, char** argv) {
  Options options;
  for (int i = 0; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    const auto [name, value] = split_argument(argument);
    if (argument == "--list") {
      options.list = true;
    } else if (argument == "--markdown") {
      options.markdown = true;
    } else if (argument == "--soak") {
      options.soak = true;
    } else if (name == "--captures") {
      options.captures = value;
    } else if (name == "--case-timeout") {
      options.case_timeout = parse_seconds(value, name);
    } else if (name == "--filter") {
      options.rest.push_back(test_filter(value));
    } else {
      options.rest.emplace_back(argument);
    }
  }
  return options;
}

}  // namespace oauth_callback::conformance
