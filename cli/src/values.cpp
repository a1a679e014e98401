#include "values.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <memory>
#include <system_error>

#include "exit_status.hpp"
#include "oauth_callback/encoding.hpp"
#include "oauth_callback/options.hpp"
#include "text.hpp"

namespace oauth_callback::cli {
namespace {

constexpr std::size_t largest_page = 1024 * 1024;

template <typename Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

std::string quoted(std::string_view text) { return "'" + printable(text) + "'"; }

[[noreturn]] void cannot_read(const std::string& option, const std::string& file, int error) {
  throw UsageError(option + ": cannot read " + quoted(file) + ": " +
                   std::generic_category().message(error));
}

}  // namespace

std::chrono::milliseconds parse_duration(std::string_view text) {
  constexpr long long day = 24LL * 60 * 60 * 1000;
  struct Unit {
    std::string_view suffix;
    long long milliseconds;
  };
  for (const Unit unit :
       {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"", 1000}}) {
    if (!text.ends_with(unit.suffix)) continue;
    long long number = 0;
    if (!parse_number(text.substr(0, text.size() - unit.suffix.size()), number)) break;
    if (number <= 0 || number > day / unit.milliseconds) break;
    return std::chrono::milliseconds(number * unit.milliseconds);
  }
  throw UsageError("--timeout: " + quoted(text) +
                   " is not a time: write 30s, 5m, 1h or 500ms, up to 24h");
}

std::vector<std::uint16_t> parse_ports(std::string_view text) {
  std::vector<std::uint16_t> ports;
  std::string_view rest = text;
  while (true) {
    const auto end = rest.find(',');
    std::uint16_t port = 0;
    if (!parse_number(rest.substr(0, end), port)) {
      throw UsageError(
          "--port: " + quoted(text) +
          " is not a list of ports: write numbers from 1 to 65535, with commas between "
          "them, or 0 for any free port");
    }
    ports.push_back(port);
    if (end == std::string_view::npos) return ports;
    rest.remove_prefix(end + 1);
  }
}

void check_redirect_host(std::string_view text) {
  const bool is_name = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.';
  });
  const bool is_ipv6 = std::count(text.begin(), text.end(), ':') > 1 &&
                       text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  if (is_name || is_ipv6) return;
  throw UsageError("--redirect-host: " + quoted(text) +
                   " is not a host: write a name such as localhost, without a port");
}

void check_web_url(const std::string& option, std::string_view text) {
  const bool is_web = text.starts_with("https://") || text.starts_with("http://");
  const bool is_printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (is_web && is_printable) return;
  throw UsageError(option + ": " + quoted(text) +
                   " is not an http(s) URL: begin it with https://, and "
                   "percent-encode spaces");
}

void check_return_url(std::string_view text) {
  if (is_return_url(text)) return;
  throw UsageError("--return-url: " + quoted(text) +
                   " cannot lead back: write a URL with a scheme of your program's, such as "
                   "my-app://signed-in, or https://");
}

std::string read_page(const std::string& option, const std::string& file) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"),
                                                               std::fclose);
  if (!stream) cannot_read(option, file, errno);
  std::string page(largest_page + 1, '\0');
  page.resize(std::fread(page.data(), 1, page.size(), stream.get()));
  if (std::ferror(stream.get()) != 0) cannot_read(option, file, errno);
  if (page.empty())
    throw UsageError(option + ": " + quoted(file) + " is empty: write a page into it");
  if (page.size() > largest_page)
    throw UsageError(option + ": " + quoted(file) + " is larger than 1 MiB");
  if (!is_utf8(page)) throw UsageError(option + ": " + quoted(file) + " is not UTF-8: convert it");
  return page;
}

}  // namespace oauth_callback::cli
