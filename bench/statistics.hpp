// What is said of a number that was measured several times.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace oauth_callback::bench {

struct Summary {
  double median = 0;
  double least = 0;
  double most = 0;
};

inline Summary summarise(std::vector<double> values) {
  if (values.empty()) throw std::invalid_argument("nothing was measured");
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

}  // namespace oauth_callback::bench
