// Choices that are the same for the same seed, with every compiler and library.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace oauth_callback::differential {

class Random {
 public:
  // Every index has choices of its own, so that one input can be made without those before it.
  Random(std::uint64_t seed, std::uint64_t index)
      : engine_((seed ^ (index + 1) * 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u) {}

  // Not std::uniform_int_distribution, which differs between libraries. 0 for 0.
  std::size_t below(std::size_t bound) {
    return bound == 0 ? 0 : static_cast<std::size_t>(engine_() % bound);
  }
  bool one_in(std::size_t n) { return below(n) == 0; }

  template <std::size_t N>
  std::string pick(const std::array<std::string_view, N>& from) {
    return std::string(from[below(N)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace oauth_callback::differential
