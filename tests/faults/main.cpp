// faults BACKEND [--scenario=NAME] [--call=NAME] [--nth=N] [--each=N] [--soak=SECONDS] [--seed=N]
//
// Plays each scenario again and again. Each time one call fails: the first, the second, … of each
// function, with each error that the function has, until there is no such call any more. A fault
// may make a call of ours throw what it may throw, or cost the user a reload; nothing else.
// --each=7: of the allocations only the first, the eighth, …, for builds in which each takes long.
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <iostream>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "child.hpp"

namespace oauth_callback::faults {
namespace {

struct Options {
  std::string backend;
  std::string scenario;
  std::string call;
  long nth = -1;
  long each = 1;
  long soak = 0;
  unsigned long seed = 1;
};

// A fault that a library does not survive, and that we cannot keep from it. It is left out, but for
// one scenario, where it has to do harm: once it does not any more, its line has to go.
struct Known {
  std::string_view backend;
  Call call;
  const Scenario& scenario;
  std::string_view reason;
};
const Known all_known[] = {
    {"beast", Call::epoll_ctl_eventfd, slow_hook,
     "Asio's epoll_reactor does not look whether its wake-up was added to the set; without it no "
     "other thread can wake the one that waits"}};

// What every backend calls. A run in which one of them never failed was blind.
constexpr Call required[] = {Call::allocation, Call::thread,      Call::socket, Call::bind,
                             Call::listen,     Call::getsockname, Call::accept, Call::receive,
                             Call::send,       Call::close,       Call::random};

struct Tally {
  int failed_calls = 0;
  int unnoticed = 0;
  int errors = 0;
  int reloads = 0;
  int failures = 0;
};

long number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= 0) return value;
  throw std::invalid_argument("not a number: " + std::string(text));
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    const std::string_view name = argument.substr(0, argument.find('='));
    const std::string_view value =
        name.size() < argument.size() ? argument.substr(name.size() + 1) : "";
    if (!argument.starts_with("--") && options.backend.empty()) {
      options.backend = argument;
    } else if (name == "--scenario") {
      options.scenario = value;
    } else if (name == "--call") {
      options.call = value;
    } else if (name == "--nth") {
      options.nth = number(value);
    } else if (name == "--each") {
      options.each = std::max(1L, number(value));
    } else if (name == "--soak") {
      options.soak = number(value);
    } else if (name == "--seed") {
      options.seed = static_cast<unsigned long>(number(value));
    } else {
      throw std::invalid_argument("unknown argument: " + std::string(argument));
    }
  }
  if (options.backend.empty()) throw std::invalid_argument("name a backend");
  return options;
}

const CallInfo& info_of(Call call) { return all_calls()[static_cast<std::size_t>(call)]; }

void print_failure(const Trial& trial, const Verdict& verdict) {
  std::cout << "FAILED: " << trial.backend << ", scenario " << trial.scenario.name;
  for (const Fault& fault : trial.faults) {
    std::cout << ", " << info_of(fault.call).name << " number " << fault.nth << " ("
              << std::strerror(fault.error) << ")";
  }
  std::cout << "\n  " << verdict.failure << "\n";
  if (!verdict.trace.empty()) std::cout << "  the fault hit in\n";
  for (const std::string& line : verdict.trace) std::cout << "    " << line << "\n";
  if (!verdict.crash.empty()) std::cout << "  it ended in\n";
  for (const std::string& line : verdict.crash) std::cout << "    " << line << "\n";
  std::cout << std::flush;
}

// True when a fault hit.
bool play(const Trial& trial, Tally& tally) {
  const Verdict verdict = run(trial);
  if (verdict.hits > 0) ++tally.failed_calls;
  if (!verdict.failure.empty()) {
    ++tally.failures;
    print_failure(trial, verdict);
  } else if (verdict.hits > 0) {
    if (verdict.effect.errors > 0) ++tally.errors;
    if (verdict.effect.reloads > 0) ++tally.reloads;
    if (verdict.effect.errors + verdict.effect.reloads == 0) ++tally.unnoticed;
  }
  return verdict.hits > 0;
}

bool is_known(const std::string& backend, Call call) {
  for (const Known& known : all_known) {
    if (known.backend == backend && known.call == call) return true;
  }
  return false;
}

// Which call is the last differs a little from run to run: threads take turns as they like.
void play_each(Trial trial, const CallInfo& info, int error, const Options& options, Tally& tally) {
  constexpr int misses_at_the_end = 3;
  const long step = info.call == Call::allocation ? options.each : 1;
  for (long nth = std::max(0L, options.nth), misses = 0; misses < misses_at_the_end; nth += step) {
    trial.faults = {{info.call, nth, error}};
    misses = play(trial, tally) ? 0 : misses + 1;
    if (options.nth >= 0) return;
  }
}

// How many do no harm any more.
int check_known(const std::string& backend) {
  int outdated = 0;
  for (const Known& known : all_known) {
    if (known.backend != backend) continue;
    const CallInfo& info = info_of(known.call);
    std::cout << "known: " << info.name << ": " << known.reason << std::endl;
    const Fault fault{known.call, 0, info.errors.front()};
    if (!run({backend, known.scenario, {fault}, true}).failure.empty()) continue;
    std::cout << "FAILED: that does no harm any more\n";
    ++outdated;
  }
  return outdated;
}

// A fault that lasts: the server waits, and does not try again and again (contract clause T10).
int play_lasting(const std::string& backend) {
  constexpr std::chrono::milliseconds duration{300};
  constexpr int most_calls = 60;
  int failures = 0;
  for (const auto& [call, error] :
       {std::pair(Call::accept, EMFILE), std::pair(Call::poll, ENOMEM)}) {
    const Trial trial{backend, all_scenarios().front(), {{call, 1, error, duration}}};
    Verdict verdict = run(trial);
    std::cout << info_of(call).name << " failed " << verdict.hits << " times in "
              << duration.count() << " ms\n";
    if (verdict.failure.empty() && verdict.hits > most_calls) verdict.failure = "it spins";
    if (verdict.failure.empty()) continue;
    print_failure(trial, verdict);
    ++failures;
  }
  return failures;
}

// Two faults at random places.
void soak(const Options& options, Tally& tally) {
  std::mt19937_64 random(options.seed);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(options.soak);
  while (std::chrono::steady_clock::now() < end) {
    Trial trial{options.backend, all_scenarios()[below(all_scenarios().size())], {}};
    while (trial.faults.size() < 2) {
      const CallInfo& info = all_calls()[below(3) != 0 ? 0 : below(all_calls().size())];
      const auto nth = static_cast<long>(below(info.call == Call::allocation ? 400 : 20));
      if (is_known(options.backend, info.call)) continue;
      trial.faults.push_back({info.call, nth, info.errors[below(info.errors.size())]});
    }
    play(trial, tally);
  }
}

void play_all(const Options& options, std::map<std::string_view, Tally>& tallies) {
  for (const CallInfo& info : all_calls()) {
    if (options.call.empty() ? is_known(options.backend, info.call) : options.call != info.name) {
      continue;
    }
    for (const Scenario& scenario : all_scenarios()) {
      if (!options.scenario.empty() && options.scenario != scenario.name) continue;
      for (const int error : info.errors) {
        play_each({options.backend, scenario, {}}, info, error, options, tallies[info.name]);
      }
    }
  }
}

int main(const Options& options) {
  warm_up(options.backend);
  if (!counts_threads) {
    std::cout << "threads left over are not counted: the sanitizer has its own" << std::endl;
  }
  std::map<std::string_view, Tally> tallies;
  if (options.soak > 0) {
    soak(options, tallies["pairs"]);
  } else {
    play_all(options, tallies);
  }
  int failed_calls = 0;
  int failures = 0;
  for (const auto& [name, tally] : tallies) {
    if (tally.failed_calls == 0) continue;
    std::cout << name << ": " << tally.failed_calls << " failed calls, " << tally.unnoticed
              << " unnoticed, " << tally.errors << " clear errors, " << tally.reloads
              << " reloads, " << tally.failures << " failures\n";
    failed_calls += tally.failed_calls;
    failures += tally.failures;
  }
  if (options.soak == 0 && options.scenario.empty() && options.call.empty()) {
    failures += check_known(options.backend) + play_lasting(options.backend);
    for (const Call call : required) {
      if (tallies[info_of(call).name].failed_calls > 0) continue;
      std::cout << "FAILED: " << info_of(call).name << " never failed: is the injection blind?\n";
      ++failures;
    }
  }
  std::cout << options.backend << ": " << failed_calls << " failed calls, " << failures
            << " failures" << std::endl;
  return failed_calls > 0 && failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oauth_callback::faults

int main(int argc, char** argv) {
  try {
    return oauth_callback::faults::main(oauth_callback::faults::parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "faults: " << error.what() << "\n";
    return 2;
  }
}
