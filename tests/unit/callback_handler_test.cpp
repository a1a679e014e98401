// The decisions of contract, part H as a table: no socket, no thread, no clock.
#include "callback_handler.hpp"

#include <string>

#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string host = "127.0.0.1:1234";

Request get(std::string target, std::vector<Field> more = {}) {
  Request request{"GET", std::move(target), {{"Host", host}}, ""};
  request.fields.insert(request.fields.end(), more.begin(), more.end());
  return request;
}

Request post(std::string target, std::string body,
             std::string type = "application/x-www-form-urlencoded") {
  return {"POST",
          std::move(target),
          {{"Host", host}, {"Content-Type", std::move(type)}},
          std::move(body)};
}

class CallbackHandlerTest : public testing::Test {
 protected:
  CallbackHandler::Id expect(Expectation expectation) {
    return handler_.expect(std::move(expectation));
  }
  Outcome outcome(const Request& request) { return handler_.decide(request).outcome; }

  // Decides and completes, as a server does.
  Verdict answer(const Request& request) {
    Verdict verdict = handler_.decide(request);
    if (verdict.id != 0) handler_.complete(verdict.id);
    return verdict;
  }

  CallbackHandler handler_{{host}, {}};
};

TEST_F(CallbackHandlerTest, EachCheckComesBeforeTheNext) {
  expect({.path = "/cb", .state = "s", .issuer = "https://as"});
  // Each request fails the check of its row and every later one that it can fail.
  Request request =
      get("/nope", {{"Sec-Purpose", "prefetch;prerender"}, {"Sec-Fetch-Mode", "cors"}});
  request.method = "PUT";
  request.fields[0].value = "localhost:1234";
  EXPECT_EQ(handler_.decide(request).response.status, 421);
  request.fields[0].value = host;
  EXPECT_EQ(handler_.decide(request).response.status, 503);
  request.fields[1].value = "none";
  EXPECT_EQ(handler_.decide(request).response.status, 404);
  request.target = "/cb?code=%zz";
  EXPECT_EQ(handler_.decide(request).response.status, 405);
  request.method = "GET";
  EXPECT_EQ(handler_.decide(request).response.status, 403);
  request.fields[2].value = "navigate";
  EXPECT_EQ(outcome(request), Outcome::malformed);
  request.target = "/cb?state=x&iss=x";
  EXPECT_EQ(outcome(request), Outcome::wrong_state);
  request.target = "/cb?state=s&iss=x";
  EXPECT_EQ(outcome(request), Outcome::wrong_issuer);
  request.target = "/cb?state=s&iss=https://as&code=";
  EXPECT_EQ(outcome(request), Outcome::incomplete);
  request.target = "/cb?state=s&iss=https://as&code=c";
  EXPECT_EQ(outcome(request), Outcome::completed);
}

TEST_F(CallbackHandlerTest, HostMustBeExact) {
  expect({.path = "/cb", .state = "s"});
  for (const char* bad : {"127.0.0.1", "127.0.0.1:01234", "127.0.0.1:12345", "localhost:1234",
                          "127.0.0.1:1234 ", "evil.example"}) {
    EXPECT_EQ(outcome({"GET", "/cb?code=c&state=s", {{"Host", bad}}, ""}), Outcome::wrong_host)
        << bad;
  }
  EXPECT_EQ(outcome(get("http://evil.example/cb?code=c&state=s")), Outcome::wrong_host);
  EXPECT_EQ(outcome(get("http://" + host + "/cb?code=c&state=s")), Outcome::completed);
}

TEST_F(CallbackHandlerTest, PathMustBeExact) {
  expect({.path = "/cb", .state = "s"});
  for (const char* other :
       {"/", "/cb/", "//cb", "/./cb", "/%63b", "/cb%3Fcode=c", "/CB", "/cb;x"}) {
    EXPECT_EQ(outcome(get(std::string(other) + "?code=c&state=s")), Outcome::not_expected) << other;
  }
}

TEST_F(CallbackHandlerTest, SpeculationInAnySpelling) {
  expect({.path = "/cb", .state = "s"});
  for (const Field& field :
       {Field{"Sec-Purpose", "prefetch"}, Field{"purpose", "Prefetch"},
        Field{"Sec-Purpose", "prefetch;prerender"}, Field{"Sec-Purpose", "PRERENDER"}}) {
    EXPECT_EQ(outcome(get("/cb?code=c&state=s", {field})), Outcome::speculative) << field.value;
  }
}

TEST_F(CallbackHandlerTest, OnlyNavigationsOfADocument) {
  expect({.path = "/cb", .state = "s"});
  for (const Field& field : {Field{"Sec-Fetch-Mode", "no-cors"}, Field{"Sec-Fetch-Dest", "iframe"},
                             Field{"sec-fetch-dest", "empty"}, Field{"Sec-Fetch-Mode", "Navigate"},
                             Field{"Sec-WebSocket-Key", "a"}}) {
    EXPECT_EQ(outcome(get("/cb?code=c&state=s", {field})), Outcome::not_navigation) << field.value;
  }
  EXPECT_EQ(outcome(get("/cb?code=c&state=s", {{"Sec-Fetch-Mode", "navigate"},
                                               {"Sec-Fetch-Dest", "document"},
                                               {"Sec-Fetch-Site", "cross-site"}})),
            Outcome::completed);
}

TEST_F(CallbackHandlerTest, Methods) {
  expect({.path = "/cb", .state = "s"});
  for (const char* method : {"OPTIONS", "PUT", "DELETE", "POST", "TRACE", "CONNECT"}) {
    Request request = get("/cb?code=c&state=s");
    request.method = method;
    const Verdict verdict = handler_.decide(request);
    EXPECT_EQ(verdict.outcome, Outcome::bad_method) << method;
    EXPECT_EQ(field_value(verdict.response.fields, "Allow"), "GET, HEAD");
  }
  expect({.path = "/cb", .state = "posted", .form_post = true});
  Request request = get("/cb");
  request.method = "PUT";
  EXPECT_EQ(field_value(handler_.decide(request).response.fields, "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(outcome(post("/cb", "code=c&state=s")),
            Outcome::bad_method);  // that one is not for POST
  EXPECT_EQ(outcome(post("/cb", "code=c&state=posted")), Outcome::completed);
}

TEST_F(CallbackHandlerTest, FormPost) {
  expect({.path = "/cb", .state = "s", .form_post = true});
  EXPECT_EQ(outcome(post("/cb", "code=c&state=s", "text/plain")), Outcome::bad_content_type);
  EXPECT_EQ(outcome(post("/cb", "code=c&state=s", "application/x-www-form-urlencodedx")),
            Outcome::bad_content_type);
  EXPECT_EQ(outcome(post("/cb?state=s", "code=c&state=s")), Outcome::malformed);
  const Verdict verdict = handler_.decide(
      post("/cb?x=1", "code=c&state=s", "Application/X-WWW-Form-Urlencoded ; charset=utf-8"));
  EXPECT_EQ(verdict.outcome, Outcome::completed);
  EXPECT_EQ(verdict.result.parameter("x"), "1");
}

TEST_F(CallbackHandlerTest, RepeatedParameters) {
  expect({.path = "/cb", .state = "s"});
  for (const char* twice : {"code", "state", "error", "iss"}) {
    const std::string query = std::string("/cb?state=s&code=c&") + twice + "=1&" + twice + "=1";
    EXPECT_EQ(outcome(get(query)), Outcome::malformed) << twice;
  }
  const Verdict verdict = handler_.decide(get("/cb?scope=a&state=s&scope=b&code=c"));
  EXPECT_EQ(verdict.outcome, Outcome::completed);
  EXPECT_EQ(verdict.result.parameters.size(), 4u);
}

TEST_F(CallbackHandlerTest, ErrorNeedsTheStateToo) {
  expect({.path = "/cb", .state = "s"});
  EXPECT_EQ(outcome(get("/cb?error=access_denied")), Outcome::wrong_state);
  EXPECT_EQ(handler_.wrong_states(), 1u);
  const Verdict verdict =
      handler_.decide(get("/cb?error=access_denied&error_description=%3Cscript%3E&state=s"));
  EXPECT_EQ(verdict.outcome, Outcome::completed);
  EXPECT_EQ(verdict.response.status, 200);
  EXPECT_THAT(verdict.response.body, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(verdict.response.body, Not(HasSubstr("<script>alert")));
}

TEST_F(CallbackHandlerTest, RepeatedResponseGetsItsPageAgain) {
  expect({.path = "/cb", .state = "s"});
  const Verdict first = answer(get("/cb?code=c&state=s"));
  EXPECT_NE(first.id, 0u);
  const Verdict again = answer(get("/cb?code=c&state=s"));
  EXPECT_EQ(again.outcome, Outcome::repeated);
  EXPECT_EQ(again.id, 0u);
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_EQ(outcome(get("/cb?code=d&state=s")), Outcome::wrong_state);
}

TEST_F(CallbackHandlerTest, AReloadOfThePageGetsItWhileNobodyWaitsThere) {
  expect({.path = "/cb", .state = "s"});
  const Verdict first = answer(get("/cb?code=c&state=s"));
  const Verdict again = answer(get("/cb"));
  EXPECT_EQ(again.outcome, Outcome::repeated);
  EXPECT_EQ(again.id, 0u);
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_EQ(outcome(get("/cb?x")), Outcome::wrong_state);
  EXPECT_EQ(outcome(get("/cb?")), Outcome::repeated);
  expect({.path = "/cb", .any_state = true});
  EXPECT_EQ(outcome(get("/cb")), Outcome::incomplete);
}

TEST_F(CallbackHandlerTest, TheOldestCompletedIsForgotten) {
  const auto response = [](int i) { return get("/callback?code=c&state=" + std::to_string(i)); };
  for (int i = 0; i <= 256; ++i) {
    expect({.state = std::to_string(i)});
    EXPECT_EQ(answer(response(i)).outcome, Outcome::completed);
  }
  EXPECT_EQ(outcome(response(0)), Outcome::wrong_state);
  EXPECT_EQ(outcome(response(1)), Outcome::repeated);
  EXPECT_EQ(outcome(response(256)), Outcome::repeated);
}

TEST_F(CallbackHandlerTest, AClaimIsExclusiveUntilReleased) {
  expect({.path = "/cb", .state = "s"});
  const Verdict first = handler_.decide(get("/cb?code=c&state=s"));
  EXPECT_EQ(outcome(get("/cb?code=c&state=s")), Outcome::repeated);
  EXPECT_EQ(outcome(get("/cb?code=d&state=s")), Outcome::wrong_state);
  handler_.release(first.id);
  EXPECT_EQ(outcome(get("/cb?code=d&state=s")), Outcome::completed);
}

TEST_F(CallbackHandlerTest, AnIdThatIsGoneIsIgnored) {
  const auto id = expect({.state = "s"});
  handler_.forget(id);
  handler_.complete(id);
  handler_.release(id);
  handler_.forget(id);
  EXPECT_EQ(outcome(get("/callback?code=c&state=s")), Outcome::not_expected);
}

TEST_F(CallbackHandlerTest, HeadHasNoEffect) {
  expect({.path = "/cb", .state = "s"});
  Request head = get("/cb?code=c&state=s");
  head.method = "HEAD";
  const Verdict probed = answer(head);
  EXPECT_EQ(probed.outcome, Outcome::probed);
  EXPECT_EQ(probed.id, 0u);
  head.target = "/cb?code=c&state=x";
  EXPECT_EQ(outcome(head), Outcome::wrong_state);
  EXPECT_EQ(handler_.wrong_states(), 0u);
  const Verdict real = answer(get("/cb?code=c&state=s"));
  EXPECT_EQ(real.outcome, Outcome::completed);
  EXPECT_EQ(real.response.body, probed.response.body);
}

TEST_F(CallbackHandlerTest, SeveralOnOnePathByState) {
  const auto a = expect({.path = "/cb", .state = "a"});
  const auto b = expect({.path = "/cb", .state = "b"});
  const auto any = expect({.path = "/cb", .any_state = true});
  EXPECT_EQ(answer(get("/cb?code=c&state=b")).id, b);
  EXPECT_EQ(answer(get("/cb?code=c&state=a")).id, a);
  EXPECT_EQ(answer(get("/cb?code=c&state=z")).id, any);
  EXPECT_EQ(outcome(get("/cb?code=c&state=y")), Outcome::wrong_state);
}

TEST_F(CallbackHandlerTest, CompletedBy) {
  expect({.path = "/cb", .state = "s", .completed_by = {"token"}});
  EXPECT_EQ(outcome(get("/cb?code=c&state=s")), Outcome::incomplete);
  EXPECT_EQ(outcome(get("/cb?token=t&state=s")), Outcome::completed);
}

TEST_F(CallbackHandlerTest, ForgottenPathIsUnknown) {
  const auto id = expect({.path = "/cb", .state = "s"});
  handler_.forget(id);
  EXPECT_EQ(outcome(get("/cb?code=c&state=s")), Outcome::not_expected);
}

TEST_F(CallbackHandlerTest, RefusesExpectationsThatCannotWork) {
  const auto refused = [&](Expectation expectation) {
    try {
      expect(std::move(expectation));
    } catch (const Error& error) {
      return error.code() == errc::invalid_option;
    }
    return false;
  };
  EXPECT_TRUE(refused({.path = "/cb"}));
  EXPECT_TRUE(refused({.path = "/cb", .state = "s", .any_state = true}));
  EXPECT_TRUE(refused({.path = "cb", .state = "s"}));
  EXPECT_TRUE(refused({.path = "", .state = "s"}));
  EXPECT_TRUE(refused({.path = "/cb?x=1", .state = "s"}));
  EXPECT_TRUE(refused({.path = "/c b", .state = "s"}));
  EXPECT_TRUE(refused({.path = "/%zz", .state = "s"}));
  EXPECT_TRUE(refused({.path = "/cb", .state = "s", .completed_by = {}}));
  expect({.path = "/cb", .state = "s"});
  EXPECT_TRUE(refused({.path = "/cb", .state = "s"}));
}

}  // namespace
}  // namespace oauth_callback
