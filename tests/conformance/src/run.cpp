#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "document.hpp"
#include "oauth_callback/conformance.hpp"
#include "options.hpp"
#include "watchdog.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr int long_factor = 30;

struct Suite {
  Subject subject;
  Options options;
  Cases cases;
  Watchdog watchdog{};
  std::map<std::string, std::string> waived_failures{};  // id, reason
};

const Waiver* waiver_for(const Subject& subject, std::string_view id) {
  const auto found = std::find_if(subject.waivers.begin(), subject.waivers.end(),
                                  [&](const Waiver& waiver) { return waiver.id == id; });
  return found == subject.waivers.end() ? nullptr : &*found;
}

class CaseTest : public testing::Test {
 public:
  CaseTest(Suite& suite, const Case& test_case) : suite_(suite), case_(test_case) {}

  void TestBody() override {
    RecordProperty("id", case_.id);
    std::string failure;
    std::string skipped;
    run_body(failure, skipped);
    const Waiver* waiver = waiver_for(suite_.subject, case_.id);
    if (!skipped.empty()) GTEST_SKIP() << skipped;
    if (waiver == nullptr) {
      if (!failure.empty()) FAIL() << case_.id << ": " << case_.requirement << "\n" << failure;
      return;
    }
    RecordProperty("waived", waiver->reason);
    if (failure.empty()) {
      FAIL() << case_.id << " is waived (" << waiver->reason << ") and passes: take the waiver out";
    }
    suite_.waived_failures[case_.id] = waiver->reason;
    // Skipped in GoogleTest's eyes and in its reports, where there is no other word for it.
    GTEST_SKIP() << "waived (" << waiver->reason << "): " << failure;
  }

 private:
  void run_body(std::string& failure, std::string& skipped) {
    const int factor = case_.is_long ? long_factor : 1;
    suite_.watchdog.arm(case_.id, suite_.options.case_timeout * factor);
    try {
      case_.body(suite_.subject);
    } catch (const Skipped& reason) {
      skipped = reason.what();
    } catch (const std::exception& error) {
      failure = error.what();
    } catch (...) {
      failure = "threw what is no std::exception";
    }
    suite_.watchdog.disarm();
  }

  Suite& suite_;
  const Case& case_;
};

void register_cases(Suite& suite) {
  for (const Case& one : suite.cases) {
    if (one.is_long && !suite.options.soak) continue;
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
  const int waived = static_cast<int>(suite.waived_failures.size());
  const int tested = unit.successful_test_count() + unit.failed_test_count() + waived;
  std::cout << "conformance of " << suite.subject.name << ": " << tested << " of "
            << suite.cases.size() << " cases run, " << unit.failed_test_count() << " failed, "
            << unit.skipped_test_count() - waived << " skipped, " << waived << " waived\n";
  for (const auto& [id, reason] : suite.waived_failures) {
    std::cout << "  waived " << id << ": " << reason << "\n";
  }
  const auto is_long = [](const Case& one) { return one.is_long; };
  const auto left_out = std::count_if(suite.cases.begin(), suite.cases.end(), is_long);
  if (!suite.options.soak) std::cout << "  left out: " << left_out << " long cases (--soak)\n";
  if (status == 0 && tested == 0) {
    std::cerr << "conformance: nothing was tested; see --list for the cases\n";
    return 1;
  }
  return status;
}

// Takes from the arguments what is GoogleTest's. False when something is left.
bool init_googletest(std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  testing::InitGoogleTest(&count, pointers.data());
  if (count <= 1) return true;
  std::cerr << "conformance: unknown option '" << pointers[1]
            << "'; there are --list, --markdown, --filter=, --captures=, --soak, --case-timeout= "
               "and GoogleTest's own (--help)\n";
  return false;
}

}  // namespace

int run(int argc, char** argv, Subject subject) try {
  if (const auto status = run_as_child(argc, argv)) return *status;
  Options options = parse_options(argc, argv);
  Cases cases = all_cases(options.captures);
  if (options.list) print_list(std::cout, cases);
  if (options.markdown) print_markdown(std::cout, cases);
  if (options.list || options.markdown) return 0;
  if (!init_googletest(options.rest)) return 2;
  Suite suite{std::move(subject), std::move(options), std::move(cases)};
  if (!waivers_are_known(suite)) return 2;
  register_cases(suite);
  const int status = RUN_ALL_TESTS();
  return testing::GTEST_FLAG(list_tests) ? status : summarise(suite, status);
} catch (const std::exception& error) {
  std::cerr << "conformance: " << error.what() << "\n";
  return 2;
}

}  // namespace oauth_callback::conformance
