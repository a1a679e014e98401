// The numbered steps that the demo shows as they happen.
#pragma once

#include <mutex>
#include <string>

#include "terminal.hpp"

namespace oauth_callback::cli {

class Steps {
 public:
  explicit Steps(Terminal& terminal) : terminal_(terminal) {}

  // Any thread.
  void show(const std::string& text);

 private:
  Terminal& terminal_;
  std::mutex mutex_;
  int number_ = 0;
};

}  // namespace oauth_callback::cli
