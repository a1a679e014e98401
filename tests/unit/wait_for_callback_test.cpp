// expect() and wait() in one call.
#include <thread>

#include "callback_server_support.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

class WaitForCallbackTest : public CallbackServerTest {
 protected:
  // The response may come before the wait: it is parked.
  WaitForCallbackTest() { server_->start({}); }
};

TEST_F(WaitForCallbackTest, TakesAnyStateOnAPath) {
  auto page = get("/callback?code=c&state=whatever");
  EXPECT_EQ(server_->wait_for_callback("/callback", 10s).code, "c");
  EXPECT_EQ(page.get().status, 200);
}

TEST_F(WaitForCallbackTest, TakesWhatIsExpected) {
  auto forged = get("/callback?code=evil&state=t");
  auto page = get("/callback?code=c&state=s");
  EXPECT_EQ(server_->wait_for_callback(Expectation{.state = "s"}, 10s).code, "c");
  EXPECT_EQ(page.get().status, 200);
  EXPECT_EQ(forged.get().status, 400);
}

TEST_F(WaitForCallbackTest, EndsByItself) {
  EXPECT_EQ(error_of([&] { server_->wait_for_callback("/callback", 1ms); }), errc::timed_out);
  EXPECT_EQ(error_of([&] { server_->wait_for_callback("callback", 10s); }), errc::invalid_option);
}

#ifdef __cpp_lib_jthread
TEST_F(WaitForCallbackTest, AStopTokenEndsIt) {
  std::stop_source source;
  auto page = get("/callback?code=c&state=s");
  EXPECT_EQ(server_->wait_for_callback("/callback", 10s, source.get_token()).code, "c");
  source.request_stop();
  EXPECT_EQ(error_of([&] { server_->wait_for_callback("/callback", 60s, source.get_token()); }),
            errc::cancelled);
  EXPECT_EQ(error_of([&] {
              server_->wait_for_callback(Expectation{.state = "s"}, 60s, source.get_token());
            }),
            errc::cancelled);
}
#endif

}  // namespace
}  // namespace oauth_callback
