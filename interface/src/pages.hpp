// The answers the user sees.
#pragma once

#include <string>
#include <string_view>

#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/result.hpp"

namespace oauth_callback {

// Pure. Every response carries the security fields of contract, part H; nothing from a request
// is ever in a field, nor in a page unless escaped.
class PageSet {
 public:
  // Throws errc::invalid_option when a success or error URL is not http(s).
  explicit PageSet(Pages pages);

  Response success(const CallbackResult& result) const;  // a page, or 303 to the caller's URL
  Response refused(const CallbackResult& result) const;  // the authorization server said no
  Response refusal(int status) const;                    // we say no
  Response failed(std::string_view message) const;       // the program could not use the response
  Response undecided() const;                            // nobody knows whether it could

 private:
  struct Template {
    std::string html;
    std::string policy;
  };
  static Template own_template(std::string html);
  Response render(int status, const Template& page, const CallbackResult& result) const;
  Response redirect(const std::string& url) const;

  Pages pages_;
  Template success_;
  Template refused_;
  std::string default_policy_;
};

}  // namespace oauth_callback
