// Runs cases in processes of their own: what a broken server does to its process stays there.
#pragma once

#include <string>
#include <vector>

#include "cases.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {

struct Job {
  const Mutant* mutant = nullptr;  // nullptr: the transport and the server as they should be
  const conformance::Case* test_case = nullptr;
};

struct Verdict {
  enum class Kind { passed, skipped, failed, died, hung };
  Kind kind = Kind::passed;
  std::string message = {};
};

std::string_view to_string(Verdict::Kind kind) noexcept;

// In the order of the jobs.
std::vector<Verdict> run_jobs(const std::vector<Job>& jobs);

}  // namespace oauth_callback::mutants
