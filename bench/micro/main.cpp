// bench_micro [--markdown=FILE] [GOOGLE-BENCHMARK-OPTION]…
#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "table.hpp"

namespace oauth_callback::bench {
namespace {

// As a table in Markdown: the same on a terminal and in the documentation.
class TableReporter : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) failed_ = true;
      const std::string name = run.run_name.function_name;
      const auto rate = run.counters.find("bytes_per_second");
      table_.add(
          {name,
           run.error_occurred ? run.error_message : fixed(run.GetAdjustedRealTime() / 1000, 2),
           rate == run.counters.end() ? "" : fixed(rate->second.value / 1e6, 0)});
    }
  }

  std::string str() const { return table_.str(); }
  bool failed() const noexcept { return failed_; }

 private:
  Table table_{{"in a process that is warm", "us", "MB/s"}};
  bool failed_ = false;
};

}  // namespace
}  // namespace oauth_callback::bench

int main(int argc, char** argv) {
  constexpr std::string_view option = "--markdown=";
  std::string markdown;
  if (argc > 1 && std::string_view(argv[1]).starts_with(option)) {
    markdown = argv[1] + option.size();
    argv[1] = argv[0];
    --argc;
    ++argv;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  oauth_callback::bench::TableReporter reporter;
  if (benchmark::RunSpecifiedBenchmarks(&reporter) == 0) return 1;
  oauth_callback::bench::publish(reporter.str(), markdown);
  return reporter.failed() ? 1 : 0;
}
