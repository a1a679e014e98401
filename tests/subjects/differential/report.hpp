// What a contest says about itself.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "differential/contest.hpp"
#include "differential/inputs.hpp"

namespace oauth_callback::differential {

// The two answers around the first byte in which they differ.
void print_mismatch(const Input& input, const std::string& name, const Outcome& actual,
                    const std::string& reference_name, const Outcome& reference);

// How often each status was the answer to a generated input; 0 is no answer.
class Histogram {
 public:
  void add(std::string_view answer);
  void print() const;
  // Those of the given statuses that never occurred.
  std::vector<int> missing(const std::vector<int>& expected) const;

 private:
  std::map<int, int> counts_;
};

}  // namespace oauth_callback::differential
