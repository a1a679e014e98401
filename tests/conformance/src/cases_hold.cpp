// H15: the page waits until the program says what became of the response.
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "verdicts.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

Expectation held(std::string path = "/callback", milliseconds timeout = patience * 4) {
  return {.path = std::move(path),
          .state = std::string(test_state),
          .form_post = true,
          .hold_page = true,
          .hold_timeout = timeout};
}

std::string target_on(const std::string& path) {
  return path + "?code=GOOD&state=" + std::string(test_state);
}

// What the pages look like where nothing is held, or nobody else reports.
std::string success_page(ServerRig& rig) {
  PendingCallback pending = rig.expect({.path = "/model", .state = std::string(test_state)});
  return rig.send({.target = target_on("/model")}).bytes;
}

std::string neutral_page(ServerRig& rig) {
  PendingCallback pending = rig.expect(held("/model-neutral"));
  Peer peer = rig.begin({.target = target_on("/model-neutral")});
  pending.wait(patience);
  pending = PendingCallback();
  return peer.read_to_end().bytes;
}

// A response whose page is held.
struct Held {
  ServerRig& rig;
  PendingCallback pending;
  Peer peer;
  CallbackResult result;

  explicit Held(ServerRig& on, Expectation expectation = held())
      : rig(on),
        pending(rig.expect(expectation)),
        peer(rig.begin({.target = target_on(expectation.path)})),
        result(pending.wait(patience)) {
    check_equal(result.code, "GOOD", "the code");
  }
};

// What was sent before these requests has been read, and what was going to be answered has been.
void settle(ServerRig& rig) {
  for (int i = 0; i < 3; ++i) {
    check_equal(rig.get("/settle").status, 404, "the status of another request");
    std::this_thread::sleep_for(milliseconds(20));
  }
}

void check_page(Peer& peer, std::string_view expected, std::string_view what,
                const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  const Reply reply = peer.read_to_end();
  check_answer(parse_answer(reply), 200, {}, file, line);
  check_reply(reply, expected, what, file, line);
}

void succeeds(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  Held one(rig);
  settle(rig);
  check(one.peer.is_quiet(), "the page did not wait");
  one.result.succeed();
  check_page(one.peer, success, "the page after succeed()");
  check_equal(to_string(rig.last_event().outcome), to_string(Outcome::not_expected),
              "the last request on_request was told of");
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
  ServerRig rig(subject);
  Held one(rig);
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

void reload_while_held(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  Held one(rig);
  Peer again = rig.begin({.target = good_target()});
  settle(rig);
  check(one.peer.is_quiet() && again.is_quiet(), "a page did not wait");
  one.result.succeed();
  check_page(one.peer, success, "the page");
  check_page(again, success, "the page for the same response, sent again");
}

void reload_afterwards(const Subject& subject) {
  ServerRig rig(subject);
  for (const bool succeeded : {true, false}) {
    const std::string path = succeeded ? "/good" : "/bad";
    Held one(rig, held(path));
    succeeded ? one.result.succeed() : one.result.fail("why");
    const Reply page = one.peer.read_to_end();
    check_answer(parse_answer(page), 200);
    for (int i = 0; i < 2; ++i) {
      check_reply(rig.send({.target = target_on(path)}), page.bytes, "the page, again");
    }
  }
}

void bounded(const Subject& subject) {
  constexpr std::size_t sent = 20;
  constexpr std::size_t kept = 16;  // with the first
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  const std::string neutral = neutral_page(rig);
  Held one(rig);
  std::vector<Peer> waiting;
  for (std::size_t i = 1; i < sent; ++i) waiting.push_back(rig.begin({.target = good_target()}));
  const auto until = std::chrono::steady_clock::now() + patience;
  std::size_t answered = 0;
  while (answered < sent - kept && std::chrono::steady_clock::now() < until) {
    answered += std::erase_if(waiting, [&](Peer& peer) {
      if (peer.is_quiet()) return false;
      check_page(peer, neutral, "the page for those who are too many");
      return true;
    });
    std::this_thread::sleep_for(milliseconds(5));
  }
  check_equal(answered, sent - kept, "of 20 that sent the same response, those answered at once");
  settle(rig);
  one.result.succeed();
  check_page(one.peer, success, "the page");
  for (Peer& peer : waiting) check_page(peer, success, "the page of another that waited");
}

void stopped(const Subject& subject) {
  std::string success;
  std::string neutral;
  for (const bool by_request : {false, true}) {
    ServerRig rig(subject);
    success = success_page(rig);
    neutral = neutral_page(rig);
    Held one(rig);
    Peer again = rig.begin({.target = good_target()});
    settle(rig);
    if (by_request) rig.server().request_stop();
    rig.server().stop();
    check_page(one.peer, neutral, "the page after stop()");
    check_page(again, neutral, "the page of another that waited, after stop()");
    one.result.succeed();
    rig.destroy();
    one.result.fail("late");
  }
  check(neutral != success, "stop() announces success");
}

void reported_while_stopping(const Subject& subject) {
  for (int round = 0; round < 20; ++round) {
    ServerRig rig(subject);
    const std::string success = success_page(rig);
    const std::string neutral = neutral_page(rig);
    check(success != neutral, "the page for when nobody knows announces success");
    Held one(rig);
    Thread reporter([&] { one.result.succeed(); });
    rig.server().stop();
    reporter.join();
    const Reply reply = one.peer.read_to_end();
    check_answer(parse_answer(reply), 200);
    check(reply.bytes == success || reply.bytes == neutral,
          "neither the success page nor that for when nobody knows");
  }
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

void first_report(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  Held one(rig, held("/one"));
  const CallbackResult copy = one.result;
  copy.succeed();
  one.result.fail("late");
  check_page(one.peer, success, "the page after succeed(), then fail()");
  Held two(rig, held("/two"));
  two.result.fail("early");
  two.result.succeed();
  const Reply reply = two.peer.read_to_end();
  check_answer(parse_answer(reply), 200);
  check(reply.bytes.find("early") != std::string::npos, "succeed() after fail() changed the page");
  check_reply(rig.send({.target = target_on("/two")}), reply.bytes, "the page, again");
}

void several_threads(const Subject& subject) {
  ServerRig rig(subject);
  const std::string success = success_page(rig);
  for (int round = 0; round < 20; ++round) {
    const std::string path = "/round" + std::to_string(round);
    Held one(rig, held(path));
    Gate start;
    std::vector<Thread> reporters;
    for (int i = 0; i < 8; ++i) {
      reporters.emplace_back([&, i, copy = one.result] {
        start.wait();
        i % 2 == 0 ? copy.succeed() : copy.fail("from one of several");
      });
    }
    start.open();
    const Reply reply = one.peer.read_to_end();
    reporters.clear();
    check_answer(parse_answer(reply), 200);
    check(reply.bytes == success || reply.bytes.find("from one of several") != std::string::npos,
          "a page that nobody reported");
    check_reply(rig.send({.target = target_on(path)}), reply.bytes, "the page, again");
  }
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
  add("reload-while-held", "The same response, sent again meanwhile, waits for the same page.",
      "measured: browsers send it again on reload and after a reset", reload_while_held);
  add("bounded", "So do 15 more at the most; others learn at once that nobody knows.", asked,
      bounded);
  add("reload-afterwards", "The same response gets the page that was decided, until stop().", told,
      reload_afterwards);
  add("stop", "stop() lets the pages go that are held, and reports after it are without effect.",
      "<oauth_callback/callback_server.hpp>", stopped);
  add("report-while-stopping", "A report may race with stop().", told, reported_while_stopping);
  add("refusal", "A refusal by the authorization server is shown at once.", asked, refusal);
  add("head", "HEAD waits for nothing, and has no effect.", "RFC 9110 section 9.3.2", head);
  add("first-report", "The first report decides, on whichever copy.", told, first_report);
  add("several-threads", "Reports may come from several threads at once.", told, several_threads);
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
