#include "differential/report.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace oauth_callback::differential {
namespace {

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

int status_of(std::string_view answer) {
  constexpr std::string_view version = "HTTP/1.1 ";
  int status = 0;
  if (answer.starts_with(version)) {
    answer.remove_prefix(version.size());
    std::from_chars(answer.data(), answer.data() + answer.size(), status);
  }
  return status;
}

}  // namespace

void print_mismatch(const Input& input, const std::string& name, const Outcome& actual,
                    const std::string& reference_name, const Outcome& reference) {
  std::printf("MISMATCH on %s%s: %s and %s differ\n", input.name.c_str(),
              input.half_close ? " (half-closed)" : "", name.c_str(), reference_name.c_str());
  print_hex("sent", input.bytes, 0);
  const auto [differs, ignored] = std::mismatch(actual.answer.begin(), actual.answer.end(),
                                                reference.answer.begin(), reference.answer.end());
  const auto same = static_cast<std::size_t>(differs - actual.answer.begin());
  if (actual.answer != reference.answer)
    std::printf("  the answers differ from byte %06zx on\n", same);
  const std::size_t from = same > 64 ? same - 64 : 0;
  for (const auto& [who, outcome] :
       {std::pair(&reference_name, &reference), std::pair(&name, &actual)}) {
    print_hex(*who, outcome->answer, from);
    std::printf("    then %s; event: %s\n", outcome->end.c_str(), outcome->event.c_str());
  }
}

void Histogram::add(std::string_view answer) { ++counts_[status_of(answer)]; }

void Histogram::print() const {
  std::printf("  answers to generated inputs:");
  for (const auto& [status, count] : counts_) {
    std::printf(" %s %d;", status == 0 ? "none" : std::to_string(status).c_str(), count);
  }
  std::printf("\n");
}

std::vector<int> Histogram::missing(const std::vector<int>& expected) const {
  std::vector<int> never;
  std::copy_if(expected.begin(), expected.end(), std::back_inserter(never),
               [this](int status) { return !counts_.contains(status); });
  return never;
}

}  // namespace oauth_callback::differential
