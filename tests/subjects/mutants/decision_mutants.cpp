// H1 to H7: what is refused before anybody looks at the state.
#include <cctype>

#include "edit.hpp"
#include "rows.hpp"

namespace oauth_callback::mutants {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// Hosts that mean this machine are as good as ours.
void take_other_spellings(Request& request, const Known& known) {
  const std::string host(field_value(request.fields, "Host"));
  const std::string port = known.authority.substr(known.authority.rfind(':'));
  if (host == "localhost" + port || host == "[::1]" + port || host == "127.1" + port) {
    set_field(request, "Host", known.authority);
  }
}

void ignore_port(Request& request, const Known& known) {
  if (field_value(request.fields, "Host").starts_with("127.0.0.1")) {
    set_field(request, "Host", known.authority);
  }
}

void take_the_path(Request& request, const std::function<std::string(std::string)>& normalise,
                   const Known& known) {
  for (const Expectation& one : known.expected) {
    if (normalise(path_of(request)) == one.path) set_path(request, one.path);
  }
}

Tampering normalises(std::function<std::string(std::string)> normalise) {
  return {.on_request = [normalise = std::move(normalise)](Request& request, const Known& known) {
    take_the_path(request, normalise, known);
  }};
}

void add_host_and_path(Mutants& mutants) {
  mutants.push_back({"H1.any-host",
                     "Any Host is ours.",
                     {"H1.wrong-host", "H1.absolute-form", "H1.other-names"},
                     forgets(wrong_host)});
  mutants.push_back({"H1.other-spellings",
                     "Other names of this machine are ours.",
                     {"H1.wrong-host"},
                     {.on_request = take_other_spellings}});
  mutants.push_back({"H1.any-port",
                     "The port of Host is ignored.",
                     {"H1.wrong-host"},
                     {.on_request = ignore_port}});
  mutants.push_back({"H1.authority-ignored",
                     "In absolute form only Host is looked at.",
                     {"H1.absolute-form"},
                     on_request([](Request& request) {
                       if (!request.target.starts_with("http://")) return;
                       request.target.erase(0, request.target.find('/', 7));
                     })});
  mutants.push_back({"H1.no-other-names",
                     "accepted_hosts and redirect_host are not ours.",
                     {"H1.other-names"},
                     {.on_start = [](ServerOptions& options) { options.accepted_hosts = {}; }}});
  mutants.push_back(
      {"H2.forgotten", "Prefetch is taken for a visit.", {"H2.speculative"}, forgets(speculative)});
  mutants.push_back({"H2.one-value",
                     "Only a Sec-Purpose of just \"prefetch\" counts.",
                     {"H2.speculative"},
                     on_request([](Request& request) {
                       if (field_value(request.fields, "Sec-Purpose") != "prefetch")
                         erase_field(request, "Sec-Purpose");
                     })});
  mutants.push_back({"H2.no-purpose",
                     "Purpose, without Sec-, is not looked at.",
                     {"H2.speculative"},
                     on_request([](Request& request) {
                       erase_field(request, "Purpose");
                       erase_field(request, "purpose");
                     })});
  mutants.push_back(
      {"H3.forgotten", "Any path will do.", {"H3.unknown-path"}, forgets(unknown_path)});
  mutants.push_back({"H3.case",
                     "Paths are compared whatever their case.",
                     {"H3.unknown-path"},
                     normalises([](std::string path) { return lower(path); })});
  mutants.push_back({"H3.trailing-slash",
                     "A slash at the end is dropped.",
                     {"H3.unknown-path"},
                     normalises([](std::string path) {
                       if (path.ends_with('/')) path.pop_back();
                       return path;
                     })});
  mutants.push_back(
      {"H3.decodes", "Paths are decoded.", {"H3.unknown-path"}, normalises([](std::string path) {
         replace_all(path, "%63", "c");
         return path;
       })});
  mutants.push_back({"H3.dot-segments",
                     "Dot segments are resolved.",
                     {"H3.unknown-path"},
                     normalises([](std::string path) {
                       replace_all(path, "/.", "");
                       return path;
                     })});
}

void add_methods_and_types(Mutants& mutants) {
  mutants.push_back({"H4.forgotten",
                     "Every method is a GET.",
                     {"H4.other-methods", "H4.other-methods-with-post"},
                     forgets(bad_method)});
  mutants.push_back({"H4.takes-post",
                     "POST is taken without being asked for.",
                     {"H4.other-methods", "H4.post-for-its-own-wait"},
                     {.on_expect = [](Expectation& one) { one.form_post = true; }}});
  mutants.push_back({"H4.no-allow",
                     "There is no Allow.",
                     {"H4.other-methods", "H4.other-methods-with-post"},
                     on_response([](Response& response) {
                       std::erase_if(response.fields,
                                     [](const Field& field) { return field.name == "Allow"; });
                     })});
  mutants.push_back({"H4.allow-without-post",
                     "Allow does not name POST.",
                     {"H4.other-methods-with-post"},
                     on_response([](Response& response) {
                       for (Field& field : response.fields) {
                         if (field.name == "Allow") field.value = "GET, HEAD";
                       }
                     })});
  mutants.push_back({"H4.cors",
                     "The answer to OPTIONS lets every page in.",
                     {"H4.other-methods"},
                     {.on_response = [](Response& response, const Request& request) {
                       if (request.method == "OPTIONS")
                         response.fields.push_back({"Access-Control-Allow-Origin", "*"});
                     }}});
  mutants.push_back({"H5.forgotten",
                     "Sec-Fetch-Mode and -Dest are not looked at.",
                     {"H5.not-a-navigation"},
                     forgets(not_navigation)});
  mutants.push_back({"H5.no-mode",
                     "Sec-Fetch-Mode is not looked at.",
                     {"H5.not-a-navigation"},
                     on_request([](Request& request) { erase_field(request, "Sec-Fetch-Mode"); })});
  mutants.push_back({"H5.no-dest",
                     "Sec-Fetch-Dest is not looked at.",
                     {"H5.not-a-navigation"},
                     on_request([](Request& request) { erase_field(request, "Sec-Fetch-Dest"); })});
  mutants.push_back({"H5.cross-site",
                     "A navigation from another site is refused.",
                     {"H5.not-a-navigation"},
                     on_request([](Request& request) {
                       if (field_value(request.fields, "Sec-Fetch-Site") == "cross-site")
                         set_field(request, "Sec-Fetch-Mode", "no-cors");
                     })});
  mutants.push_back(
      {"H5.no-web-socket",
       "The handshake of a WebSocket is a request like another.",
       {"H5.web-socket"},
       on_request([](Request& request) { erase_field(request, "Sec-WebSocket-Key"); })});
  mutants.push_back(
      {"H6.forgotten", "Any type is a form.", {"H6.not-a-form"}, forgets(not_a_form)});
  mutants.push_back(
      {"H6.no-type", "No type is a form.", {"H6.not-a-form"}, on_request([](Request& request) {
         if (field_value(request.fields, "Content-Type").empty())
           set_field(request, "Content-Type", "application/x-www-form-urlencoded");
       })});
  mutants.push_back(
      {"H6.prefix",
       "Whatever starts like a form's type is one.",
       {"H6.not-a-form"},
       on_request([](Request& request) {
         if (field_value(request.fields, "Content-Type").starts_with("application/x-www-form"))
           set_field(request, "Content-Type", "application/x-www-form-urlencoded");
       })});
  mutants.push_back({"H6.exact",
                     "A form's type may have no parameters.",
                     {"H6.not-a-form"},
                     on_request([](Request& request) {
                       if (contains(field_value(request.fields, "Content-Type"), ";"))
                         set_field(request, "Content-Type", "text/plain");
                     })});
}

}  // namespace

void add_decision_mutants(Mutants& mutants) {
  add_host_and_path(mutants);
  add_methods_and_types(mutants);
  mutants.push_back({"H7.forgotten",
                     "What is broken or repeated is skipped.",
                     {"H7.malformed", "H7.malformed-post"},
                     forgets(malformed)});
  mutants.push_back({"H7.last-wins",
                     "Of a repeated parameter the last counts.",
                     {"H7.malformed"},
                     on_request([](Request& request) {
                       if (request.target.ends_with("&code=2")) set_parameter(request, "code", "2");
                     })});
  mutants.push_back(
      {"H7.broken-encoding",
       "Broken percent-encoding is taken as it stands.",
       {"H7.malformed"},
       on_request([](Request& request) { replace_all(request.target, "%zz", "%25zz"); })});
  mutants.push_back(
      {"H7.overlong",
       "Overlong UTF-8 is taken.",
       {"H7.malformed"},
       on_request([](Request& request) { replace_all(request.target, "%c0%80", "%00"); })});
  mutants.push_back({"H7.query-counts",
                     "Of a form that is posted the query counts as well.",
                     {"H7.malformed-post"},
                     on_request([](Request& request) {
                       const std::size_t query = request.target.find('?');
                       if (request.method != "POST" || query == std::string::npos) return;
                       request.body += "&" + request.target.substr(query + 1);
                       request.target.resize(query);
                     })});
  mutants.push_back({"H7.body-alone",
                     "Of a form that is posted only the body counts.",
                     {"H7.malformed-post"},
                     on_request([](Request& request) {
                       if (request.method == "POST") request.target = path_of(request);
                     })});
}

}  // namespace oauth_callback::mutants
