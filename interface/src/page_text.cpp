#include "page_text.hpp"

#include <algorithm>
#include <utility>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"

namespace oauth_callback {
namespace {

// So that it can stand in a field and in an attribute as it is.
bool is_clean(std::string_view url) noexcept {
  return std::all_of(url.begin(), url.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
  });
}

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// RFC 3986 section 3.1. A single letter is a drive.
bool is_scheme(std::string_view text) noexcept {
  return text.size() > 1 && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
         });
}

template <typename Literal>
std::string fill(std::string_view text, const PageValues& values, Literal literal) {
  const std::pair<std::string_view, std::string_view> known[] = {
      {"{{error}}", values.error},
      {"{{error_description}}", values.error_description},
      {"{{error_uri}}", values.error_uri},
      {"{{app_name}}", values.app_name}};
  std::string out;
  while (!text.empty()) {
    std::size_t taken = text.find("{{", text.starts_with("{{") ? 1 : 0);
    if (taken == std::string_view::npos) taken = text.size();
    std::string part = literal(text.substr(0, taken));
    for (const auto& [name, value] : known) {
      if (!text.starts_with(name)) continue;
      taken = name.size();
      part = escape_html(value);
    }
    out += part;
    text.remove_prefix(taken);
  }
  return out;
}

}  // namespace

PageValues page_values(const CallbackResult& result, std::string app_name) {
  return {result.error, result.error_description,
          is_http_url(result.error_uri) ? result.error_uri : std::string(), std::move(app_name)};
}

std::string fill_html(std::string_view html, const PageValues& values) {
  return fill(html, values, [](std::string_view part) { return std::string(part); });
}

std::string fill_plain(std::string_view text, const PageValues& values) {
  return fill(text, values, [](std::string_view part) { return escape_html(part); });
}

bool is_http_url(std::string_view url) noexcept {
  const std::string_view rest = iequals(url.substr(0, 8), "https://")  ? url.substr(8)
                                : iequals(url.substr(0, 7), "http://") ? url.substr(7)
                                                                       : std::string_view();
  return !rest.empty() && rest.front() != '/' && is_clean(url);
}

// These run in the page's own origin, or show what no server sent.
bool is_return_url(std::string_view url) noexcept {
  constexpr std::string_view refused[] = {"javascript", "data", "vbscript",    "blob", "file",
                                          "filesystem", "jar",  "view-source", "about"};
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || !is_clean(url)) return false;
  if (url.find_first_of("'`") != std::string_view::npos) return false;
  const std::string_view scheme = url.substr(0, colon);
  return is_scheme(scheme) &&
         std::none_of(std::begin(refused), std::end(refused),
                      [&](std::string_view one) { return iequals(scheme, one); });
}

}  // namespace oauth_callback
