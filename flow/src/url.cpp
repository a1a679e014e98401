#include "url.hpp"

#include <algorithm>
#include <charconv>

#include "oauth_callback/errors.hpp"

namespace oauth_callback::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

bool is_alnum(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z'); }

// Braces are no URL characters either, but templates such as {redirect_uri} have them.
bool may_stand_in_url(char c) {
  return c > ' ' && c <= '~' && std::string_view("\"'`<>\\^|").find(c) == std::string_view::npos;
}

bool is_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_ipv6_literal(std::string_view host) {
  return host.size() >= 2 && std::all_of(host.begin(), host.end(), [](char c) {
           return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f') || c == ':' || c == '.';
         });
}

bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  if (text.empty() || text.size() > 5 || !std::all_of(text.begin(), text.end(), is_digit))
    return false;
  unsigned value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  if (value == 0 || value > 65535) return false;
  port = static_cast<std::uint16_t>(value);
  return true;
}

bool parse_authority(std::string_view authority, Url& url) {
  std::string_view port;
  bool has_port = false;
  if (!authority.empty() && authority.front() == '[') {
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return false;
    url.host = to_lower(authority.substr(1, end - 1));
    authority.remove_prefix(end + 1);
    if (!is_ipv6_literal(url.host)) return false;
    has_port = !authority.empty();
    if (has_port && authority.front() != ':') return false;
    port = authority.substr(has_port ? 1 : 0);
  } else {
    const auto colon = authority.find(':');
    has_port = colon != std::string_view::npos;
    url.host = to_lower(authority.substr(0, colon));
    if (has_port) port = authority.substr(colon + 1);
    if (!is_name(url.host)) return false;
  }
  return !has_port || parse_port(port, url.port);
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), may_stand_in_url)) return std::nullopt;
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = to_lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  std::string_view rest = text.substr(colon + 3);

  const auto authority_end = std::min(rest.find_first_of("/?#"), rest.size());
  if (!parse_authority(rest.substr(0, authority_end), url)) return std::nullopt;
  rest.remove_prefix(authority_end);

  const auto hash = rest.find('#');
  url.has_fragment = hash != std::string_view::npos;
  rest = rest.substr(0, hash);
  const auto question = rest.find('?');
  url.has_query = question != std::string_view::npos;
  url.path = rest.substr(0, question);
  return url;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  if (!host.starts_with("127.")) return false;
  // Browsers read "127.1" and "127.0.0.0x1" as addresses too; only the usual spelling is taken.
  int parts = 1;
  host.remove_prefix(4);
  while (true) {
    const std::string_view part = host.substr(0, host.find('.'));
    unsigned value = 0;
    if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit))
      return false;
    std::from_chars(part.data(), part.data() + part.size(), value);
    if (value > 255 || (part.size() > 1 && part.front() == '0')) return false;
    ++parts;
    if (part.size() == host.size()) break;
    host.remove_prefix(part.size() + 1);
  }
  return parts == 4;
}

void require_browsable(std::string_view url, std::string_view what) {
  const std::string name(what);
  if (!std::all_of(url.begin(), url.end(), may_stand_in_url)) {
    throw Error(errc::invalid_option,
                name +
                    " holds a space, a quote, a control byte or another character "
                    "that no URL may hold: percent-encode it");
  }
  const std::string start = to_lower(url.substr(0, 8));
  if (!start.starts_with("https://") && !start.starts_with("http://")) {
    throw Error(errc::invalid_option,
                name + " is not an http(s) URL: it has to begin with https://");
  }
  const auto parsed = parse_url(url);
  if (!parsed) {
    throw Error(errc::invalid_option,
                name + " has no valid host: write it as https://HOST/PATH, without a user name");
  }
  if (parsed->scheme == "http" && !is_loopback_host(parsed->host)) {
    throw Error(errc::invalid_option,
                name + " is http, which is taken for this machine only: use https://");
  }
}

}  // namespace oauth_callback::detail
