// differential [--captures=DIR] [--seed=N] [--count=N | --only=INDEX] [--write=DIR]: sends the same
// bytes to every backend and to the reference, and compares what comes back byte for byte. --only
// sends one generated input again, to a server that has seen no other; --write writes the inputs
// into files, for the fuzz targets, and sends nothing.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "differential/contest.hpp"
#include "differential/inputs.hpp"
#include "differential/report.hpp"
#include "options.hpp"

namespace oauth_callback::differential {
namespace {

constexpr int shown_mismatches = 10;
constexpr std::size_t batch_size = 256;
// With so many generated inputs every status that can occur does.
constexpr std::size_t telling_count = 2000;

struct Options {
  std::string captures;
  std::string write_to;
  std::uint64_t seed = 20261123;
  std::uint64_t count = 20'000;
  std::optional<std::uint64_t> only;
};

struct Level {
  std::string_view name;
  std::unique_ptr<Player> (*make_player)(const Contestant&);
  std::vector<int> statuses;  // 0: the connection ends without an answer
};

// All that one input can lead to: 408 takes time, and 500 a hook.
std::vector<Level> levels() {
  return {
      {"what reaches the handler", make_echo_player, {200, 400, 411, 413, 414, 417, 431, 501, 505}},
      {"what the callback server answers",
       make_server_player,
       {200, 303, 400, 403, 404, 405, 411, 413, 414, 415, 417, 421, 431, 501, 503, 505}}};
}

std::vector<Outcome> play_all(Player& player, std::span<const Input> inputs) {
  std::vector<Outcome> outcomes;
  for (const Input& input : inputs) outcomes.push_back(player.play(input));
  return outcomes;
}

// Each contestant plays the inputs in their order, beside the others.
std::vector<std::vector<Outcome>> play_batch(const std::vector<std::unique_ptr<Player>>& players,
                                             std::span<const Input> inputs) {
  std::vector<std::future<std::vector<Outcome>>> running;
  for (const auto& player : players) {
    running.push_back(
        std::async(std::launch::async, [&player, inputs] { return play_all(*player, inputs); }));
  }
  std::vector<std::vector<Outcome>> outcomes;
  for (auto& one : running) outcomes.push_back(one.get());
  return outcomes;
}

// The number of inputs on which not all agree, and 1 for each status that never occurred. The last
// `generated` of the inputs are generated.
int compete(const Level& level, const std::vector<Contestant>& all,
            const std::vector<Input>& inputs, std::size_t generated) {
  std::vector<std::unique_ptr<Player>> players;
  for (const Contestant& contestant : all) players.push_back(level.make_player(contestant));
  int mismatches = 0;
  Histogram histogram;
  for (std::size_t begin = 0; begin < inputs.size(); begin += batch_size) {
    const auto batch =
        std::span(inputs).subspan(begin, std::min(batch_size, inputs.size() - begin));
    const auto outcomes = play_batch(players, batch);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Outcome& reference = outcomes.front()[i];
      if (begin + i + generated >= inputs.size()) histogram.add(reference.answer);
      const auto other = std::find_if(outcomes.begin(), outcomes.end(),
                                      [&](const auto& one) { return one[i] != reference; });
      if (other == outcomes.end() || ++mismatches > shown_mismatches) continue;
      const auto who = static_cast<std::size_t>(other - outcomes.begin());
      print_mismatch(batch[i], all[who].name, (*other)[i], all.front().name, reference);
    }
  }
  std::printf("%s: %zu inputs, %d mismatches\n", std::string(level.name).c_str(), inputs.size(),
              mismatches);
  if (generated < telling_count) return mismatches;
  histogram.print();
  const auto missing = histogram.missing(level.statuses);
  for (const int status : missing) std::printf("NO GENERATED INPUT leads to %d\n", status);
  return mismatches + static_cast<int>(missing.size());
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const auto [option, value] = conformance::split_argument(argv[i]);
    if (option == "--captures") {
      options.captures = value;
    } else if (option == "--seed") {
      options.seed = conformance::parse_number(value, option);
    } else if (option == "--count") {
      options.count = conformance::parse_number(value, option);
    } else if (option == "--only") {
      options.only = conformance::parse_number(value, option);
    } else if (option == "--write") {
      options.write_to = value;
    } else {
      throw std::runtime_error(
          "unknown option; there are --captures=DIR, --seed=N, --count=N, --only=INDEX, "
          "--write=DIR");
    }
  }
  return options;
}

void write(const std::vector<Input>& inputs, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    std::ofstream file(folder / std::to_string(i), std::ios::binary);
    file << inputs[i].bytes;
    if (!file.flush()) throw std::runtime_error("cannot write into " + folder.string());
  }
}

int run(const Options& options) {
  std::vector<Input> inputs = hand_written_inputs();
  if (!options.captures.empty()) {
    auto captured = captured_inputs(options.captures);
    std::move(captured.begin(), captured.end(), std::back_inserter(inputs));
  }
  const std::vector<std::string> bases = bases_of(inputs);
  if (options.only) inputs.clear();
  const std::uint64_t first = options.only.value_or(0);
  const std::uint64_t count = options.only ? 1 : options.count;
  for (std::uint64_t i = first; i < first + count; ++i) {
    inputs.push_back(generated_input(options.seed, i, bases));
  }
  if (!options.write_to.empty()) {
    write(inputs, options.write_to);
    return 0;
  }

  const std::vector<Contestant> all = contestants();
  std::cout << "seed " << options.seed << "; contestants:";
  for (const Contestant& contestant : all) std::cout << " " << contestant.name;
  std::cout << std::endl;
  if (all.size() < 2)
    throw std::runtime_error("nobody to compare with the reference: build a backend");
  int failures = 0;
  for (const Level& level : levels()) failures += compete(level, all, inputs, count);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oauth_callback::differential

int main(int argc, char** argv) {
  try {
    return oauth_callback::differential::run(oauth_callback::differential::parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "differential: " << error.what() << "\n";
    return 2;
  }
}
