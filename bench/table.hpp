// A table in Markdown, with its columns lined up, so that a terminal shows it as well.
#pragma once

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

namespace oauth_callback::bench {

class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string str() const {
    std::string text = line(rows_.front()) + rule();
    for (std::size_t i = 1; i < rows_.size(); ++i) text += line(rows_[i]);
    return text;
  }

 private:
  std::size_t width(std::size_t column) const {
    std::size_t most = 3;
    for (const auto& row : rows_) most = std::max(most, row[column].size());
    return most;
  }

  // The first column is text, the others are numbers.
  std::string line(const std::vector<std::string>& row) const {
    std::string text = "|";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string space(width(i) - row[i].size(), ' ');
      text += " " + (i == 0 ? row[i] + space : space + row[i]) + " |";
    }
    return text + "\n";
  }

  std::string rule() const {
    std::string text = "|";
    for (std::size_t i = 0; i < rows_.front().size(); ++i)
      text += std::string(width(i) + (i == 0 ? 2 : 1), '-') + (i == 0 ? "|" : ":|");
    return text + "\n";
  }

  std::vector<std::vector<std::string>> rows_;
};

inline std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

// To standard output, and to the file when there is to be one.
inline void publish(const std::string& text, const std::string& file) {
  std::cout << text;
  if (!file.empty()) std::ofstream(file) << text;
}

}  // namespace oauth_callback::bench
