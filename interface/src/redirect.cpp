#include "redirect.hpp"

#include <algorithm>

namespace oauth_callback {
namespace {

constexpr std::string_view scheme = "http://";

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view white_space = " \t\r\n";
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

// In a query that stands alone, its first '=' or '&' comes before any '?' and any "://".
bool is_query(std::string_view text) noexcept {
  if (text.starts_with('?')) return true;
  const auto separator = text.find_first_of("?=&");
  return separator != std::string_view::npos && text[separator] != '?' &&
         text.substr(0, separator).find('/') == std::string_view::npos;
}

}  // namespace

Redirect read_redirect(std::string_view text, std::size_t max_target_bytes) {
  text = trim(text);
  text = text.substr(0, text.find('#'));
  Redirect redirect;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; })) {
    redirect.well_formed = false;
    return redirect;
  }
  redirect.query_only = is_query(text);
  if (redirect.query_only) {
    redirect.target = text.starts_with('?') ? "" : "?";
  } else if (text.starts_with(scheme)) {
    text.remove_prefix(scheme.size());
    redirect.authority = text.substr(0, text.find_first_of("/?"));
    text.remove_prefix(redirect.authority.size());
    // As a browser sends it.
    if (!text.starts_with('/')) redirect.target = "/";
  } else {
    return redirect;
  }
  redirect.target += text;
  redirect.well_formed = redirect.target.size() <= max_target_bytes;
  return redirect;
}

}  // namespace oauth_callback
