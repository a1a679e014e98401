// A program that is measured, and what was measured of it.
#pragma once

#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "statistics.hpp"
#include "table.hpp"

namespace oauth_callback::bench {

struct Subject {
  std::string name;
  std::string floor;  // the name of the one it is compared to
  std::vector<std::string> command;
  std::map<std::string, std::vector<double>> samples;  // by column

  void add(const std::string& column, double value) { samples[column].push_back(value); }

  // "median (least-most)", in this unit.
  std::string cell(const std::string& column, double unit, int digits) const {
    const Summary summary = summarise(samples.at(column));
    return fixed(summary.median / unit, digits) + " (" + fixed(summary.least / unit, digits) + "-" +
           fixed(summary.most / unit, digits) + ")";
  }
};

// NAME=COMMAND, or NAME@FLOOR=COMMAND. The floor is the first of the others where none is named.
inline Subject parse_subject(const std::string& text, const std::vector<Subject>& others) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) throw std::invalid_argument(text + " is not NAME=COMMAND");
  Subject subject;
  subject.name = text.substr(0, equals);
  subject.floor = others.empty() ? subject.name : others.front().name;
  const std::size_t at = subject.name.find('@');
  if (at != std::string::npos) {
    subject.floor = subject.name.substr(at + 1);
    subject.name.resize(at);
  }
  std::istringstream words(text.substr(equals + 1));
  for (std::string word; words >> word;) subject.command.push_back(word);
  return subject;
}

}  // namespace oauth_callback::bench
