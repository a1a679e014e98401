// What a program and its user do while a call fails.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::faults {

// What the fault did, when it did no harm.
struct Effect {
  int errors = 0;   // calls of ours that threw what they may throw, and worked when called again
  int reloads = 0;  // requests that were answered with 5xx or not at all, and worked again
};

struct Scenario {
  std::string_view name;
  // Throws Failure.
  void (*play)(const std::string& backend, Effect& effect);
};
const std::vector<Scenario>& all_scenarios();

// One more, for a fault that does harm only while the server sleeps.
extern const Scenario slow_hook;

}  // namespace oauth_callback::faults
