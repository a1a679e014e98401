// What the authorization server sent back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback {

struct Parameter {
  std::string name;
  std::string value;

  friend bool operator==(const Parameter&, const Parameter&) = default;
};

namespace detail {
class HeldPage;

// Says nothing about the response, so it takes no part in a comparison.
struct PageHandle {
  std::shared_ptr<const HeldPage> page;

  friend bool operator==(const PageHandle&, const PageHandle&) noexcept { return true; }
};
}  // namespace detail

// An authorization response (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207), form-decoded.
// A parameter that was not sent, or sent without a value, is empty: RFC 6749 section 3.1 treats
// both alike. `parameters` keeps everything that was sent, in the order it came.
struct CallbackResult {
  std::string code;
  std::string state;
  std::string iss;
  std::string error;
  std::string error_description;
  std::string error_uri;
  std::vector<Parameter> parameters;
  detail::PageHandle held_page = {};  // the server's own

  // False when the authorization server refused.
  bool ok() const noexcept { return error.empty(); }

  // The first parameter of that name. The view lives as long as this object.
  std::optional<std::string_view> parameter(std::string_view name) const noexcept;

  // What became of the response, for the page that Expectation::hold_page keeps waiting: the
  // success page, or the failure page, with `message` for the user to read (no secrets). Any
  // thread, on any copy; the first call decides. Without effect when no page is held: not asked
  // for, a refusal, past hold_timeout, or after the server has stopped. When the last copy is gone,
  // the one that the PendingCallback keeps included, nobody can tell any more: then the page says
  // so at once.
  void succeed() const noexcept;
  void fail(std::string_view message = {}) const noexcept;

  friend bool operator==(const CallbackResult&, const CallbackResult&) = default;
};

// Fills the named members from `parameters`.
CallbackResult make_callback_result(std::vector<Parameter> parameters);

}  // namespace oauth_callback
