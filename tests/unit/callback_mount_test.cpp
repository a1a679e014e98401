// The callback on a server of the program's own.
#include <thread>

#include "callback_server_support.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/mount.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

const Field host{"Host", "127.0.0.1:8080"};

TEST(CallbackMount, AnswersOnAServerOfTheProgram) {
  CallbackMount mount;
  EXPECT_EQ(mount.handle(Request{"GET", "/", {}, ""}).status, 503);
  EXPECT_EQ(error_of([&] { mount.start({.ports = {0}}); }), errc::invalid_option);
  mount.start({.ports = {8080}});
  EXPECT_EQ(mount.redirect_uri("/callback"), "http://127.0.0.1:8080/callback");
  PendingCallback pending = mount.expect({.path = "/callback", .state = "s"});
  EXPECT_EQ(mount.handle(Request{"GET", "/callback?code=c&state=s", {host, host}, ""}).status, 400);
  EXPECT_EQ(mount.handle(Request{"POST", "/callback", {host}, std::string(65537, 'a')}).status,
            413);
  EXPECT_EQ(
      mount.handle(Request{"GET", "/callback?code=c&state=s", {{"Cookie", "a"}, host}, ""}).status,
      200);
  EXPECT_EQ(pending.wait(10s).code, "c");
  mount.stop();
  EXPECT_EQ(mount.handle(Request{"GET", "/callback", {host}, ""}).status, 503);
}

TEST(CallbackMount, NeedsToRun) {
  CallbackMount mount;
  EXPECT_EQ(mount.backend(), "mount");
  EXPECT_EQ(error_of([&] { mount.redirect_uri("/callback"); }), errc::not_running);
  EXPECT_EQ(error_of([&] { mount.expect({.state = "s"}); }), errc::not_running);
  mount.request_stop();
  mount.start({.ports = {8080}});
  EXPECT_EQ(error_of([&] { mount.start({.ports = {8080}}); }), errc::already_running);
  PendingCallback pending = mount.expect({.state = "s"});
  mount.request_stop();
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
  EXPECT_EQ(mount.handle(Request{"GET", "/callback", {host}, ""}).status, 503);
  mount.stop();
  mount.stop();
}

TEST(CallbackMount, AHookMayStopIt) {
  CallbackMount mount;
  mount.start({.ports = {8080}, .on_request = [&](const RequestEvent&) { mount.stop(); }});
  PendingCallback pending = mount.expect({.state = "s"});
  EXPECT_EQ(mount.handle(Request{"GET", "/callback?code=c&state=s", {host}, ""}).status, 200);
  EXPECT_EQ(error_of([&] { pending.wait(60s); }), errc::stopped);
}

}  // namespace
}  // namespace oauth_callback
