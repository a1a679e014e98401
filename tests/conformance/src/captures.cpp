#include "captures.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

namespace oauth_callback::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view host_field = "\r\nHost: ";
constexpr std::string_view end_of_head = "\r\n\r\n";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<Capture> load_captures(const std::string& folder) {
  std::map<std::string, std::vector<fs::path>> scenarios;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() != ".raw") continue;
    scenarios[fs::relative(at->path().parent_path(), folder).generic_string()].push_back(
        at->path());
  }
  if (scenarios.empty()) throw std::runtime_error("no captures in the folder '" + folder + "'");
  std::vector<Capture> captures;
  for (auto& [scenario, files] : scenarios) {
    std::sort(files.begin(), files.end());
    Capture capture{scenario, {}};
    for (const fs::path& file : files)
      capture.connections.push_back({file.filename().string(), read(file)});
    captures.push_back(std::move(capture));
  }
  return captures;
}

std::string_view captured_authority(std::string_view bytes) {
  const std::size_t field = bytes.find(host_field);
  if (field == std::string_view::npos) return {};
  bytes.remove_prefix(field + host_field.size());
  const std::size_t end = bytes.find("\r\n");
  return end == std::string_view::npos ? std::string_view() : bytes.substr(0, end);
}

std::string with_authority(std::string_view bytes, std::string_view authority) {
  const std::string_view old = captured_authority(bytes);
  if (old.empty()) return std::string(bytes);
  std::string out;
  // Up to the end of the first head: a body's length is announced.
  const std::size_t head_end = std::min(bytes.find(end_of_head), bytes.size());
  std::size_t from = 0;
  for (std::size_t at = bytes.find(old); at < head_end; at = bytes.find(old, from)) {
    out.append(bytes.substr(from, at - from)).append(authority);
    from = at + old.size();
  }
  return out.append(bytes.substr(from));
}

}  // namespace oauth_callback::conformance
