// Whatever comes, a wait ends only by its state, once, and nothing of a request is in a field or
// unescaped in a page. The input is requests, one after the other, with two bytes of 0xff between
// them. They play on two servers: one with our pages, one with pages of the user's.
#include "callback_handler.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "message.hpp"
#include "oauth_callback/encoding.hpp"
#include "oauth_callback/spi/request_reader.hpp"
#include "require.hpp"

using namespace oauth_callback;

namespace {

// What the differential test and the suite use too, so that their inputs mean something here.
const std::string authority = "callback.test:1";
const std::string state = "S";
const std::string issuer = "https://as.example";
constexpr std::string_view separator = "\xff\xff";

Pages own_pages() {
  Pages pages;
  pages.app_name = "<app>";
  pages.success_url = "https://app.example/welcome?a=b";
  pages.error_html =
      "<style>p{}</style><p title=\"{{error}}\">{{error_description}} {{error_uri}} {{app_name}}";
  return pages;
}

std::optional<Request> read(std::string_view bytes) {
  RequestReader reader({});
  if (reader.feed(bytes) != RequestReader::Status::complete) return {};
  const std::string head = reader.canonical_head();
  auto message = take_apart(head);
  require(message.has_value(), "a canonical head has lines");
  return Request{message->method, message->target, message->fields, reader.body()};
}

std::string path_of(const std::string& target) {
  const std::string origin = "http://" + authority;
  const std::string rest = target.starts_with(origin) ? target.substr(origin.size()) : target;
  return rest.substr(0, rest.find('?'));
}

// Everything that was sent, as the user agent meant it.
std::vector<Parameter> parameters_of(const Request& request) {
  const std::size_t query = request.target.find('?');
  Form form = parse_form(query == std::string::npos ? "" : request.target.substr(query + 1));
  if (request.method == "POST") {
    for (Parameter& parameter : parse_form(request.body).parameters)
      form.parameters.push_back(std::move(parameter));
  }
  return form.parameters;
}

std::vector<std::string> values_of(const std::vector<Parameter>& parameters, const char* name) {
  std::vector<std::string> values;
  for (const Parameter& parameter : parameters)
    if (parameter.name == name) values.push_back(parameter.value);
  return values;
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), value) != all.end();
}

void check_completion(const Verdict& verdict, const Request& request) {
  const auto parameters = parameters_of(request);
  const std::string path = path_of(request.target);
  require(field_value(request.fields, "Host") == authority, "only our own host ends a wait");
  require(is_one_of(path, {"/callback", "/issuer"}), "only an expected path ends a wait");
  require(request.method == "GET" || (request.method == "POST" && path == "/callback"),
          "only an expected method ends a wait");
  require(values_of(parameters, "state") == std::vector{state}, "only the state ends a wait");
  for (const char* name : {"code", "error", "iss"})
    require(values_of(parameters, name).size() <= 1, "what is said twice is not believed");
  require(path != "/issuer" || values_of(parameters, "iss") == std::vector{issuer},
          "only the issuer ends a wait");
  require(!verdict.result.code.empty() || !verdict.result.error.empty(), "there is a response");
  require(verdict.result == make_callback_result(parameters), "the result is what was sent");
  require(is_one_of(field_value(request.fields, "Sec-Fetch-Mode"), {"", "navigate"}) &&
              is_one_of(field_value(request.fields, "Sec-Fetch-Dest"), {"", "document"}) &&
              !has_field(request.fields, "Sec-WebSocket-Key"),
          "only a navigation ends a wait");
  require(verdict.outcome == Outcome::completed &&
              is_one_of(std::to_string(verdict.response.status), {"200", "303"}),
          "what ends a wait is answered well");
}

// The fields are always the same ones, whatever the request was.
void check_fields(const Response& response, const Pages& pages) {
  const PageSet page_set(pages);
  CallbackResult refused;
  refused.error = "e";
  std::set<std::string> policies;
  for (const Response& known :
       {page_set.refusal(400), page_set.refused(refused), page_set.success({})})
    policies.emplace(field_value(known.fields, "Content-Security-Policy"));
  for (const Field& field : response.fields) {
    if (field.name == "Content-Security-Policy") {
      require(policies.contains(field.value), "the policy is one of ours");
    } else if (field.name == "Allow") {
      require(response.status == 405 && is_one_of(field.value, {"GET, HEAD", "GET, HEAD, POST"}),
              "Allow lists methods");
    } else if (field.name == "Location") {
      require(response.status == 303 && field.value == pages.success_url,
              "only to the caller's URL");
    } else {
      const Response fixed = page_set.refusal(400);
      require(field.value == field_value(fixed.fields, field.name) && !field.value.empty(),
              "no field changes with the request");
    }
  }
  require(response.fields.size() >= 6, "all security fields are there");
}

std::size_t count(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

// The markup of the page is that of a page without anything of the request.
void check_page(const Verdict& verdict, const CallbackResult& result, const Pages& pages) {
  const PageSet page_set(pages);
  const std::string& body = verdict.response.body;
  Response known = page_set.refusal(verdict.response.status);
  if (verdict.response.status == 200) {
    CallbackResult plain;
    plain.error = result.error.empty() ? "" : "e";
    plain.error_description = result.error_description.empty() ? "" : "d";
    const std::size_t link = body.find("<a rel=\"noreferrer\" href=\"");
    if (link != std::string::npos) {
      plain.error_uri = "http://a";
      require(body.find("href=\"http", link) == link + 20, "a link leads to the web");
    }
    known = result.ok() ? page_set.success(plain) : page_set.refused(plain);
  } else if (verdict.response.status == 303) {
    known = page_set.success({});
  }
  for (const char c : {'<', '>', '"', '\''})
    require(count(body, c) == count(known.body, c), "nothing of the request is markup");
}

// HEAD gets what GET gets, and changes nothing.
void check_head(CallbackHandler handler, Request request, const Verdict& verdict) {
  if (request.method != "GET") return;
  const std::size_t wrong_states = handler.wrong_states();
  request.method = "HEAD";
  const Verdict head = handler.decide(request);
  require(head.id == 0, "HEAD ends no wait");
  require(head.response.status == verdict.response.status &&
              head.response.fields == verdict.response.fields &&
              head.response.body == verdict.response.body,
          "HEAD gets what GET gets");
  require(handler.wrong_states() == wrong_states, "HEAD is not counted");
  request.method = "GET";
  require(handler.decide(request).outcome == verdict.outcome, "HEAD has no effect");
}

void check_again(CallbackHandler& handler, const Request& request, const Verdict& verdict) {
  const Verdict again = handler.decide(request);
  require(again.outcome == Outcome::repeated && again.id == 0, "no response ends two waits");
  require(again.response.body == verdict.response.body, "the same response gets the same page");
}

void play(std::string_view bytes, const Pages& pages) {
  CallbackHandler handler({authority}, pages);
  handler.expect({.path = "/callback", .state = state, .form_post = true});
  handler.expect({.path = "/issuer", .state = state, .issuer = issuer});
  std::set<std::uint64_t> completed;
  std::map<std::string, CallbackResult> shown;  // of a path, most lately
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, bytes.find(separator));
    bytes.remove_prefix(std::min(part.size() + separator.size(), bytes.size()));
    const auto request = read(part);
    if (!request) continue;
    const CallbackHandler before = handler;
    const Verdict verdict = handler.decide(*request);
    check_fields(verdict.response, pages);
    CallbackResult result = make_callback_result(parameters_of(*request));
    const bool reloaded = verdict.outcome == Outcome::repeated && result.parameters.empty();
    if (reloaded) result = shown[path_of(request->target)];
    check_page(verdict, result, pages);
    check_head(before, *request, verdict);
    require((verdict.id != 0) == (verdict.outcome == Outcome::completed), "an id completes");
    if (verdict.id == 0) continue;
    check_completion(verdict, *request);
    require(completed.insert(verdict.id).second, "a wait ends once");
    check_again(handler, *request, verdict);
    handler.complete(verdict.id);
    shown[path_of(request->target)] = verdict.result;
    check_again(handler, *request, verdict);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  play(bytes, {});
  play(bytes, own_pages());
  return 0;
}
