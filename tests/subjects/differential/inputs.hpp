// What the contestants are sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "differential/random.hpp"

namespace oauth_callback::differential {

struct Input {
  std::string name;
  std::string bytes;
  bool half_close = true;  // so that what is cut short is answered at once
};

std::vector<Input> hand_written_inputs();
// Throws std::runtime_error when the folder holds none.
std::vector<Input> captured_inputs(const std::string& folder);

// Where generated inputs begin: those of `inputs` that are small.
std::vector<std::string> bases_of(const std::vector<Input>& inputs);
// The same for the same seed, index and bases, on every machine.
Input generated_input(std::uint64_t seed, std::uint64_t index,
                      const std::vector<std::string>& bases);

// A request that means something to the server of the contest; most are well-formed.
std::string random_request(Random& random);
// A line of a head, with its end.
std::string random_field(Random& random);
// Changes the bytes in one of the ways in which requests go wrong; `other` is another request.
void mutate(std::string& bytes, std::string_view other, Random& random);

}  // namespace oauth_callback::differential
