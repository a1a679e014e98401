#include "user_agent.hpp"

#include <algorithm>
#include <stdexcept>

#include "http_client.hpp"
#include "oauth_callback/encoding.hpp"

namespace oauth_callback::cli {
namespace {

// Enough for the pages of the demo's provider, whose attributes need no unescaping.
std::string attribute(std::string_view tag, std::string_view name) {
  const std::string start = std::string(" ").append(name).append("=\"");
  const auto at = tag.find(start);
  if (at == std::string_view::npos) return {};
  tag.remove_prefix(at + start.size());
  return std::string(tag.substr(0, tag.find('"')));
}

std::string_view next_tag(std::string_view& html, std::string_view name) {
  const auto at = html.find(std::string("<").append(name).append(" "));
  if (at == std::string_view::npos) return {};
  html.remove_prefix(at);
  const auto tag = html.substr(0, html.find('>'));
  html.remove_prefix(tag.size());
  return tag;
}

std::string origin_of(const std::string& url) { return url.substr(0, url.find('/', 7)); }

Page follow(std::string url, Response response) {
  for (int redirects = 0; response.status == 303; ++redirects) {
    if (redirects == 5) throw std::runtime_error("the demo was redirected too often");
    url = std::string(field_value(response.fields, "Location"));
    response = fetch(url);
  }
  return {std::move(url), response.status, std::move(response.body)};
}

}  // namespace

Page open_page(std::string url) {
  Response response = fetch(url);
  return follow(std::move(url), std::move(response));
}

Page submit_form(const Page& page, const std::vector<Parameter>& input) {
  std::string_view html = page.html;
  const auto form = next_tag(html, "form");
  if (form.empty()) throw std::runtime_error("the demo expected a page with a form");
  std::vector<Parameter> fields = input;
  for (auto tag = next_tag(html, "input"); !tag.empty(); tag = next_tag(html, "input")) {
    if (attribute(tag, "type") == "hidden")
      fields.push_back({attribute(tag, "name"), attribute(tag, "value")});
  }
  std::string body;
  for (const auto& [name, value] : fields) {
    if (!body.empty()) body += '&';
    body.append(percent_encode(name)).append("=").append(percent_encode(value));
  }
  std::string url = origin_of(page.url) + attribute(form, "action");
  Response response = fetch(url, body);
  return follow(std::move(url), std::move(response));
}

}  // namespace oauth_callback::cli
