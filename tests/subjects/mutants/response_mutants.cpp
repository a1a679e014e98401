// H8 to H13: what becomes of a response, and the fields and the page of every answer.
#include <atomic>
#include <cctype>
#include <set>

#include "edit.hpp"
#include "rows.hpp"

namespace oauth_callback::mutants {
namespace {

// The second time a target comes is not the first.
Tampering on_repetition(void (*edit)(Request&, const Known&)) {
  using Seen = std::pair<std::mutex, std::set<std::string>>;
  return {
      .on_request = [edit, seen = std::make_shared<Seen>()](Request& request, const Known& known) {
        if (request.method == "HEAD") return;
        const std::lock_guard lock(seen->first);
        if (!seen->second.insert(request.target + request.body).second) edit(request, known);
      }};
}

void forget_field(Mutants& mutants, const std::string& name) {
  mutants.push_back({"H12.no-" + name,
                     "Answers come without " + name + ".",
                     {"H12.code", "H12.error", "H12.redirect"},
                     {.on_response = [name](Response& response, const Request&) {
                       std::erase_if(response.fields,
                                     [&](const Field& field) { return field.name == name; });
                     }}});
}

void change_field(Mutants& mutants, const std::string& id, const std::string& name,
                  const std::string& value) {
  mutants.push_back({"H12." + id,
                     name + " is: " + value,
                     {"H12.code", "H12.error"},
                     {.on_response = [name, value](Response& response, const Request&) {
                       for (Field& field : response.fields) {
                         if (field.name == name) field.value = value;
                       }
                     }}});
}

void hide_wrong_states(ServerOptions& options) {
  options.on_request = [hook = std::move(options.on_request)](const RequestEvent& event) {
    RequestEvent changed = event;
    changed.wrong_states = 0;
    hook(changed);
  };
}

void log_nothing(ServerOptions& options) { options.on_log = {}; }

void log_twice(ServerOptions& options) {
  options.on_log = [hook = std::move(options.on_log)](std::string_view line) {
    hook(line);
    hook(line);
  };
}

void hide_outcomes(ServerOptions& options) {
  options.on_request = [hook = std::move(options.on_request)](const RequestEvent& event) {
    RequestEvent changed = event;
    changed.outcome = Outcome::not_expected;
    hook(changed);
  };
}

void add_states(Mutants& mutants) {
  mutants.push_back({"H8.a-new-response",
                     "A repeated response is judged anew.",
                     {"H8.repeated", "H8.repeated-post"},
                     on_repetition([](Request& request, const Known&) {
                       (request.method == "POST" ? request.body : request.target) += "&again=";
                     })});
  mutants.push_back({"H8.no-reload",
                     "A page that is reloaded is a response without a state.",
                     {"H8.reloaded"},
                     on_request([](Request& request) {
                       if (request.target == "/callback") request.target += "?x";
                     })});
  mutants.push_back({"H8.always-reloads",
                     "Whoever asks for the path gets a page, though somebody waits there.",
                     {"H8.reloaded"},
                     {.on_response = [](Response& response, const Request& request) {
                       if (request.target == "/callback") response.status = 200;
                     }}});
  mutants.push_back({"H8.ends-another",
                     "A repeated response ends whatever wait there is.",
                     {"H8.repeated"},
                     on_repetition(rows()[wrong_state].mend)});
  mutants.push_back({"H8.by-state",
                     "Whatever comes with a state that completed is the repetition.",
                     {"H8.repeated"},
                     on_request([](Request& request) {
                       replace_all(request.target, "code=OTHER", "code=GOOD");
                     })});
  mutants.push_back(
      {"H9.forgotten", "Any state will do.", {"H9.wrong-state"}, forgets(wrong_state)});
  mutants.push_back({"H9.errors-first",
                     "An error ends the wait before its state is checked.",
                     {"H9.wrong-state"},
                     {.on_request = [](Request& request, const Known& known) {
                       if (parameter(request, "error")) rows()[wrong_state].mend(request, known);
                     }}});
  mutants.push_back({"H9.no-state",
                     "A response without a state is taken.",
                     {"H9.wrong-state"},
                     {.on_request = [](Request& request, const Known& known) {
                       if (!parameter(request, "state")) rows()[wrong_state].mend(request, known);
                     }}});
  mutants.push_back({"H9.prefix",
                     "The beginning of the state is enough.",
                     {"H9.wrong-state"},
                     {.on_request = [](Request& request, const Known& known) {
                       const std::string state = parameter(request, "state").value_or("");
                       if (state.size() > 3 && known.expected.back().state.starts_with(state))
                         rows()[wrong_state].mend(request, known);
                     }}});
  mutants.push_back(
      {"H9.case",
       "States are compared whatever their case.",
       {"H9.wrong-state"},
       {.on_request = [](Request& request, const Known& known) {
         if (iequals(parameter(request, "state").value_or(""), known.expected.back().state))
           rows()[wrong_state].mend(request, known);
       }}});
  mutants.push_back({"H9.not-counted",
                     "Wrong states are not counted.",
                     {"H9.wrong-state"},
                     {.on_start = hide_wrong_states}});
  mutants.push_back({"H9.not-logged",
                     "The log hook is not told of a wrong state.",
                     {"H9.logged"},
                     {.on_start = log_nothing}});
  mutants.push_back({"H9.logged-twice",
                     "The log hook is told of it again.",
                     {"H9.logged"},
                     {.on_start = log_twice}});
  mutants.push_back({"H9.not-reported",
                     "on_request is not told what became of the request.",
                     {"H9.wrong-state"},
                     {.on_start = hide_outcomes}});
  mutants.push_back(
      {"H9.not-decoded",
       "The state is compared as it was sent.",
       {"H9.encoded-state"},
       on_request([](Request& request) { replace_all(request.target, "%", "%25"); })});
  mutants.push_back({"H9.always-asks",
                     "A state is demanded even where any is taken.",
                     {"H9.any-state"},
                     {.on_expect = [](Expectation& one) {
                       if (!std::exchange(one.any_state, false)) return;
                       one.state = "demanded";
                     }}});
  mutants.push_back({"H9.any-state-first",
                     "A response goes to a wait for any state before the one for its own.",
                     {"H9.exact-state-first"},
                     on_request([](Request& request) {
                       if (parameter(request, "code") == "1") set_parameter(request, "state", "x");
                     })});
  mutants.push_back(
      {"H10.forgotten", "iss is not looked at.", {"H10.wrong-issuer"}, forgets(wrong_issuer)});
  mutants.push_back({"H10.missing-is-fine",
                     "A response without iss is taken.",
                     {"H10.wrong-issuer"},
                     {.on_request = [](Request& request, const Known& known) {
                       if (!parameter(request, "iss")) rows()[wrong_issuer].mend(request, known);
                     }}});
  mutants.push_back(
      {"H10.not-decoded",
       "iss is compared as it was sent.",
       {"H10.right-issuer"},
       on_request([](Request& request) { replace_all(request.target, "%", "%25"); })});
  mutants.push_back({"H11.forgotten",
                     "A response without code and error completes.",
                     {"H11.incomplete", "H11.completed-by"},
                     {.on_expect = [](Expectation& one) { one.completed_by = {"state"}; }}});
  mutants.push_back({"H11.without-a-value",
                     "A code without a value is a code.",
                     {"H11.incomplete"},
                     on_request([](Request& request) {
                       if (parameter(request, "code") == "") set_parameter(request, "code", "%20");
                     })});
}

void add_results(Mutants& mutants) {
  mutants.push_back({"H12.loses-parameters",
                     "Only the well-known parameters are kept.",
                     {"H12.code"},
                     on_request([](Request& request) {
                       for (const char* name : {"scope", "x", "empty"})
                         erase_parameter(request, name);
                     })});
  mutants.push_back(
      {"H12.plus-stays", "A plus is not a blank.", {"H12.code"}, on_request([](Request& request) {
         replace_all(request.target, "+", "%2B");
       })});
  mutants.push_back({"H12.shows-the-code",
                     "The page shows the code.",
                     {"H12.code"},
                     on_response([](Response& response) { response.body += "A/B"; })});
  mutants.push_back({"H12.keeps-the-address",
                     "The page leaves the code in the address bar.",
                     {"H12.code"},
                     on_response([](Response& response) {
                       replace_all(response.body, "history.replaceState", "void");
                     })});
  mutants.push_back({"H12.not-escaped",
                     "What the page shows is not escaped.",
                     {"H12.error"},
                     on_response([](Response& response) {
                       replace_all(response.body, "&lt;", "<");
                       replace_all(response.body, "&gt;", ">");
                     })});
  mutants.push_back({"H12.links-anywhere",
                     "error_uri is shown whatever its scheme.",
                     {"H12.error"},
                     {.on_response = [](Response& response, const Request& request) {
                       response.body += parameter(request, "error_uri").value_or("");
                     }}});
  mutants.push_back({"H12.no-way-back",
                     "return_url is forgotten.",
                     {"H12.own-words"},
                     {.on_start = [](ServerOptions& options) { options.pages.return_url = ""; }}});
  mutants.push_back({"H12.one-language",
                     "The texts are always the same.",
                     {"H12.own-words"},
                     {.on_start = [](ServerOptions& options) { options.pages.texts = {}; }}});
  mutants.push_back(
      {"H12.filled-twice",
       "What the provider says may name a placeholder.",
       {"H12.own-words"},
       on_response([](Response& response) { replace_all(response.body, "{{app_name}}", "App"); })});
  mutants.push_back({"H12.other-redirect",
                     "success_url is reached with 302.",
                     {"H12.redirect"},
                     on_response([](Response& response) {
                       if (response.status == 303) response.status = 302;
                     })});
  mutants.push_back({"H12.one-redirect",
                     "A refusal is sent to success_url.",
                     {"H12.redirect"},
                     {.on_start = [](ServerOptions& options) {
                       options.pages.error_url = options.pages.success_url;
                     }}});
  mutants.push_back({"H12.all-succeed",
                     "Each of several good responses is told that it succeeded.",
                     {"H12.once"},
                     on_response([](Response& response) {
                       if (response.status == 400) response.status = 200;
                     })});
  mutants.push_back({"H12.no-form-post",
                     "A posted form is never taken.",
                     {"H12.form-post", "H12.parked-post"},
                     {.on_expect = [](Expectation& one) { one.form_post = false; }}});
  forget_field(mutants, "Cache-Control");
  forget_field(mutants, "Referrer-Policy");
  forget_field(mutants, "X-Content-Type-Options");
  forget_field(mutants, "X-Frame-Options");
  forget_field(mutants, "Content-Security-Policy");
  change_field(mutants, "cached", "Cache-Control", "max-age=60");
  change_field(mutants, "no-charset", "Content-Type", "text/html");
  change_field(mutants, "unsafe-inline", "Content-Security-Policy",
               "default-src 'none'; script-src 'sha256-x' 'unsafe-inline'");
  change_field(mutants, "loose-policy", "Content-Security-Policy",
               "default-src 'self'; script-src 'sha256-x'");
}

}  // namespace

void add_response_mutants(Mutants& mutants) {
  add_states(mutants);
  add_results(mutants);
}

}  // namespace oauth_callback::mutants
