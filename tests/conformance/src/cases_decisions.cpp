// H1 to H7: what is refused before anybody looks at the state.
#include <string>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

Sent good(std::vector<Field> fields = {}) {
  return {.target = good_target(), .fields = std::move(fields)};
}

Expectation expecting_post() { return {.state = std::string(test_state), .form_post = true}; }

void wrong_host(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::string port = std::to_string(rig.port());
  const std::vector<std::string> hosts{"evil.example",
                                       "evil.example:" + port,
                                       "127.0.0.1",
                                       "127.0.0.1:1",
                                       "127.0.0.1:0" + port,
                                       "127.0.0.1:" + port + "0",
                                       "localhost:" + port,
                                       "[::1]:" + port,
                                       "127.0.0.1.:" + port,
                                       "127.1:" + port,
                                       "2130706433:" + port,
                                       "127.0.0.1:" + port + ":",
                                       "user@127.0.0.1:" + port,
                                       "127.0.0.1:" + port + ",evil.example"};
  for (const std::string& host : hosts) {
    Sent sent = good();
    sent.host = host;
    check_refused(rig, pending, {.sent = sent, .status = 421, .outcome = Outcome::wrong_host});
  }
  rig.complete(pending);
}

void absolute_form(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  for (const std::string& authority :
       {std::string("evil.example"), "evil.example:" + std::to_string(rig.port()),
        "x@" + rig.authority(), std::string()}) {
    Sent sent{.target = "http://" + authority + good_target()};
    check_refused(rig, pending, {.sent = sent, .status = 421, .outcome = Outcome::wrong_host});
  }
  Sent wrong{.target = "http://" + rig.authority() + good_target(), .host = "evil.example"};
  check_refused(rig, pending, {.sent = wrong, .status = 421, .outcome = Outcome::wrong_host});
  check_answer(rig.get("http://" + rig.authority() + good_target("ABSOLUTE")), 200);
  check_equal(pending.wait(patience).code, "ABSOLUTE", "the code");
}

void other_names(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.redirect_host = "localhost";
  options.accepted_hosts = {"forwarded.example", "other.example:8080"};
  ServerRig rig(subject, options);
  const std::string port = std::to_string(rig.port());
  check_equal(rig.authority(), "localhost:" + port, "the authority of the redirect URI");
  for (const std::string& host :
       {"localhost:" + port, "forwarded.example:" + port, std::string("other.example:8080")}) {
    PendingCallback pending = rig.expect();
    Sent sent{.target = good_target(std::to_string(host.size())), .host = host};
    check_answer(rig.ask(sent), 200);
    check_equal(pending.wait(patience).code, std::to_string(host.size()),
                "the code with Host " + host);
  }
  PendingCallback pending = rig.expect();
  Sent sent = good();
  sent.host = "other.example:" + port;
  check_refused(rig, pending, {.sent = sent, .status = 421, .outcome = Outcome::wrong_host});
}

void speculative(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::vector<Field> fields{{"Sec-Purpose", "prefetch"},
                                  {"Sec-Purpose", "prefetch;prerender"},
                                  {"Sec-Purpose", "prefetch;anonymous-client-ip"},
                                  {"Sec-Purpose", "prerender"},
                                  {"Purpose", "prefetch"},
                                  {"purpose", "PREFETCH"},
                                  {"Purpose", "prerender"}};
  for (const Field& field : fields) {
    check_refused(rig, pending,
                  {.sent = good({field}), .status = 503, .outcome = Outcome::speculative});
  }
  check_answer(rig.ask(good({{"Purpose", "something else"}})), 200);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
}

void unknown_path(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  const std::string query = good_target().substr(std::string("/callback").size());
  for (const std::string path :
       {"/", "/favicon.ico", "/callback/", "//callback", "/./callback", "/x/../callback",
        "/%63allback", "/Callback", "/callback;x", "/callbac", "/callbackx", "/callback%00",
        "/callback%3F", "/callback+"}) {
    check_refused(
        rig, pending,
        {.sent = {.target = path + query}, .status = 404, .outcome = Outcome::not_expected});
  }
  rig.complete(pending);
}

void other_methods(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  for (const std::string method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
    Sent sent = good({{"Origin", "https://evil.example"},
                      {"Content-Type", "application/x-www-form-urlencoded"}});
    sent.method = method;
    check_refused(rig, pending,
                  {.sent = sent,
                   .status = 405,
                   .outcome = Outcome::bad_method,
                   .more = {{"Allow", "GET, HEAD"}}});
    check_equal(rig.last_event().origin, "https://evil.example", "the origin on_request was told");
  }
  rig.complete(pending);
}

void other_methods_with_post(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect(expecting_post());
  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"}) {
    Sent sent = good();
    sent.method = method;
    check_refused(rig, pending,
                  {.sent = sent,
                   .status = 405,
                   .outcome = Outcome::bad_method,
                   .more = {{"Allow", "GET, HEAD, POST"}}});
  }
  rig.complete(pending);
}

// Each wait by itself, where several are pending on one path.
void post_for_its_own_wait(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback posted = rig.expect(expecting_post());
  PendingCallback redirected = rig.expect({.state = "redirected"});
  check_refused(rig, redirected,
                {.sent = form_post("code=1&state=redirected"),
                 .status = 405,
                 .outcome = Outcome::bad_method,
                 .more = {{"Allow", "GET, HEAD, POST"}}});
  check_answer(rig.ask(form_post("code=1&state=" + std::string(test_state))), 200);
  check_equal(posted.wait(patience).code, "1", "the code that was posted");
  check(!redirected.poll(), "the other wait has ended");
}

void not_a_navigation(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  for (const std::string mode :
       {"cors", "no-cors", "same-origin", "websocket", "nested-navigate", "x"}) {
    check_refused(rig, pending,
                  {.sent = good({{"Sec-Fetch-Mode", mode}}),
                   .status = 403,
                   .outcome = Outcome::not_navigation});
  }
  for (const std::string dest :
       {"iframe", "frame", "image", "script", "empty", "object", "embed", "x"}) {
    check_refused(rig, pending,
                  {.sent = good({{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", dest}}),
                   .status = 403,
                   .outcome = Outcome::not_navigation});
  }
  check_answer(rig.ask(good({{"Sec-Fetch-Site", "cross-site"},
                             {"Sec-Fetch-Mode", "navigate"},
                             {"Sec-Fetch-Dest", "document"},
                             {"Origin", "null"}})),
               200);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
}

// Whatever state is taken, no page ends the wait by a WebSocket.
void web_socket(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.server().expect({.any_state = true});
  check_refused(rig, pending,
                {.sent = good({{"Connection", "Upgrade"},
                               {"Origin", "https://evil.example"},
                               {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                               {"Sec-WebSocket-Version", "13"},
                               {"Upgrade", "websocket"}}),
                 .status = 403,
                 .outcome = Outcome::not_navigation});
  check_answer(rig.ask(good()), 200);
}

void not_a_form(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect(expecting_post());
  const std::string body = good_target().substr(std::string("/callback?").size());
  for (const std::string type :
       {"text/plain", "application/json", "multipart/form-data; boundary=x",
        "application/x-www-form-urlencodedx", "x; application/x-www-form-urlencoded"}) {
    const Sent sent{.method = "POST", .fields = {{"Content-Type", type}}, .body = body};
    check_refused(rig, pending,
                  {.sent = sent, .status = 415, .outcome = Outcome::bad_content_type});
  }
  check_refused(rig, pending,
                {.sent = {.method = "POST", .body = body},
                 .status = 415,
                 .outcome = Outcome::bad_content_type});
  int accepted = 0;
  for (const std::string type :
       {"application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded;charset=UTF-8",
        "application/x-www-form-urlencoded ; charset=utf-8"}) {
    const std::string code = std::to_string(++accepted);
    const Sent sent{.method = "POST",
                    .fields = {{"Content-Type", type}},
                    .body = "code=" + code + "&state=" + std::string(test_state)};
    check_answer(rig.ask(sent), 200);
    check_equal(pending.wait(patience).code, code, "the code with " + type);
    pending = rig.expect(expecting_post());
  }
}

void malformed(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect();
  for (const std::string more :
       {"&code=2", "&state=EVIL", "&error=EVIL&error=x", "&iss=a&iss=a", "&code=", "&c%6fde=2",
        "&state", "&x=%zz", "&x=%", "&x=%4", "&%zz=1", "&x=%ff", "&x=%c3", "&x=%c0%80",
        "&x=%ed%a0%80", "&x=%f4%90%80%80", "&%ff=1"}) {
    check_refused(
        rig, pending,
        {.sent = {.target = good_target() + more}, .status = 400, .outcome = Outcome::malformed});
  }
  check_answer(rig.get(good_target() + "&x=1&x=2&&=&y&%F0%9F%98%80=%00"), 200);
  check_equal(pending.wait(patience).code, "GOOD", "the code");
}

void malformed_post(const Subject& subject) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect(expecting_post());
  const std::string body = good_target().substr(std::string("/callback?").size());
  Sent both = form_post(body);
  both.target = "/callback?code=2";
  check_refused(rig, pending, {.sent = both});
  both.target = "/callback?state=" + std::string(test_state);
  check_refused(rig, pending, {.sent = both});
  both.target = good_target();
  both.body = "user=u&password=EVIL";
  check_refused(rig, pending, {.sent = both});
  both = form_post(body);
  both.target = "/callback?x=%ff";
  check_refused(rig, pending, {.sent = both});
  check_refused(rig, pending, {.sent = form_post(body + "&x=%zz")});
  check_refused(rig, pending, {.sent = form_post(body + "&x=\xff")});
  check_refused(rig, pending, {.sent = form_post(body + "&iss=a&iss=b")});
  rig.complete(pending);
}

}  // namespace

void add_decisions(Cases& cases) {
  const std::string rebinding = "RFC 9110 section 7.4; DNS rebinding";
  cases.push_back({"H1.wrong-host", "A Host that is not exactly ours, with our port: 421.",
                   rebinding, wrong_host});
  cases.push_back({"H1.absolute-form",
                   "In absolute form the authority is checked like Host, and both must be ours.",
                   "RFC 9112 section 3.2.2", absolute_form});
  cases.push_back({"H1.other-names", "redirect_host and accepted_hosts are ours as well.",
                   "<oauth_callback/options.hpp>", other_names});
  cases.push_back({"H2.speculative", "Prefetch and prerender: 503, so that the browser asks again.",
                   "measured: Chromium asks again after 503", speculative});
  cases.push_back({"H3.unknown-path", "A path that is not expected, compared byte for byte: 404.",
                   "RFC 8252 section 8.10", unknown_path});
  cases.push_back({"H4.other-methods", "Other methods: 405 with Allow, and no CORS fields.",
                   "RFC 9110 section 15.5.6", other_methods});
  cases.push_back({"H4.other-methods-with-post", "Where form_post is expected, Allow names POST.",
                   "RFC 9110 section 10.2.1", other_methods_with_post});
  cases.push_back({"H4.post-for-its-own-wait",
                   "Of several waits on a path, a posted form ends only one that expects it.",
                   "OAuth 2.0 Form Post Response Mode", post_for_its_own_wait});
  cases.push_back({"H5.not-a-navigation",
                   "Sec-Fetch-Mode or -Dest that say that nobody navigated: 403.",
                   "Fetch Metadata Request Headers", not_a_navigation});
  cases.push_back({"H5.web-socket", "The handshake of a WebSocket: 403.",
                   "RFC 6455 section 4.1; measured: Chromium sends no Sec-Fetch-* with it",
                   web_socket});
  cases.push_back({"H6.not-a-form", "A POST that is not application/x-www-form-urlencoded: 415.",
                   "OAuth 2.0 Form Post Response Mode", not_a_form});
  cases.push_back({"H7.malformed", "Repeated parameters, broken encodings and invalid UTF-8: 400.",
                   "RFC 6749 section 3.1", malformed});
  cases.push_back({"H7.malformed-post",
                   "A posted form is held to the same, and its query must not hold code, state, "
                   "error or iss: that is a login form which 307 or 308 sent on.",
                   "RFC 6749 section 3.1; OAuth 2.0 Security BCP section 4.12", malformed_post});
}

}  // namespace oauth_callback::conformance
