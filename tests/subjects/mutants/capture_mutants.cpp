// C: what browsers send.
#include "edit.hpp"
#include "rows.hpp"

namespace oauth_callback::mutants {

void add_capture_mutants(Mutants& mutants) {
  mutants.push_back({"C.refuses-cross-site",
                     "A navigation from another site is refused.",
                     {"C.redirects", "C.form-posts"},
                     {.on_request = [](Request& request, const Known&) {
                       if (field_value(request.fields, "Sec-Fetch-Site") == "cross-site")
                         set_field(request, "Sec-Fetch-Mode", "no-cors");
                     }}});
  mutants.push_back({"C.one-family",
                     "Only 127.0.0.1 is ours.",
                     {"C.hosts"},
                     {.on_request = [](Request& request, const Known&) {
                       if (!field_value(request.fields, "Host").starts_with("127."))
                         set_field(request, "Host", "other");
                     }}});
  mutants.push_back(
      {"C.small-heads",
       "A head of over 8 KiB is refused.",
       {"C.cookies"},
       {.on_listen = [](ListenRequest& request) { request.limits.max_head_bytes = 8192; }}});
  mutants.push_back(
      {"C.small-bodies",
       "A form of over 8192 bytes is refused.",
       {"C.form-posts"},
       {.on_listen = [](ListenRequest& request) { request.limits.max_body_bytes = 8192; }}});
  mutants.push_back({"C.twice",
                     "What was answered once is refused.",
                     {"C.again", "C.keep-alive"},
                     {.on_response = [](Response& response, const Request&) {
                       if (response.status == 200) response.status = 400;
                     }}});
  mutants.push_back({"C.takes-what-was-cut-off",
                     "Half a request is told that it succeeded.",
                     {"C.cut-short"},
                     {.defects = {.on_answer = [](std::string& bytes) {
                        replace_all(bytes, "400 Bad Request", "200 OK");
                      }}}});
  mutants.push_back({"C.takes-post",
                     "POST is taken without being asked for.",
                     {"C.login-form-sent-on"},
                     {.on_expect = [](Expectation& one) { one.form_post = true; }}});
  mutants.push_back({"C.any-state",
                     "Any state will do.",
                     {"C.attacks", "C.fragments", "C.silent"},
                     {.on_request = [](Request& request, const Known& known) {
                       for (const RowNumber row : {not_navigation, wrong_state, incomplete}) {
                         rows()[row].mend(request, known);
                       }
                     }}});
  mutants.push_back({"C.takes-prefetch",
                     "Prefetch is taken for a visit.",
                     {"C.speculation"},
                     forgets(speculative)});
}

}  // namespace oauth_callback::mutants
