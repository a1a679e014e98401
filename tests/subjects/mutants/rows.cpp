#include "rows.hpp"

#include <algorithm>
#include <set>

#include "edit.hpp"

namespace oauth_callback::mutants {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

bool has_wrong_host(const Request& request, const Known& known) {
  return field_value(request.fields, "Host") != known.authority;
}

void mend_host(Request& request, const Known& known) {
  set_field(request, "Host", known.authority);
  if (request.target.starts_with("http://")) {
    request.target.erase(0, request.target.find('/', 7));
  }
}

bool is_speculative(const Request& request, const Known&) {
  return !field_value(request.fields, "Sec-Purpose").empty() ||
         !field_value(request.fields, "Purpose").empty();
}

void mend_purpose(Request& request, const Known&) {
  erase_field(request, "Sec-Purpose");
  erase_field(request, "Purpose");
  erase_field(request, "purpose");
}

bool has_unknown_path(const Request& request, const Known& known) {
  return std::none_of(known.expected.begin(), known.expected.end(),
                      [&](const Expectation& one) { return one.path == path_of(request); });
}

void mend_path(Request& request, const Known& known) {
  if (!known.expected.empty()) set_path(request, known.expected.back().path);
}

bool has_bad_method(const Request& request, const Known& known) {
  const bool post =
      request.method == "POST" && std::any_of(known.expected.begin(), known.expected.end(),
                                              [](const Expectation& one) { return one.form_post; });
  return request.method != "GET" && request.method != "HEAD" && !post;
}

void mend_method(Request& request, const Known& known) {
  if (has_bad_method(request, known)) request.method = "GET";
}

bool is_not_navigation(const Request& request, const Known&) {
  const std::string_view mode = field_value(request.fields, "Sec-Fetch-Mode");
  const std::string_view dest = field_value(request.fields, "Sec-Fetch-Dest");
  return (!mode.empty() && mode != "navigate") || (!dest.empty() && dest != "document");
}

void mend_navigation(Request& request, const Known&) {
  erase_field(request, "Sec-Fetch-Mode");
  erase_field(request, "Sec-Fetch-Dest");
}

bool is_not_a_form(const Request& request, const Known&) {
  return request.method == "POST" && field_value(request.fields, "Content-Type") != form_type;
}

void mend_type(Request& request, const Known&) {
  if (request.method == "POST") set_field(request, "Content-Type", form_type);
}

bool is_malformed(const Request& request, const Known& known) {
  Request mended = request;
  rows()[malformed].mend(mended, known);
  return mended.target != request.target || mended.body != request.body;
}

// The parts of a form that are well-formed, the first of each name.
std::string mended_form(std::string_view form, std::set<std::string>& names) {
  std::string mended;
  while (!form.empty()) {
    const std::string_view part = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), part.size() + 1));
    const bool broken = contains(part, "%z") || contains(part, "%f") || contains(part, "%c") ||
                        contains(part, "%ed") || part.ends_with('%') || part.ends_with("%4") ||
                        contains(part, "\xff") || contains(part, "%6f");
    if (broken || !names.insert(std::string(part.substr(0, part.find('=')))).second) continue;
    mended += (mended.empty() ? "" : "&") + std::string(part);
  }
  return mended;
}

void mend_parameters(Request& request, const Known&) {
  std::set<std::string> names;
  const std::size_t query = request.target.find('?');
  if (query != std::string::npos) {
    request.target = path_of(request) + "?" + mended_form(request.target.substr(query + 1), names);
  }
  request.body = mended_form(request.body, names);
}

bool has_wrong_state(const Request& request, const Known& known) {
  const std::string state = parameter(request, "state").value_or("");
  return std::none_of(known.expected.begin(), known.expected.end(),
                      [&](const Expectation& one) { return one.state == state; });
}

void mend_state(Request& request, const Known& known) {
  if (!known.expected.empty()) set_parameter(request, "state", known.expected.back().state);
}

bool has_wrong_issuer(const Request& request, const Known& known) {
  const std::string issuer = parameter(request, "iss").value_or("");
  return !known.expected.empty() && !known.expected.back().issuer.empty() &&
         known.expected.back().issuer != issuer;
}

void mend_issuer(Request& request, const Known& known) {
  if (has_wrong_issuer(request, known)) {
    set_parameter(request, "iss", known.expected.back().issuer);
  }
}

bool is_incomplete(const Request& request, const Known&) {
  return parameter(request, "code").value_or("").empty() &&
         parameter(request, "error").value_or("").empty();
}

void mend_code(Request& request, const Known& known) {
  if (is_incomplete(request, known)) set_parameter(request, "code", "of-nobody");
}

}  // namespace

const std::array<Row, 12>& rows() {
  static const std::array<Row, 12> all{{{},
                                        {has_wrong_host, mend_host},
                                        {is_speculative, mend_purpose},
                                        {has_unknown_path, mend_path},
                                        {has_bad_method, mend_method},
                                        {is_not_navigation, mend_navigation},
                                        {is_not_a_form, mend_type},
                                        {is_malformed, mend_parameters},
                                        {},
                                        {has_wrong_state, mend_state},
                                        {has_wrong_issuer, mend_issuer},
                                        {is_incomplete, mend_code}}};
  return all;
}

Tampering forgets(RowNumber row) { return {.on_request = rows()[row].mend}; }

}  // namespace oauth_callback::mutants
