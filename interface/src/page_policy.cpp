#include "page_policy.hpp"

#include "oauth_callback/encoding.hpp"
#include "page_style.hpp"

namespace oauth_callback {
namespace {

std::string source_of(std::string_view text) { return "'sha256-" + base64(sha256(text)) + "'"; }

std::string policy(const std::string& styles, const std::string& scripts, std::string_view more) {
  std::string text =
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  text += more;
  if (!styles.empty()) text += "; style-src " + styles;
  return text + "; script-src " + scripts;
}

// The sources of all inline elements of that name.
std::string inline_sources(const std::string& html, std::string_view element) {
  std::string sources;
  const std::string open = "<" + std::string(element);
  const std::string close = "</" + std::string(element);
  const auto find = [&](std::string_view needle, std::size_t from) {
    for (; from + needle.size() <= html.size(); ++from) {
      if (iequals(std::string_view(html).substr(from, needle.size()), needle)) return from;
    }
    return std::string::npos;
  };
  for (std::size_t at = find(open, 0); at != std::string::npos; at = find(open, at)) {
    const std::size_t begin = html.find('>', at);
    const std::size_t end = begin == std::string::npos ? begin : find(close, begin);
    if (end == std::string::npos) break;
    sources += (sources.empty() ? "" : " ") +
               source_of(std::string_view(html).substr(begin + 1, end - begin - 1));
    at = end;
  }
  return sources;
}

}  // namespace

std::string policy_of_ours(std::string_view script) {
  // Most of the bytes, and always the same: hashed once.
  static const std::string style = source_of(page_style);
  return policy(style, source_of(script), "");
}

std::string policy_of_own(const std::string& html) {
  return policy(inline_sources(html, "style"), inline_sources(html, "script"), "; img-src data:");
}

std::vector<Field> security_fields(const std::string& policy) {
  return {{"Cache-Control", "no-store"},
          {"Content-Security-Policy", policy},
          {"Content-Type", "text/html; charset=utf-8"},
          {"Referrer-Policy", "no-referrer"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"}};
}

}  // namespace oauth_callback
