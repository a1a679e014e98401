// The answers the user sees.
#pragma once

#include <string>
#include <string_view>

#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/result.hpp"
#include "page_style.hpp"
#include "page_text.hpp"

namespace oauth_callback {

// Pure. Every response carries the security fields of contract, part H; nothing from a request
// is ever in a field, nor in a page unless escaped.
class PageSet {
 public:
  // Throws errc::invalid_option when a URL among the options is none that may stand there.
  explicit PageSet(Pages pages);

  Response success(const CallbackResult& result) const;  // a page, or 303 to the caller's URL
  Response refused(const CallbackResult& result) const;  // the authorization server said no
  Response refusal(int status) const;                    // we say no
  // The response was received. The program could not finish the sign-in, and says why; or has not
  // said yet what became of it.
  Response failed(std::string_view message) const;
  Response undecided() const;

 private:
  struct Template {
    std::string html;
    std::string policy;
  };
  static Template own_template(std::string html);
  Response render(const Template& page, const CallbackResult& result) const;
  Response redirect(const std::string& url) const;

  struct Part {
    Mark mark;
    const std::string& title;
    std::string content;
    bool closes = false;
  };
  PageValues values_of(const CallbackResult& result) const;
  Response page(int status, const Part& part, const PageValues& values) const;
  std::string paragraph(const std::string& text, const PageValues& values) const;
  std::string note(const std::string& text, const PageValues& values) const;
  std::string provider_answer(const PageValues& values) const;
  std::string return_link(const PageValues& values) const;

  Pages pages_;
  Template success_;
  Template refused_;
  std::string clean_policy_;
  std::string closing_policy_;
};

}  // namespace oauth_callback
