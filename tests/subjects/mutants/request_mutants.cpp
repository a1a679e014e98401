// T1: what reaches the handler.
#include <algorithm>
#include <cctype>

#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

void decode_target(Request& request) {
  for (std::size_t at = 0; (at = request.target.find('%', at)) != std::string::npos; ++at) {
    if (at + 2 < request.target.size() && std::isxdigit(request.target[at + 1]) != 0 &&
        std::isxdigit(request.target[at + 2]) != 0) {
      request.target.replace(
          at, 3, 1, static_cast<char>(std::stoi(request.target.substr(at + 1, 2), nullptr, 16)));
    }
  }
}

void lower_values(Request& request) {
  for (Field& field : request.fields) {
    std::transform(field.value.begin(), field.value.end(), field.value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  }
}

void take_form_apart(Request& request) {
  if (field_value(request.fields, "Content-Type").find("form") != std::string_view::npos) {
    request.body.clear();
  }
}

}  // namespace

void add_request_mutants(Mutants& mutants) {
  mutants.push_back({"T1.decodes-target",
                     "Percent-encoding in the target is decoded.",
                     {"T1.target-as-sent", "T1.encoded-nul"},
                     on_request(decode_target)});
  mutants.push_back({"T1.merges-slashes",
                     "Two slashes in the target become one.",
                     {"T1.target-as-sent", "T1.double-slash"},
                     on_request([](Request& request) { replace_all(request.target, "//", "/"); })});
  mutants.push_back({"T1.strips-query-mark",
                     "An empty query is dropped.",
                     {"T1.target-as-sent", "T1.empty-query"},
                     on_request([](Request& request) {
                       if (request.target.ends_with('?')) request.target.pop_back();
                     })});
  mutants.push_back({"T1.strips-authority",
                     "A target in absolute form loses its authority.",
                     {"T1.absolute-form", "T1.absolute-other-host"},
                     on_request([](Request& request) {
                       if (!request.target.starts_with("http://")) return;
                       request.target.erase(0, request.target.find('/', 7));
                     })});
  mutants.push_back({"T1.adds-a-field",
                     "The library adds a field of its own.",
                     {"T1.canonical-fields", "T1.field-name-case", "T1.other-fields-withheld"},
                     on_request([](Request& request) {
                       request.fields.push_back({"REMOTE_ADDR", "127.0.0.1"});
                     })});
  mutants.push_back({"T1.loses-a-field",
                     "Purpose does not reach the handler.",
                     {"T1.canonical-fields", "T1.field-name-case"},
                     on_request([](Request& request) { erase_field(request, "Purpose"); })});
  mutants.push_back({"T1.changes-values",
                     "Values reach the handler in lower case.",
                     {"T1.canonical-fields"},
                     on_request(lower_values)});
  mutants.push_back(
      {"T1.head-is-get", "HEAD is routed to GET.", {"T1.methods"}, on_request([](Request& request) {
         if (request.method == "HEAD") request.method = "GET";
       })});
  mutants.push_back({"T1.get-has-no-body",
                     "The body of a GET is not read.",
                     {"T1.methods"},
                     on_request([](Request& request) {
                       if (request.method == "GET") request.body.clear();
                     })});
  mutants.push_back({"T1.takes-forms-apart",
                     "The body of a form does not reach the handler.",
                     {"T1.body-as-sent"},
                     on_request(take_form_apart)});
  mutants.push_back({"T1.depends-on-cuts",
                     "A read of one byte is not the byte that was sent.",
                     {"T1.cut-anywhere"},
                     {.defects = {.on_bytes = [](std::string& bytes) {
                        if (bytes.size() == 1) bytes[0] = static_cast<char>(std::toupper(bytes[0]));
                      }}}});
  mutants.push_back({"T1.serves-what-follows",
                     "What follows a request is the next request.",
                     {"T1.one-request-per-connection", "T1.no-smuggling"},
                     {.defects = {.keeps_alive = true}}});
  mutants.push_back({"T1.unread-body-is-a-request",
                     "A body that nobody read is the next request.",
                     {"T1.no-smuggling"},
                     {.defects = {.on_bytes =
                                      [](std::string& bytes) {
                                        const std::size_t end = bytes.find("\r\n\r\n");
                                        if (end == std::string::npos) return;
                                        const std::size_t at = bytes.rfind("Content-Length: ", end);
                                        if (at == std::string::npos) return;
                                        bytes.erase(at, bytes.find("\r\n", at) + 2 - at);
                                      },
                                  .keeps_alive = true}}});
  mutants.push_back({"T1.serves-nothing",
                     "Every request is refused.",
                     {"T1.*"},
                     {.defects = {.on_bytes = [](std::string& bytes) { bytes.insert(0, " "); }}}});
}

}  // namespace oauth_callback::mutants
