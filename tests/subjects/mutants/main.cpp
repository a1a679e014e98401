// mutants [--captures=DIR] [--only=ID]: breaks one transport and one callback server in one way
// after the other, and fails unless the cases that name the clause notice each.
#include <algorithm>
#include <exception>
#include <iostream>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "child.hpp"
#include "jobs.hpp"
#include "options.hpp"
#include "sanitizers.hpp"

namespace oauth_callback::mutants {
namespace {

using conformance::Case;
using conformance::Cases;

Mutants all_mutants() {
  Mutants mutants;
  add_request_mutants(mutants);
  add_answer_mutants(mutants);
  add_socket_mutants(mutants);
  add_connection_mutants(mutants);
  add_grammar_mutants(mutants);
  add_stop_mutants(mutants);
  add_process_mutants(mutants);
  add_decision_mutants(mutants);
  add_response_mutants(mutants);
  add_wait_mutants(mutants);
  add_hold_mutants(mutants);
  add_order_mutants(mutants);
  add_paste_mutants(mutants);
  add_capture_mutants(mutants);
  return mutants;
}

std::string clause_of(std::string_view id) { return std::string(id.substr(0, id.find('.'))); }

std::vector<const Case*> find_cases(const Cases& cases, const Mutant& mutant) {
  std::vector<const Case*> found;
  for (const std::string& pattern : mutant.cases) {
    if (clause_of(pattern) != clause_of(mutant.id)) {
      throw std::runtime_error(mutant.id + " names a case of another clause: " + pattern);
    }
    const std::size_t before = found.size();
    for (const Case& one : cases) {
      const bool named = pattern.ends_with('*')
                             ? one.id.starts_with(pattern.substr(0, pattern.size() - 1))
                             : one.id == pattern;
      if (named && !one.is_long) found.push_back(&one);
    }
    if (found.size() == before) throw std::runtime_error(mutant.id + ": no case is " + pattern);
  }
  return found;
}

bool is_noticed(const Verdict& verdict, Noticed how) {
  switch (how) {
    case Noticed::by_failing:
      return verdict.kind == Verdict::Kind::failed;
    case Noticed::by_dying:
      return verdict.kind == Verdict::Kind::died;
    case Noticed::by_hanging:
      return verdict.kind == Verdict::Kind::hung || verdict.kind == Verdict::Kind::failed;
  }
  return false;
}

void report(const Job& job, const Verdict& verdict) {
  std::cout << (job.mutant == nullptr ? "unbroken" : job.mutant->id) << " in " << job.test_case->id
            << ": " << to_string(verdict.kind);
  if (!verdict.message.empty()) std::cout << " (" << verdict.message << ")";
  std::cout << std::endl;
}

// The cases themselves, on what is not broken: else it is no wonder that they notice.
int check_unbroken(const Cases& cases, const std::set<const Case*>& named) {
  std::vector<Job> jobs;
  for (const Case& one : cases) {
    if (named.contains(&one)) jobs.push_back({nullptr, &one});
  }
  const std::vector<Verdict> verdicts = run_jobs(jobs);
  int failed = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (verdicts[i].kind == Verdict::Kind::passed) continue;
    report(jobs[i], verdicts[i]);
    ++failed;
  }
  std::cout << jobs.size() << " cases on what is not broken, " << failed << " failed" << std::endl;
  return failed;
}

int check_mutants(const std::vector<Job>& jobs, std::size_t mutants) {
  const std::vector<Verdict> verdicts = run_jobs(jobs);
  std::set<const Mutant*> living;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (is_noticed(verdicts[i], jobs[i].mutant->noticed)) continue;
    report(jobs[i], verdicts[i]);
    living.insert(jobs[i].mutant);
  }
  for (const Mutant* mutant : living) {
    std::cout << "lives: " << mutant->id << ": " << mutant->defect << "\n";
  }
  std::cout << mutants << " mutants in " << jobs.size() << " runs, " << living.size() << " live"
            << std::endl;
  return static_cast<int>(living.size());
}

// Every case has a mutant that it notices. The long ones are the same as others, for longer.
int check_complete(const Cases& cases, const std::set<const Case*>& named) {
  int missing = 0;
  for (const Case& one : cases) {
    if (named.contains(&one) || one.is_long) continue;
    std::cout << "no mutant for " << one.id << ": " << one.requirement << "\n";
    ++missing;
  }
  std::cout << cases.size() - static_cast<std::size_t>(missing) << " of " << cases.size()
            << " cases have a mutant" << std::endl;
  return missing;
}

int run(int argc, char** argv) {
  std::string captures;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const auto [option, value] = conformance::split_argument(argv[i]);
    if (option == "--captures") {
      captures = value;
    } else if (option == "--only") {
      only = value;
    } else {
      throw std::runtime_error("unknown option; there are --captures=DIR and --only=ID");
    }
  }
  const Cases cases = conformance::all_cases(captures);
  Mutants mutants = all_mutants();
  if (!only.empty()) std::erase_if(mutants, [&](const Mutant& one) { return one.id != only; });
  if (mutants.empty()) throw std::runtime_error("there is no mutant " + only);
  std::vector<Job> jobs;
  std::set<const Case*> named;
  constexpr bool sanitized = conformance::memory_factor > 1 || conformance::quarantine_mib > 0;
  std::size_t left_out = 0;
  for (const Mutant& mutant : mutants) {
    const bool runs = !sanitized || !mutant.is_memory;
    if (!runs) ++left_out;
    for (const Case* one : find_cases(cases, mutant)) {
      if (runs) jobs.push_back({&mutant, one});
      named.insert(one);
    }
  }
  if (left_out > 0) {
    std::cout << left_out << " mutants are left out: a sanitizer's own memory would hide them\n";
  }
  // Those that are waited for longest come first.
  std::stable_sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
    return a.mutant->noticed == Noticed::by_hanging && b.mutant->noticed != Noticed::by_hanging;
  });
  int wrong = check_unbroken(cases, named);
  wrong += check_mutants(jobs, mutants.size() - left_out);
  if (only.empty()) wrong += check_complete(cases, named);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oauth_callback::mutants

int main(int argc, char** argv) {
  try {
    // Some cases start this program again.
    if (const auto status = oauth_callback::conformance::run_as_child(argc, argv)) return *status;
    return oauth_callback::mutants::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "mutants: " << error.what() << "\n";
    return 2;
  }
}
