// What a run under a fault must not do.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace oauth_callback::faults {

// A busy machine may be slow, but nothing may take so long. Shorter where it is known to.
inline std::chrono::seconds patience{20};

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void require(bool holds, std::string_view otherwise) {
  if (!holds) throw Failure(std::string(otherwise));
}

}  // namespace oauth_callback::faults
