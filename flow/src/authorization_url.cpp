#include "authorization_url.hpp"

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback::detail {
namespace {

constexpr std::string_view placeholders[] = {"{redirect_uri}", "%7Bredirect_uri%7D",
                                             "%7bredirect_uri%7d"};

bool contains_placeholder(std::string_view text) {
  for (const auto placeholder : placeholders) {
    if (text.find(placeholder) != std::string_view::npos) return true;
  }
  return false;
}

void replace_placeholders(std::string& text, std::string_view value) {
  for (const auto placeholder : placeholders) {
    for (auto at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + value.size())) {
      text.replace(at, placeholder.size(), value);
    }
  }
}

}  // namespace

AuthorizationUrl::AuthorizationUrl(std::string_view url) {
  const auto hash = url.find('#');
  if (hash != std::string_view::npos) fragment_ = url.substr(hash);
  url = url.substr(0, hash);
  const auto question = url.find('?');
  base_ = url.substr(0, question);
  if (question == std::string_view::npos) return;
  std::string_view query = url.substr(question + 1);
  while (true) {
    const auto end = query.find('&');
    pairs_.emplace_back(query.substr(0, end));
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
}

std::vector<std::size_t> AuthorizationUrl::positions(std::string_view name) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    const Form form = parse_form(pairs_[i]);
    if (!form.parameters.empty() && form.parameters.front().name == name) found.push_back(i);
  }
  return found;
}

std::optional<std::string> AuthorizationUrl::find(std::string_view name) const {
  const auto found = positions(name);
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    throw Error(errc::invalid_option, "the authorization URL has " + std::string(name) +
                                          " twice: leave one (RFC 6749 section 3.1)");
  }
  const Form form = parse_form(pairs_[found.front()]);
  if (!form.well_formed) {
    throw Error(errc::invalid_option, "the authorization URL's " + std::string(name) +
                                          " is not well-formed: check its percent-encoding");
  }
  std::string value = form.parameters.front().value;
  if (value.empty()) return std::nullopt;
  return value;
}

void AuthorizationUrl::set(std::string_view name, std::string_view value) {
  std::string pair = percent_encode(name) + "=" + percent_encode(value);
  const auto found = positions(name);
  if (!found.empty()) {
    pairs_[found.front()] = std::move(pair);
  } else if (!pairs_.empty() && pairs_.back().empty()) {
    pairs_.back() = std::move(pair);
  } else {
    pairs_.push_back(std::move(pair));
  }
}

bool AuthorizationUrl::has_placeholder() const {
  if (contains_placeholder(base_) || contains_placeholder(fragment_)) return true;
  for (const auto& pair : pairs_) {
    if (contains_placeholder(pair)) return true;
  }
  return false;
}

void AuthorizationUrl::replace_placeholder(std::string_view value) {
  const std::string encoded = percent_encode(value);
  replace_placeholders(base_, encoded);
  for (auto& pair : pairs_) replace_placeholders(pair, encoded);
  replace_placeholders(fragment_, encoded);
}

std::string AuthorizationUrl::str() const {
  std::string url = base_;
  char separator = '?';
  for (const auto& pair : pairs_) {
    url.append(1, separator).append(pair);
    separator = '&';
  }
  return url + fragment_;
}

}  // namespace oauth_callback::detail
