// H8 to H13: what becomes of a response.
#include <string>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

const std::string state(test_state);
const std::string issuer = "https://as.example";

Expectation with_issuer() { return {.state = state, .issuer = issuer}; }

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void repeated(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const Reply first = rig.send({.target = good_target()});
  check_answer(parse_answer(first), 200);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
  PendingCallback other = rig.expect({.path = "/callback", .state = "another"});
  for (int i = 0; i < 3; ++i) {
    check_reply(rig.send({.target = good_target()}), first.bytes, "the page, again");
    check_equal(to_string(rig.last_event().outcome), to_string(Outcome::repeated),
                "what on_request was told");
  }
  check(!other.poll(), "another wait was ended by the repeated response");
  check_refused(rig, other,
                {.sent = {.target = good_target("OTHER")}, .outcome = Outcome::wrong_state});
  check_refused(rig, other,
                {.sent = {.target = good_target() + "&x="}, .outcome = Outcome::wrong_state});
  check_answer(rig.get("/callback?code=2&state=another"), 200);
  check_equal(other.wait(patience).code, "2", "the code of the other wait");
  check_reply(rig.send({.target = good_target()}), first.bytes, "the first page, after the second");
}

void repeated_post(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.state = state, .form_post = true});
  const Sent sent = form_post("code=GOOD&state=" + state);
  const Reply first = rig.send(sent);
  check_answer(parse_answer(first), 200);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
  check_reply(rig.send(sent), first.bytes, "the page, again");
  check_answer(rig.get("/callback?code=GOOD&state=" + state), 400);
}

void reloaded(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const Reply first = rig.send({.target = good_target()});
  check_reply(rig.send({.target = "/callback"}), first.bytes, "the page, reloaded");
  check_equal(to_string(rig.last_event().outcome), to_string(Outcome::repeated),
              "what on_request was told");
  PendingCallback other = rig.expect({.path = "/callback", .state = "another"});
  check_refused(rig, other, {.sent = {.target = "/callback"}, .outcome = Outcome::wrong_state});
  const Reply second = rig.send({.target = "/callback?error=no&state=another"});
  check_reply(rig.send({.target = "/callback"}), second.bytes, "the last page, reloaded");
}

void wrong_state(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  std::size_t counted = 0;
  for (const std::string target :
       {"/callback?code=EVIL", "/callback?code=EVIL&state=", "/callback?code=EVIL&state=EVIL",
        "/callback?error=EVIL&state=EVIL", "/callback?error=access_denied", "/callback?state=EVIL",
        "/callback", "/callback?code=EVIL&State=xyzABC123-._~state",
        "/callback?code=EVIL&state=xyzABC123-._~stat",
        "/callback?code=EVIL&state=xyzABC123-._~statex",
        "/callback?code=EVIL&state=XYZABC123-._~STATE"}) {
    check_refused(rig, pending, {.sent = {.target = target}, .outcome = Outcome::wrong_state});
    ++counted;
    const std::vector<Event> events = rig.events();
    check_equal(events[events.size() - 2].wrong_states, counted, "wrong states counted");
    check_equal(events.back().wrong_states, counted, "wrong states counted after HEAD");
  }
  rig.complete(pending);
}

void any_state(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.any_state = true});
  check_answer(rig.get("/callback?code=1&state=whatever"), 200);
  check_equal(pending.wait(patience).state, "whatever", "the state");
  pending = rig.expect({.any_state = true});
  check_answer(rig.get("/callback?code=2"), 200);
  check_equal(pending.wait(patience).state, "", "the state");
}

void exact_state_first(const Subject& subject) {
  for (const bool any_first : {true, false}) {
    ServerRig rig(subject);
    const Expectation any_state{.any_state = true};
    const Expectation exact_state{.state = state};
    PendingCallback early = rig.expect(any_first ? any_state : exact_state);
    PendingCallback late = rig.expect(any_first ? exact_state : any_state);
    PendingCallback& any = any_first ? early : late;
    PendingCallback& exact = any_first ? late : early;
    check_answer(rig.get(good_target("1")), 200);
    check(!any.poll(), "the wait for any state has ended");
    check_equal(exact.wait(patience).code, "1", "the code for the exact state");
    check_answer(rig.get("/callback?code=2&state=other"), 200);
    check_equal(any.wait(patience).code, "2", "the code for any state");
  }
}

void encoded_state(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.state = "a+b %&=\xc3\xa9"});
  check_answer(rig.get("/callback?code=4%2F0A%2Bb%3D%3D&state=a%2Bb+%25%26%3D%C3%A9"), 200);
  const CallbackResult result = pending.wait(patience);
  check_equal(result.code, "4/0A+b==", "the code");
  check_equal(result.state, "a+b %&=\xc3\xa9", "the state");
}

void wrong_issuer(const Subject& subject) {
  for (const std::string more :
       {"", "&iss=", "&iss=https://evil.example", "&iss=https://as.example/",
        "&iss=https://AS.example", "&issuer=https://as.example"}) {
    check_refused(
        subject, {.sent = {.target = good_target("EVIL") + more}, .outcome = Outcome::wrong_issuer},
        with_issuer());
  }
  check_refused(
      subject,
      {.sent = {.target = "/callback?error=EVIL&state=" + state}, .outcome = Outcome::wrong_issuer},
      with_issuer());
}

void right_issuer(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect(with_issuer());
  check_answer(rig.get(good_target() + "&iss=https%3A%2F%2Fas.example"), 200);
  check_equal(pending.wait(patience).iss, issuer, "the issuer");
}

void incomplete(const Subject& subject) {
  for (const std::string more :
       {"", "&code=", "&error=", "&code=&error=", "&code", "&access_token=EVIL"}) {
    check_refused(subject, {.sent = {.target = "/callback?state=" + state + more},
                            .outcome = Outcome::incomplete});
  }
}

void completed_by(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.state = state, .completed_by = {"ticket", "refusal"}});
  check_refused(rig, pending,
                {.sent = {.target = good_target("EVIL")}, .outcome = Outcome::incomplete});
  check_answer(rig.get("/callback?ticket=T&state=" + state), 200);
  check_equal(pending.wait(patience).parameter("ticket").value_or(""), "T", "the ticket");
}

void good_code(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const Answer answer = rig.get(good_target("A%2FB") + "&scope=a+b&iss=i&x=1&x=2&empty=");
  check_answer(answer, 200);
  check(contains(answer.body, "history.replaceState"), "the page does not clear the address bar");
  check(!contains(answer.body, "A/B") && !contains(answer.body, test_state),
        "the page shows a secret");
  const CallbackResult result = pending.wait(patience);
  const std::vector<Parameter> expected{{"code", "A/B"}, {"state", state}, {"scope", "a b"},
                                        {"iss", "i"},    {"x", "1"},       {"x", "2"},
                                        {"empty", ""}};
  check(result.parameters == expected, "the parameters are not all there, in their order");
  check_equal(result.code + "|" + result.state + "|" + result.iss, "A/B|" + state + "|i",
              "the named ones");
  const Event event = rig.last_event();
  check_equal(to_string(event.outcome), to_string(Outcome::completed), "what on_request was told");
  check_equal(event.path, "/callback", "the path on_request was told");
}

void good_error(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const Answer answer = rig.get(
      "/callback?error=access_denied%3Cb%3E&error_description=%22no%22+%26+%3Cscript%3Ealert(1)%3C/"
      "script%3E"
      "&error_uri=https://as.example/why%3Fa%3D1%26b%3D2&state=" +
      state);
  check_answer(answer, 200);
  check(contains(answer.body, "access_denied&lt;b&gt;"),
        "the page does not show the error, escaped");
  check(contains(answer.body, "&lt;script&gt;alert(1)"),
        "the page does not show the description, escaped");
  check(contains(answer.body, "https://as.example/why?a=1&amp;b=2"),
        "the page does not show error_uri");
  check(!contains(answer.body, "<script>alert"), "the page runs a script of the request's");
  const CallbackResult result = pending.wait(patience);
  check(!result.ok(), "a refusal is ok()");
  check_equal(result.error, "access_denied<b>", "the error");
  check_equal(result.error_description, "\"no\" & <script>alert(1)</script>", "the description");
  for (const std::string uri :
       {"javascript:alert(1)", "data:text/html,x", "//as.example", "file:///etc"}) {
    PendingCallback next = rig.expect();
    const Answer refused = rig.get("/callback?error=e&state=" + state + "&error_uri=" + uri);
    check_answer(refused, 200);
    check(!contains(refused.body, uri), "the page shows an error_uri that is not http(s): " + uri);
    check_equal(next.wait(patience).error_uri, uri, "error_uri in the result");
  }
}

void own_words(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.pages.app_name = "App <&> Co";
  options.pages.return_url = "app-co://signed-in?a=1&b=2";
  options.pages.texts.success_title = "Da: <b>{{app_name}}</b>";
  options.pages.texts.refused_text = "Nein: {{error}} <{{error_description}}>";
  ServerRig rig(subject, options);
  const std::string link = "href=\"app-co://signed-in?a=1&amp;b=2\"";
  PendingCallback pending = rig.expect();
  const Answer page = rig.get(good_target());
  check_answer(page, 200);
  check(contains(page.body, "Da: &lt;b&gt;App &lt;&amp;&gt; Co&lt;/b&gt;"),
        "the page does not have the program's words, escaped");
  check(contains(page.body, link), "the page does not lead back");
  pending.wait(patience);
  pending = rig.expect();
  const Answer refused =
      rig.get("/callback?error=e&error_description=%7B%7Bapp_name%7D%7D&state=" + state);
  check_answer(refused, 200);
  check(contains(refused.body, "Nein: e &lt;{{app_name}}&gt;"),
        "the page of a refusal does not have the program's words, filled in once");
  check(contains(refused.body, link), "the page of a refusal does not lead back");
  pending.wait(patience);
}

void redirects(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.pages.success_url = "https://app.example/done?a=1";
  options.pages.error_url = "https://app.example/failed";
  ServerRig rig(subject, options);
  PendingCallback pending = rig.expect();
  const Reply reply = rig.send({.target = good_target()});
  check_answer(parse_answer(reply), 303, {{"Location", "https://app.example/done?a=1"}});
  check_equal(parse_answer(reply).body, "", "the body of the redirect");
  check_equal(pending.wait(patience).code, "GOOD", "the code");
  check_reply(rig.send({.target = good_target()}), reply.bytes, "the redirect, again");
  pending = rig.expect();
  check_answer(rig.get("/callback?error=access_denied&state=" + state), 303,
               {{"Location", "https://app.example/failed"}});
  check_equal(pending.wait(patience).error, "access_denied", "the error");
}

void once(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  std::vector<Peer> peers;
  for (int i = 0; i < 10; ++i)
    peers.push_back(rig.begin({.target = good_target(std::to_string(i))}));
  int accepted = 0;
  for (Peer& peer : peers) accepted += parse_answer(peer.read_to_end()).status == 200 ? 1 : 0;
  check_equal(accepted, 1, "responses accepted, of ten with different codes");
  int completed = 0;
  for (const Event& event : rig.events()) completed += event.outcome == Outcome::completed ? 1 : 0;
  check_equal(completed, 1, "responses that completed");
  pending.wait(patience);
}

void form_posted(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect({.state = state, .form_post = true});
  Sent sent =
      form_post("code=A%2BB+c&state=" + state + "&user=%7B%7D", {{"Origin", "https://as.example"}});
  sent.target = "/callback?tenant=1";
  check_answer(rig.ask(sent), 200);
  const CallbackResult result = pending.wait(patience);
  check_equal(result.code, "A+B c", "the code");
  check_equal(result.parameters.front().name, "tenant",
              "the first parameter, which is the query's");
  check_equal(result.parameters.back().value, "{}", "the last parameter");
}

void head(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const Reply probed = rig.send({.method = "HEAD", .target = good_target()});
  check_answer(parse_answer(probed, true), 200);
  check_equal(to_string(rig.last_event().outcome), to_string(Outcome::probed),
              "what on_request was told");
  check(!pending.poll(), "HEAD ended the wait");
  const Reply page = rig.send({.target = good_target()});
  check_equal(pending.wait(patience).code, "GOOD", "the code");
  const std::string expected = page.bytes.substr(0, page.bytes.find("\r\n\r\n") + 4);
  check_reply(probed, expected, "the answer to HEAD");
  check_reply(rig.send({.method = "HEAD", .target = good_target()}), expected,
              "the answer to HEAD, afterwards");
}

}  // namespace

void add_responses(Cases& cases) {
  const std::string csrf = "RFC 6749 section 10.12";
  const std::string mixup = "RFC 9207 section 2.4";
  cases.push_back(
      {"H8.repeated",
       "The response that completed earlier gets the same bytes again, and ends no wait.",
       "measured: browsers send it again on reload and after a reset", repeated});
  cases.push_back({"H8.repeated-post", "So does a form that was posted.",
                   "OAuth 2.0 Form Post Response Mode", repeated_post});
  cases.push_back({"H8.reloaded",
                   "So does the path without a query, while nobody waits on it: the page has taken "
                   "the response out of its address.",
                   "HTML standard, history.replaceState()", reloaded});
  cases.push_back({"H9.wrong-state",
                   "A missing or different state: 400, counted, whatever else was sent.", csrf,
                   wrong_state});
  cases.push_back(
      {"H9.any-state", "Where the program asked for it, any state is taken.", csrf, any_state});
  cases.push_back({"H9.exact-state-first",
                   "A response goes to the wait for its state before one for any state.",
                   "<oauth_callback/options.hpp>", exact_state_first});
  cases.push_back({"H9.encoded-state", "The state is compared after form decoding.",
                   "WHATWG URL section 5.1", encoded_state});
  cases.push_back({"H10.wrong-issuer",
                   "Where an issuer is expected, a missing or different iss: 400.", mixup,
                   wrong_issuer});
  cases.push_back({"H10.right-issuer", "The expected iss completes.", mixup, right_issuer});
  cases.push_back({"H11.incomplete", "Neither code nor error, or without a value: 400.",
                   "RFC 6749 section 4.1.2", incomplete});
  cases.push_back({"H11.completed-by", "The expectation can name other parameters.",
                   "<oauth_callback/options.hpp>", completed_by});
  cases.push_back({"H12.code",
                   "A good response gets the page, and the program every parameter, decoded.",
                   "RFC 6749 section 4.1.2", good_code});
  cases.push_back({"H12.error",
                   "A refusal completes as well; what the page shows of it is escaped.",
                   "RFC 6749 section 4.1.2.1", good_error});
  cases.push_back({"H12.own-words",
                   "A page has the program's name, texts and return_url, each escaped.",
                   "<oauth_callback/options.hpp>", own_words});
  cases.push_back({"H12.redirect", "With success_url or error_url the answer is 303.",
                   "RFC 9110 section 15.4.4", redirects});
  cases.push_back({"H12.once", "Of several good responses at once, one completes.",
                   "RFC 6749 section 10.12", once});
  cases.push_back({"H12.form-post", "A posted form completes where it is expected.",
                   "OAuth 2.0 Form Post Response Mode", form_posted});
  cases.push_back({"H13.head", "HEAD gets what GET would get, without a body and without effect.",
                   "RFC 9110 section 9.3.2", head});
}

}  // namespace oauth_callback::conformance
