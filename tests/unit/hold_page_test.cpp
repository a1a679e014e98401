// Pages that are held, on a transport without sockets, and in get_auth_code().
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "callback_server_support.hpp"
#include "flow_support.hpp"
#include "held_pages.hpp"
#include "pages.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

bool is_waiting(const std::future<Response>& answer) {
  return answer.wait_for(0s) == std::future_status::timeout;
}

class HoldPageTest : public CallbackServerTest {
 protected:
  HoldPageTest() { server_->start({}); }

  PendingCallback expect_held(std::chrono::milliseconds timeout = 1h) {
    return server_->expect({.state = "s", .hold_page = true, .hold_timeout = timeout});
  }
  std::future<Response> respond() { return get("/callback?code=c&state=s"); }

  const PageSet pages_{{}};
};

TEST(CallbackResult, ReportsAreNothingToCompare) {
  const CallbackResult a = make_callback_result({{"code", "c"}});
  CallbackResult b = a;
  b.held_page.page = std::make_shared<detail::HeldPage>();
  EXPECT_EQ(a, b);
  b.code = "d";
  EXPECT_FALSE(a == b);
}

TEST(CallbackResult, ReportsWithoutAServerAreWithoutEffect) {
  const CallbackResult result = make_callback_result({{"code", "c"}});
  result.succeed();
  result.fail("why");
}

TEST_F(HoldPageTest, IsReportedForWhatWasPasted) {
  PendingCallback pending = expect_held();
  EXPECT_EQ(server_->submit("?code=c&state=s"), Outcome::completed);
  const CallbackResult result = pending.wait(10s);
  auto page = respond();
  EXPECT_TRUE(is_waiting(page));
  result.fail("too late");
  EXPECT_EQ(page.get().body, pages_.failed("too late").body);
  EXPECT_EQ(respond().get().body, pages_.failed("too late").body);
}

TEST_F(HoldPageTest, WaitsForTheReport) {
  PendingCallback pending = expect_held();
  auto page = respond();
  const CallbackResult result = pending.wait(10s);
  EXPECT_EQ(result.code, "c");
  EXPECT_TRUE(is_waiting(page));
  result.succeed();
  EXPECT_EQ(page.get().body, pages_.success(result).body);
}

TEST_F(HoldPageTest, FailsWithAMessage) {
  PendingCallback pending = expect_held();
  auto page = respond();
  pending.wait(10s).fail("a < b");
  EXPECT_EQ(page.get().body, pages_.failed("a < b").body);
  EXPECT_THAT(pages_.failed("a < b").body, HasSubstr("a &lt; b"));
  EXPECT_EQ(respond().get().body, pages_.failed("a < b").body);
}

TEST_F(HoldPageTest, EndsAtTheLimitAndLeavesNothingToReport) {
  for (const auto timeout : {20ms, 0ms, -1ms}) {
    PendingCallback pending = expect_held(timeout);
    auto page = get("/callback?code=" + std::to_string(timeout.count()) + "&state=s");
    const CallbackResult result = pending.wait(10s);
    EXPECT_EQ(page.get().body, pages_.undecided().body);
    result.succeed();
  }
}

TEST_F(HoldPageTest, ALimitBeyondTheClockIsForever) {
  PendingCallback pending = expect_held(std::chrono::milliseconds::max());
  auto page = respond();
  const CallbackResult result = pending.wait(10s);
  EXPECT_TRUE(is_waiting(page));
  result.succeed();
  EXPECT_EQ(page.get().body, pages_.success(result).body);
}

TEST_F(HoldPageTest, LimitsAreKeptInTheirOrder) {
  PendingCallback late = server_->expect({.path = "/late", .state = "s", .hold_page = true});
  auto late_page = get("/late?code=c&state=s");
  PendingCallback soon = expect_held(20ms);
  EXPECT_EQ(respond().get().body, pages_.undecided().body);
  EXPECT_TRUE(is_waiting(late_page));
}

TEST_F(HoldPageTest, WithNobodyLeftToReportThePageSaysSo) {
  PendingCallback pending = expect_held();
  auto page = respond();
  {
    const CallbackResult result = pending.wait(10s);
    pending = PendingCallback();
    EXPECT_TRUE(is_waiting(page));
  }
  EXPECT_EQ(page.get().body, pages_.undecided().body);
}

TEST_F(HoldPageTest, APollKeepsWhatItHasNotTaken) {
  PendingCallback pending = expect_held();
  auto page = respond();
  EXPECT_TRUE(pending.poll());
  EXPECT_TRUE(is_waiting(page));
  pending.poll()->succeed();
  EXPECT_EQ(page.get().body, pages_.success({}).body);
}

TEST_F(HoldPageTest, ReportsAfterTheServersEndAreSafe) {
  PendingCallback pending = expect_held();
  auto page = respond();
  const CallbackResult result = pending.wait(10s);
  std::vector<std::thread> reporters;
  for (int i = 0; i < 4; ++i) {
    reporters.emplace_back([copy = result, i] { i % 2 == 0 ? copy.succeed() : copy.fail("why"); });
  }
  server_.reset();
  for (std::thread& reporter : reporters) reporter.join();
  EXPECT_FALSE(is_waiting(page));
  result.succeed();
  pending.wait(0ms).fail("late");
}

TEST_F(HoldPageTest, StopAnswersWithNobodyKnows) {
  PendingCallback pending = expect_held();
  auto page = respond();
  auto again = respond();
  pending.wait(10s);
  server_->request_stop();
  EXPECT_EQ(page.get().body, pages_.undecided().body);
  EXPECT_EQ(again.get().body, pages_.undecided().body);
}

// Its hook still runs when the program gives up: there is nobody to report.
TEST_F(HoldPageTest, ACancelledWaitHoldsNothing) {
  std::promise<void> entered;
  std::promise<void> leave;
  server_->stop();
  server_->start({.on_request = [&, left = leave.get_future().share()](const RequestEvent&) {
    entered.set_value();
    left.wait();
  }});
  PendingCallback pending = expect_held();
  auto page = respond();
  entered.get_future().wait();
  pending.cancel();
  leave.set_value();
  EXPECT_EQ(page.get().body, pages_.undecided().body);
}

TEST(HeldPages, TakesSixteen) {
  HeldPages pages;
  int answered = 0;
  const auto responder = [&] { return Responder([&](const Response&) { ++answered; }, {}); };
  Responder first = responder();
  pages.begin(7, first, {}, 1h);
  for (int i = 1; i < 16; ++i) {
    Responder next = responder();
    EXPECT_TRUE(pages.join(7, next));
  }
  Responder last = responder();
  EXPECT_FALSE(pages.join(7, last));
  EXPECT_FALSE(pages.join(8, last));
  EXPECT_EQ(answered, 0);
  EXPECT_EQ(pages.end(7)->waiting.size(), 16U);
  EXPECT_FALSE(pages.end(7));
  EXPECT_FALSE(pages.next_deadline());
}

TEST(FailedPage, FillsAnOwnTemplate) {
  const PageSet pages({.error_html = "<h1>[{{error}}] {{error_description}}</h1>"});
  EXPECT_THAT(pages.failed("a < b").body, StartsWith("<h1>[] a &lt; b</h1>"));
}

// A browser that does not wait before `launch` returns.
struct Browsing {
  std::string page;
  std::atomic<bool> answered = false;
  std::thread browser;

  explicit Browsing(AuthCodeOptions& options, std::string parameters = "code=c0de") {
    options.launch = [this, parameters = std::move(parameters)](const std::string& url) {
      browser = std::thread([this, url, parameters] {
        page = answer(url, parameters);
        answered = true;
      });
    };
  }
  std::string finish() {
    browser.join();
    return page;
  }
};

TEST(GetAuthCode, ShowsSuccessAfterTheExchange) {
  Flow flow(endpoint);
  Browsing browsing(flow.options);
  std::string exchanged;
  flow.options.exchange = [&](const AuthCode& code) {
    EXPECT_FALSE(browsing.answered);
    exchanged = code.code + " for " + code.redirect_uri;
  };
  const AuthCode result = get_auth_code(flow.options);
  EXPECT_EQ(exchanged, "c0de for " + result.redirect_uri);
  const std::string page = browsing.finish();
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(page, testing::EndsWith(PageSet({}).success(result).body));
}

TEST(GetAuthCode, ShowsFailureAndPassesOnWhatTheExchangeThrew) {
  Flow flow(endpoint);
  Browsing browsing(flow.options);
  flow.options.exchange = [](const AuthCode&) { throw std::runtime_error("s3cret"); };
  EXPECT_THROW(get_auth_code(flow.options), std::runtime_error);
  const std::string page = browsing.finish();
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(page, HasSubstr("The program could not complete the sign-in."));
  EXPECT_THAT(page, Not(HasSubstr("s3cret")));
}

TEST(GetAuthCode, ExchangesNothingAfterARefusal) {
  Flow flow(endpoint);
  Browsing browsing(flow.options, "error=access_denied");
  flow.options.exchange = [](const AuthCode&) { ADD_FAILURE() << "there is no code"; };
  EXPECT_THROW(get_auth_code(flow.options), OAuthError);
  EXPECT_THAT(browsing.finish(), HasSubstr("access_denied"));
}

}  // namespace
}  // namespace oauth_callback
