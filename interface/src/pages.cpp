#include "pages.hpp"

#include <utility>

#include "oauth_callback/encoding.hpp"
#include "oauth_callback/errors.hpp"
#include "page_policy.hpp"

namespace oauth_callback {
namespace {

void require_http_url(const std::string& url, const char* option) {
  if (url.empty() || is_http_url(url)) return;
  throw Error(errc::invalid_option,
              std::string(option) + " must be an absolute http or https URL without spaces");
}

void require_return_url(const std::string& url) {
  if (url.empty() || is_return_url(url)) return;
  throw Error(errc::invalid_option,
              "return_url must be a URL with a scheme, such as my-app://signed-in, without spaces, "
              "quotes and angle brackets, and its scheme not javascript, data or the like");
}

struct Words {
  const std::string& title;
  const std::string& text;
};

Words words_for(int status, const PageTexts& texts) {
  switch (status) {
    case 404:
      return {texts.not_found_title, texts.not_found_text};
    case 421:
      return {texts.wrong_address_title, texts.wrong_address_text};
    case 500:
    case 503:
      return {texts.not_ready_title, texts.not_ready_text};
    default:
      return {texts.wrong_request_title, texts.wrong_request_text};
  }
}

}  // namespace

PageSet::PageSet(Pages pages)
    : pages_(std::move(pages)),
      success_(own_template(pages_.success_html)),
      refused_(own_template(pages_.error_html)),
      clean_policy_(policy_of_ours(clean_script)),
      closing_policy_(policy_of_ours(closing_script)) {
  require_http_url(pages_.success_url, "success_url");
  require_http_url(pages_.error_url, "error_url");
  require_return_url(pages_.return_url);
}

PageSet::Template PageSet::own_template(std::string html) {
  if (html.empty()) return {};
  html.append("<script>").append(clean_script).append("</script>\n");
  std::string policy = policy_of_own(html);
  return {std::move(html), std::move(policy)};
}

Response PageSet::render(const Template& page, const CallbackResult& result) const {
  return {200, security_fields(page.policy), fill_html(page.html, values_of(result))};
}

Response PageSet::redirect(const std::string& url) const {
  Response response{303, security_fields(clean_policy_), {}};
  response.fields.push_back({"Location", url});
  return response;
}

PageValues PageSet::values_of(const CallbackResult& result) const {
  return page_values(result, pages_.app_name.empty() ? pages_.texts.program : pages_.app_name);
}

Response PageSet::page(int status, const Part& part, const PageValues& values) const {
  const PageTexts& texts = pages_.texts;
  const std::string title = fill_plain(part.title, values);
  // What stands for a missing name in sentences is no name to show by itself.
  const bool named = !pages_.app_name.empty() && values.app_name == pages_.app_name;
  const std::string app = named ? escape_html(values.app_name) : std::string();
  const std::string_view script = part.closes ? closing_script : clean_script;
  std::string html = "<!doctype html>\n<html lang=\"" + escape_html(texts.lang) + "\" dir=\"" +
                     escape_html(texts.dir) + "\">\n<head>\n<meta charset=\"utf-8\">\n";
  html += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>";
  html += title + (app.empty() ? "" : " - " + app) + "</title>\n<style>";
  html.append(page_style).append("</style>\n</head>\n<body>\n<main class=\"");
  html.append(class_name(part.mark)).append("\">\n").append(drawing(part.mark)).append("\n");
  if (!app.empty()) html += "<p class=\"app\"><bdi>" + app + "</bdi></p>\n";
  html += "<h1>" + title + "</h1>\n" + part.content + "</main>\n<script>";
  html.append(script).append("</script>\n</body>\n</html>\n");
  return {status, security_fields(part.closes ? closing_policy_ : clean_policy_), std::move(html)};
}

std::string PageSet::paragraph(const std::string& text, const PageValues& values) const {
  return "<p>" + fill_plain(text, values) + "</p>\n";
}

std::string PageSet::note(const std::string& text, const PageValues& values) const {
  return "<p class=\"note\">" + fill_plain(text, values) + "</p>\n";
}

// The provider speaks a language of its own, whichever way the page is read.
std::string PageSet::provider_answer(const PageValues& values) const {
  std::string html = "<blockquote>\n" + note(pages_.texts.provider_text, values);
  html += "<p dir=\"auto\"><code>" + escape_html(values.error) + "</code></p>\n";
  if (!values.error_description.empty()) {
    html += "<p dir=\"auto\">" + escape_html(values.error_description) + "</p>\n";
  }
  if (!values.error_uri.empty()) {
    const std::string uri = escape_html(values.error_uri);
    html += "<p dir=\"ltr\"><a rel=\"noreferrer\" href=\"" + uri + "\">" + uri + "</a></p>\n";
  }
  return html + "</blockquote>\n";
}

std::string PageSet::return_link(const PageValues& values) const {
  if (pages_.return_url.empty()) return {};
  return "<p><a class=\"button\" href=\"" + escape_html(pages_.return_url) + "\">" +
         fill_plain(pages_.texts.return_text, values) + "</a></p>\n";
}

Response PageSet::success(const CallbackResult& result) const {
  if (!pages_.success_url.empty()) return redirect(pages_.success_url);
  if (!success_.html.empty()) return render(success_, result);
  const PageTexts& texts = pages_.texts;
  const PageValues values = values_of(result);
  // A tab that closes would take the way back with it.
  const bool closes = pages_.auto_close && pages_.return_url.empty();
  std::string content = paragraph(texts.success_text, values) + return_link(values);
  if (closes) {
    content += "<p class=\"note\" data-closing=\"" + fill_plain(texts.closing_text, values) +
               "\">" + fill_plain(texts.close_text, values) + "</p>\n";
  } else {
    content += note(texts.close_text, values);
  }
  return page(200, {Mark::done, texts.success_title, std::move(content), closes}, values);
}

Response PageSet::refused(const CallbackResult& result) const {
  if (!pages_.error_url.empty()) return redirect(pages_.error_url);
  if (!refused_.html.empty()) return render(refused_, result);
  const PageTexts& texts = pages_.texts;
  const PageValues values = values_of(result);
  return page(200,
              {Mark::refused, texts.refused_title,
               paragraph(texts.refused_text, values) + provider_answer(values) +
                   paragraph(texts.refused_advice, values) + return_link(values) +
                   note(texts.close_text, values)},
              values);
}

Response PageSet::failed(std::string_view message) const {
  if (!pages_.error_url.empty()) return redirect(pages_.error_url);
  if (!refused_.html.empty()) {
    CallbackResult result;
    result.error_description = message;
    return render(refused_, result);
  }
  const PageTexts& texts = pages_.texts;
  const PageValues values = values_of({});
  const std::string what = message.empty() ? paragraph(texts.failed_text, values)
                                           : "<p dir=\"auto\">" + escape_html(message) + "</p>\n";
  return page(200,
              {Mark::refused, texts.failed_title,
               what + paragraph(texts.failed_advice, values) + return_link(values) +
                   note(texts.close_text, values)},
              values);
}

Response PageSet::undecided() const {
  const PageTexts& texts = pages_.texts;
  const PageValues values = values_of({});
  return page(200,
              {Mark::waiting, texts.undecided_title,
               paragraph(texts.undecided_text, values) + return_link(values) +
                   note(texts.close_text, values)},
              values);
}

Response PageSet::refusal(int status) const {
  const Words words = words_for(status, pages_.texts);
  // Under a foreign name a page of the one who chose it can read this answer (DNS rebinding).
  const PageValues values = status == 421 ? page_values({}, pages_.texts.program) : values_of({});
  return page(status, {Mark::question, words.title, paragraph(words.text, values)}, values);
}

}  // namespace oauth_callback
