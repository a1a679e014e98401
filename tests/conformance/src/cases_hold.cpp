// H15: the page waits until the program says what became of the response.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cases.hpp"
#include "held.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

void succeeds(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  Held one(rig);
  settle(rig);
  check(one.peer.is_quiet(), "the page did not wait");
  one.result.succeed();
  check_page(one.peer, success, "the page after succeed()");
}

void fails(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  Held one(rig);
  settle(rig);
  check(one.peer.is_quiet(), "the page did not wait");
  one.result.fail("no \"<b>token</b>\" & none");
  const Answer answer = parse_answer(one.peer.read_to_end());
  check_answer(answer, 200);
  check(answer.body.find("&lt;b&gt;token&lt;/b&gt;") != std::string::npos,
        "the page does not show the message, escaped");
  check(answer.body.find("<b>") == std::string::npos, "the message is markup on the page");
  check(answer.body.find("GOOD") == std::string::npos, "the page shows the code");
  Held other(rig, held("/other"));
  other.result.fail();
  const Reply plain = other.peer.read_to_end();
  check_answer(parse_answer(plain), 200);
  check(plain.bytes != success, "fail() without a message shows the success page");
}

void limit(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  const std::string neutral = neutral_page(rig);
  check(neutral != success, "the page for when nobody knows announces success");
  const auto begun = std::chrono::steady_clock::now();
  Held one(rig, held("/callback", milliseconds(300)));
  check_page(one.peer, neutral, "the page after the limit");
  check(std::chrono::steady_clock::now() - begun >= milliseconds(300),
        "the page came before the limit");
  one.result.succeed();
  check_reply(rig.send({.target = good_target()}), neutral, "the same response, after the limit");
}

void dropped(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  std::optional<Held> one(std::in_place, rig);
  one->pending = PendingCallback();
  settle(rig);
  check(one->peer.is_quiet(), "the page did not wait for the copy that is left");
  one->result = CallbackResult();
  const Reply reply = one->peer.read_to_end();
  check_answer(parse_answer(reply), 200);
  check(reply.bytes != success, "success is announced, which nobody reported");
}

void others(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.limits.max_connections = 8;
  ServerRig rig(subject, options);
  Held one(rig);
  // What has sent nothing is closed to make room, and not what is held.
  std::vector<Peer> silent;
  for (int i = 0; i < 16; ++i) silent.emplace_back(rig.port());
  check_answer(rig.get("/elsewhere"), 404);
  PendingCallback plain = rig.expect({.path = "/plain", .state = "s"});
  check_answer(rig.get("/plain?code=EVIL&state=wrong"), 400);
  check_answer(rig.get("/plain?code=1&state=s"), 200);
  check_equal(plain.wait(patience).code, "1", "the code of another flow");
  Held two(rig, held("/two"));
  two.result.succeed();
  check_answer(parse_answer(two.peer.read_to_end()), 200);
  check(one.peer.is_quiet(), "the outcome of another flow ended the wait of this page");
  one.result.succeed();
  check_answer(parse_answer(one.peer.read_to_end()), 200);
}

void refusal(const Subject& subject) {
  ServerRig rig(subject);
  const std::string query = "?error=access_denied&state=" + std::string(test_state);
  PendingCallback plain = rig.expect({.path = "/model", .state = std::string(test_state)});
  const Reply model = rig.send({.target = "/model" + query});
  PendingCallback pending = rig.expect(held());
  Peer peer = rig.begin({.target = "/callback" + query});
  check_page(peer, model.bytes, "the page for a refusal");
  const CallbackResult result = pending.wait(patience);
  check_equal(result.error, "access_denied", "the error");
  result.succeed();
  check_reply(rig.send({.target = "/callback" + query}), model.bytes, "the page, again");
}

void head(const Subject& subject) {
  ServerRig rig(subject);
  const std::string neutral = neutral_page(rig);
  const std::string neutral_head = neutral.substr(0, neutral.find("\r\n\r\n") + 4);
  const Sent probe{.method = "HEAD", .target = good_target()};
  PendingCallback pending = rig.expect(held());
  check_reply(rig.send(probe), neutral_head, "the answer to HEAD, before");
  check(!pending.poll(), "HEAD ended the wait");
  Peer peer = rig.begin({.target = good_target()});
  const CallbackResult result = pending.wait(patience);
  check_reply(rig.send(probe), neutral_head, "the answer to HEAD, meanwhile");
  check(peer.is_quiet(), "HEAD ended the wait of the page");
  result.succeed();
  const Reply page = peer.read_to_end();
  check_answer(parse_answer(page), 200);
  check_reply(rig.send(probe), page.bytes.substr(0, page.bytes.find("\r\n\r\n") + 4),
              "the answer to HEAD, afterwards");
}

void redirects(const Subject& subject) {
  ServerOptions options = ServerRig::patient_options();
  options.pages.success_url = "https://app.example/done";
  options.pages.error_url = "https://app.example/failed";
  ServerRig rig(subject, options);
  Held good(rig, held("/good"));
  good.result.succeed();
  check_answer(parse_answer(good.peer.read_to_end()), 303,
               {{"Location", "https://app.example/done"}});
  Held bad(rig, held("/bad"));
  bad.result.fail("why");
  check_answer(parse_answer(bad.peer.read_to_end()), 303,
               {{"Location", "https://app.example/failed"}});
}

void from_completion(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  PendingCallback pending = rig.expect(held());
  pending.on_complete([](std::error_code, const CallbackResult& result) { result.succeed(); });
  Peer peer = rig.begin({.target = good_target()});
  check_page(peer, success, "the page after succeed() in a completion callback");
}

void posted(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  PendingCallback pending = rig.expect(held());
  Peer peer = rig.begin(form_post("code=GOOD&state=" + std::string(test_state)));
  const CallbackResult result = pending.wait(patience);
  settle(rig);
  check(peer.is_quiet(), "the page did not wait");
  result.succeed();
  check_page(peer, success, "the page");
}

void not_asked(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  check(success != neutral_page(rig), "the page was held that nobody asked to hold");
  PendingCallback pending = rig.expect();
  check_reply(rig.send({.target = good_target()}), success, "the page");
  pending.wait(patience).fail("why");
  check_reply(rig.send({.target = good_target()}), success, "the page, again");
}

}  // namespace

void add_hold(Cases& cases) {
  const std::string asked = "<oauth_callback/options.hpp>: hold_page";
  const std::string told = "<oauth_callback/result.hpp>";
  const auto add = [&](std::string id, std::string requirement, const std::string& reference,
                       void (*body)(const Subject&)) {
    cases.push_back({"H15." + std::move(id), std::move(requirement), reference, body});
  };
  add("succeed", "The page waits until succeed(), and is then the one that did not have to wait.",
      asked, succeeds);
  add("fail", "After fail() it is the failure page, with the message escaped.", told, fails);
  add("limit",
      "At hold_timeout the page says that nobody knows, and what is said later is too late.", asked,
      limit);
  add("dropped", "So it does when the last copy of the result is gone.", told, dropped);
  add("others", "Meanwhile other requests are answered, and other flows complete.", asked, others);
  add("refusal", "A refusal by the authorization server is shown at once.", asked, refusal);
  add("head", "HEAD waits for nothing, and has no effect.", "RFC 9110 section 9.3.2", head);
  add("redirect", "With success_url or error_url the report is answered with 303.", told,
      redirects);
  add("from-completion", "A completion callback may report.",
      "<oauth_callback/pending_callback.hpp>", from_completion);
  add("form-post", "The page for a form that was posted waits as well.",
      "OAuth 2.0 Form Post Response Mode", posted);
  add("not-asked", "Where nobody asked for it no page waits, and reports are without effect.",
      asked, not_asked);
}

}  // namespace oauth_callback::conformance
