// H15 again: the same response more than once, several reports, and stop().
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cases.hpp"
#include "held.hpp"

namespace oauth_callback::conformance {
namespace {

using std::chrono::milliseconds;

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
  check(neutral != success, "those who are too many are told of a success");
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

}  // namespace

void add_hold_again(Cases& cases) {
  const std::string asked = "<oauth_callback/options.hpp>: hold_page";
  const std::string told = "<oauth_callback/result.hpp>";
  const auto add = [&](std::string id, std::string requirement, const std::string& reference,
                       void (*body)(const Subject&)) {
    cases.push_back({"H15." + std::move(id), std::move(requirement), reference, body});
  };
  add("reload-while-held", "The same response, sent again meanwhile, waits for the same page.",
      "measured: browsers send it again on reload and after a reset", reload_while_held);
  add("bounded", "So do 15 more at the most; others learn at once that nobody knows.", asked,
      bounded);
  add("reload-afterwards", "The same response gets the page that was decided, until stop().", told,
      reload_afterwards);
  add("stop", "stop() lets the pages go that are held, and reports after it are without effect.",
      "<oauth_callback/callback_server.hpp>", stopped);
  add("report-while-stopping", "A report may race with stop().", told, reported_while_stopping);
  add("first-report", "The first report decides, on whichever copy.", told, first_report);
  add("several-threads", "Reports may come from several threads at once.", told, several_threads);
}

}  // namespace oauth_callback::conformance
