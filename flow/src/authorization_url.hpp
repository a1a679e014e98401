// The parameters of an authorization URL, changed without disturbing the rest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback::detail {

class AuthorizationUrl {
 public:
  explicit AuthorizationUrl(std::string_view url);

  // The decoded value. None when the parameter is absent or has no value, which RFC 6749
  // section 3.1 treats alike. Throws errc::invalid_option when it stands there twice, or is not
  // well-formed.
  std::optional<std::string> find(std::string_view name) const;

  // Gives the parameter a value, in its place if it stands there without one, else at the end of
  // the query.
  void set(std::string_view name, std::string_view value);

  // Whether "{redirect_uri}" stands anywhere after the host, percent-encoded braces included.
  bool has_placeholder() const;
  void replace_placeholder(std::string_view value);

  std::string str() const;

 private:
  std::vector<std::size_t> positions(std::string_view name) const;

  std::string base_;                // up to the query
  std::vector<std::string> pairs_;  // raw
  std::string fragment_;            // with its '#'
};

}  // namespace oauth_callback::detail
