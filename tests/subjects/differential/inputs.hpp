// What the contestants are sent.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace oauth_callback::differential {

struct Input {
  std::string name;
  std::string bytes;
  bool half_close = true;  // so that what is cut short is answered at once
};

std::vector<Input> hand_written_inputs();
// Throws std::runtime_error when the folder holds none.
std::vector<Input> captured_inputs(const std::string& folder);
// The same for the same seed, on every machine.
std::vector<Input> generated_inputs(std::uint64_t seed, std::size_t count);

}  // namespace oauth_callback::differential
