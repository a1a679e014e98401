#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "document.hpp"
#include "oauth_callback/conformance.hpp"
#include "watchdog.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::chrono::seconds case_patience{60};

struct Suite {
  Subject subject;
  Cases cases;
  Watchdog watchdog{case_patience};
  std::map<std::string, std::string> waived_failures{};  // id, reason
};

// '-' negates in GoogleTest's filters.
std::string test_name(std::string_view id) {
  std::string name(id);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

const Waiver* waiver_for(const Subject& subject, std::string_view id) {
  const auto found = std::find_if(subject.waivers.begin(), subject.waivers.end(),
                                  [&](const Waiver& waiver) { return waiver.id == id; });
  return found == subject.waivers.end() ? nullptr : &*found;
}

class CaseTest : public testing::Test {
 public:
  CaseTest(Suite& suite, const Case& test_case) : suite_(suite), case_(test_case) {}

  void TestBody() override {
    const Waiver* waiver = waiver_for(suite_.subject, case_.id);
    suite_.watchdog.arm(case_.id);
    std::string failure;
    std::string skipped;
    try {
      case_.body(suite_.subject);
    } catch (const Skipped& reason) {
      skipped = reason.what();
    } catch (const std::exception& error) {
      failure = error.what();
    }
    suite_.watchdog.disarm();
    if (!skipped.empty()) GTEST_SKIP() << skipped;
    if (waiver == nullptr) {
      if (!failure.empty()) FAIL() << case_.id << ": " << case_.requirement << "\n" << failure;
    } else if (failure.empty()) {
      FAIL() << case_.id << " is waived (" << waiver->reason << ") and passes: take the waiver out";
    } else {
      suite_.waived_failures[case_.id] = waiver->reason;
    }
  }

 private:
  Suite& suite_;
  const Case& case_;
};

void register_cases(Suite& suite) {
  for (const Case& one : suite.cases) {
    const std::size_t dot = one.id.find('.');
    const std::string clause = one.id.substr(0, dot);
    testing::RegisterTest(clause.c_str(), test_name(one.id.substr(dot + 1)).c_str(), nullptr,
                          nullptr, __FILE__, __LINE__,
                          [&suite, &one]() -> testing::Test* { return new CaseTest(suite, one); });
  }
}

bool waivers_are_known(const Suite& suite) {
  bool known = true;
  for (const Waiver& waiver : suite.subject.waivers) {
    const auto is_it = [&](const Case& one) { return one.id == waiver.id; };
    if (std::any_of(suite.cases.begin(), suite.cases.end(), is_it)) continue;
    std::cerr << "conformance: no case has the id '" << waiver.id
              << "' that is waived; see --list\n";
    known = false;
  }
  return known;
}

int summarise(const Suite& suite, int status) {
  const testing::UnitTest& unit = *testing::UnitTest::GetInstance();
  const int tested = unit.successful_test_count() + unit.failed_test_count();
  std::cout << "conformance of " << suite.subject.name << ": " << tested << " of "
            << suite.cases.size() << " cases run, " << unit.failed_test_count() << " failed, "
            << unit.skipped_test_count() << " skipped, " << suite.waived_failures.size()
            << " waived\n";
  for (const auto& [id, reason] : suite.waived_failures) {
    std::cout << "  waived " << id << ": " << reason << "\n";
  }
  if (status == 0 && tested == 0) {
    std::cerr << "conformance: nothing was tested; see --list for the cases\n";
    return 1;
  }
  return status;
}

}  // namespace

int run(int argc, char** argv, Subject subject) try {
  std::vector<std::string> arguments;
  std::string captures;
  bool list = false;
  bool markdown = false;
  for (int i = 0; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    constexpr std::string_view filter_option = "--filter=";
    constexpr std::string_view captures_option = "--captures=";
    if (argument == "--list") {
      list = true;
    } else if (argument == "--markdown") {
      markdown = true;
    } else if (argument.starts_with(captures_option)) {
      captures = argument.substr(captures_option.size());
    } else if (argument.starts_with(filter_option)) {
      arguments.push_back("--gtest_filter=" + test_name(argument.substr(filter_option.size())));
    } else {
      arguments.emplace_back(argument);
    }
  }
  Suite suite{std::move(subject), all_cases(captures)};
  if (list) print_list(std::cout, suite.cases);
  if (markdown) print_markdown(std::cout, suite.cases);
  if (list || markdown) return 0;

  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  testing::InitGoogleTest(&count, pointers.data());
  if (count > 1) {
    std::cerr << "conformance: unknown option '" << pointers[1]
              << "'; there are --list, --markdown, --filter=, --captures= and GoogleTest's own "
                 "(--help)\n";
    return 2;
  }
  if (!waivers_are_known(suite)) return 2;
  register_cases(suite);
  const int status = RUN_ALL_TESTS();
  return testing::GTEST_FLAG(list_tests) ? status : summarise(suite, status);
} catch (const std::exception& error) {
  std::cerr << "conformance: " << error.what() << "\n";
  return 2;
}

}  // namespace oauth_callback::conformance
