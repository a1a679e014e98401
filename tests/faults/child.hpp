// One scenario under one set of faults, in a process of its own.
#pragma once

#include <string>
#include <vector>

#include "injector.hpp"
#include "scenarios.hpp"

namespace oauth_callback::faults {

struct Trial {
  std::string backend;
  Scenario scenario;
  std::vector<Fault> faults;
  bool known_to_fail = false;  // then with less patience
};

struct Verdict {
  int hits = 0;
  Effect effect;
  std::string failure;             // empty: no harm was done
  std::vector<std::string> trace;  // where the first fault hit
  std::vector<std::string> crash;  // where the process ended
};

// What is set up once, in threads and memory, is set up before the first trial.
void warm_up(const std::string& backend);

Verdict run(const Trial& trial);

// Whether threads can be counted: ThreadSanitizer starts one of its own.
extern const bool counts_threads;

}  // namespace oauth_callback::faults
