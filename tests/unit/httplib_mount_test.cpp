// The callback on a server of cpp-httplib's, which would rather read forms and match patterns.
#include <string>
#include <thread>

#include "oauth_callback/httplib_adapter.hpp"
#include "oauth_callback/mount.hpp"

namespace oauth_callback::httplib {
namespace {

using namespace std::chrono_literals;

constexpr const char* form_type = "application/x-www-form-urlencoded";

class HttplibMountTest : public testing::Test {
 protected:
  HttplibMountTest() {
    server_.set_keep_alive_max_count(1);
    mount(server_, callbacks_, path_);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(1ms);
    callbacks_.start({.ports = {static_cast<std::uint16_t>(port_)}});
    pending_ = callbacks_.expect({.path = path_, .state = "s", .form_post = true});
  }

  ~HttplibMountTest() override {
    callbacks_.stop();
    server_.stop();
    thread_.join();
  }

  ::httplib::Client client() const { return ::httplib::Client("127.0.0.1", port_); }

  const std::string path_ = "/cb.(a)*$";  // nothing of it is a pattern
  CallbackMount callbacks_;
  ::httplib::Server server_;
  std::thread thread_;
  int port_ = 0;
  PendingCallback pending_;
};

TEST_F(HttplibMountTest, TakesAPostedForm) {
  const auto response = client().Post(path_, "code=a%2Bb&state=s&x=1;2", form_type);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  const CallbackResult result = pending_.wait(10s);
  EXPECT_EQ(result.code, "a+b");
  EXPECT_EQ(result.parameter("x"), "1;2");
}

TEST_F(HttplibMountTest, TakesAQueryAsItWasSent) {
  const auto response = client().Get(path_ + "?state=s&code=a&x=b==");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(pending_.wait(10s).parameter("x"), "b==");
}

TEST_F(HttplibMountTest, RefusesInOurWords) {
  const auto large = client().Post(path_, std::string(70'000, 'a'), form_type);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->status, 413);
  const auto put = client().Put(path_, "code=a&state=s", form_type);
  ASSERT_TRUE(put);
  EXPECT_EQ(put->status, 405);
  EXPECT_EQ(put->get_header_value("Allow"), "GET, HEAD, POST");
  const auto options = client().Options(path_);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->status, 405);
}

TEST_F(HttplibMountTest, LeavesOtherPathsToTheProgram) {
  const auto other = client().Get("/cbx(a)*$");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->status, 404);
  EXPECT_EQ(other->get_header_value("Content-Security-Policy"), "");
}

}  // namespace
}  // namespace oauth_callback::httplib
