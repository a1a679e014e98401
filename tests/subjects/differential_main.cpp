// differential [--captures=DIR] [--seed=N] [--count=N]: sends the same bytes to every backend and
// to the reference, and compares what comes back byte for byte.
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "differential/contest.hpp"
#include "differential/inputs.hpp"

namespace oauth_callback::differential {
namespace {

constexpr int shown_mismatches = 10;

void print_hex(std::string_view title, std::string_view bytes, std::size_t from) {
  constexpr std::size_t row = 16;
  constexpr std::size_t rows = 24;
  std::printf("  %.*s (%zu bytes)\n", static_cast<int>(title.size()), title.data(), bytes.size());
  std::size_t at = from / row * row;
  for (std::size_t line = 0; line < rows && at < bytes.size(); ++line, at += row) {
    std::printf("    %06zx ", at);
    std::string text;
    for (std::size_t i = at; i < at + row && i < bytes.size(); ++i) {
      std::printf(" %02x", static_cast<unsigned>(static_cast<unsigned char>(bytes[i])));
      text += bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '.';
    }
    std::printf("  %s\n", text.c_str());
  }
}

void print_mismatch(const Input& input, const std::string& name, const Outcome& actual,
                    const std::string& reference_name, const Outcome& reference) {
  std::printf("MISMATCH on %s%s: %s and %s differ\n", input.name.c_str(),
              input.half_close ? " (half-closed)" : "", name.c_str(), reference_name.c_str());
  print_hex("sent", input.bytes, 0);
  std::size_t same = 0;
  while (same < actual.answer.size() && same < reference.answer.size() &&
         actual.answer[same] == reference.answer[same]) {
    ++same;
  }
  if (actual.answer != reference.answer)
    std::printf("  the answers differ from byte %06zx on\n", same);
  const std::size_t from = same > 64 ? same - 64 : 0;
  for (const auto& [who, outcome] :
       {std::pair(&reference_name, &reference), std::pair(&name, &actual)}) {
    print_hex(*who, outcome->answer, from);
    std::printf("    then %s; event: %s\n", outcome->end.c_str(), outcome->event.c_str());
  }
}

// The number of inputs on which not all agree.
int compete(std::string_view level, const std::vector<Contestant>& all,
            const std::vector<Input>& inputs,
            std::unique_ptr<Player> (*make_player)(const Contestant&)) {
  std::vector<std::unique_ptr<Player>> players;
  for (const Contestant& contestant : all) players.push_back(make_player(contestant));
  int mismatches = 0;
  for (const Input& input : inputs) {
    const Outcome reference = players.front()->play(input);
    bool agreed = true;
    for (std::size_t i = 1; i < players.size(); ++i) {
      const Outcome outcome = players[i]->play(input);
      if (outcome == reference) continue;
      if (agreed && ++mismatches <= shown_mismatches) {
        print_mismatch(input, all[i].name, outcome, all.front().name, reference);
      }
      agreed = false;
    }
  }
  std::cout << level << ": " << inputs.size() << " inputs, " << mismatches << " mismatches"
            << std::endl;
  return mismatches;
}

std::uint64_t parse_number(std::string_view text, std::string_view option) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return number;
  throw std::runtime_error(std::string(option) + " needs a number");
}

int run(int argc, char** argv) {
  std::string captures;
  std::uint64_t seed = 20261123;
  std::uint64_t count = 2000;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    const std::size_t equals = argument.find('=');
    const std::string_view option = argument.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? "" : argument.substr(equals + 1);
    if (option == "--captures") {
      captures = value;
    } else if (option == "--seed") {
      seed = parse_number(value, option);
    } else if (option == "--count") {
      count = parse_number(value, option);
    } else {
      throw std::runtime_error("unknown option; there are --captures=DIR, --seed=N, --count=N");
    }
  }
  std::vector<Input> inputs = hand_written_inputs();
  const auto append = [&](std::vector<Input> more) {
    inputs.insert(inputs.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  if (!captures.empty()) append(captured_inputs(captures));
  append(generated_inputs(seed, count));

  const std::vector<Contestant> all = contestants();
  std::cout << "seed " << seed << "; contestants:";
  for (const Contestant& contestant : all) std::cout << " " << contestant.name;
  std::cout << std::endl;
  if (all.size() < 2)
    throw std::runtime_error("nobody to compare with the reference: build a backend");
  int mismatches = compete("what reaches the handler", all, inputs, make_echo_player);
  mismatches += compete("what the callback server answers", all, inputs, make_server_player);
  return mismatches == 0 ? 0 : 1;
}

}  // namespace
}  // namespace oauth_callback::differential

int main(int argc, char** argv) {
  try {
    return oauth_callback::differential::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "differential: " << error.what() << "\n";
    return 2;
  }
}
