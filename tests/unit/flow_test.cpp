// The flow from an authorization URL to a code. `launch` plays the browser, over a socket of its
// own.
#include <set>
#include <string>
#include <thread>

#include "flow_support.hpp"

namespace oauth_callback {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(RandomState, IsNewEveryTimeAndBase64Url) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string state = random_state();
    EXPECT_EQ(state.size(), 43U);
    EXPECT_EQ(percent_encode(state), state);
    EXPECT_TRUE(seen.insert(state).second);
  }
}

TEST(Pkce, MatchesAppendixBOfRfc7636) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  const Pkce pkce = make_pkce();
  EXPECT_EQ(pkce.verifier.size(), 43U);
  EXPECT_EQ(pkce.challenge, pkce_challenge(pkce.verifier));
  EXPECT_NE(pkce.verifier, make_pkce().verifier);
}

TEST(GetAuthCode, AddsRedirectUriAndState) {
  Flow flow(endpoint + "&scope=a%20b+c#/login", "code=4%2F0A%2Bb%3D%3D&extra=1");
  const AuthCode result = get_auth_code(flow.options);
  EXPECT_EQ(result.code, "4/0A+b==");
  EXPECT_EQ(result.parameter("extra"), "1");
  EXPECT_EQ(result.redirect_uri, parameter(flow.url, "redirect_uri"));
  EXPECT_THAT(result.redirect_uri, StartsWith("http://127.0.0.1:"));
  EXPECT_THAT(result.redirect_uri, EndsWith("/callback"));
  EXPECT_EQ(result.state.size(), 43U);
  EXPECT_THAT(flow.url,
              StartsWith(endpoint + "&scope=a%20b+c&redirect_uri=http%3A%2F%2F127.0.0.1%3A"));
  EXPECT_THAT(flow.url, EndsWith("&state=" + result.state + "#/login"));
}

TEST(GetAuthCode, FillsWhatStandsThereWithoutValueInItsPlace) {
  Flow flow("https://provider.example/?state=&x=1&redirect_uri&y=%zz&");
  const AuthCode result = get_auth_code(flow.options);
  EXPECT_EQ(flow.url, "https://provider.example/?state=" + result.state +
                          "&x=1&redirect_uri=" + percent_encode(result.redirect_uri) + "&y=%zz&");
}

TEST(GetAuthCode, AddsAQueryWhereThereIsNone) {
  for (const std::string base : {"https://provider.example", "https://provider.example/a?"}) {
    Flow flow(base);
    flow.options.state = "a b/";
    EXPECT_EQ(get_auth_code(flow.options).state, "a b/");
    EXPECT_THAT(flow.url, StartsWith(base.substr(0, base.find('?')) + "?redirect_uri="));
    EXPECT_THAT(flow.url, EndsWith("&state=a%20b%2F"));
  }
}

TEST(GetAuthCode, ReplacesThePlaceholder) {
  for (const std::string placeholder : {"{redirect_uri}", "%7Bredirect_uri%7D"}) {
    Flow flow("https://provider.example/?redirect_uri=" + placeholder + "&state=mine");
    const AuthCode result = get_auth_code(flow.options);
    EXPECT_EQ(flow.url, "https://provider.example/?redirect_uri=" +
                            percent_encode(result.redirect_uri) + "&state=mine");
  }
}

TEST(GetAuthCode, AddsNoRedirectUriBesideAPlaceholderOfAnotherName) {
  Flow flow("https://provider.example/?return_to={redirect_uri}&state=mine");
  flow.options.launch = [&](const std::string& url) {
    EXPECT_EQ(parameter(url, "redirect_uri"), "");
    exchange(parameter(url, "return_to"), "GET", "?code=c0de&state=mine");
  };
  EXPECT_EQ(get_auth_code(flow.options).code, "c0de");
}

std::uint16_t free_port() {
  Flow flow(endpoint);
  return port_of(get_auth_code(flow.options).redirect_uri);
}

TEST(GetAuthCode, ListensWhereTheRedirectUriOfTheUrlSays) {
  for (const std::string host : {"127.0.0.1", "localhost"}) {
    const std::string uri = "http://" + host + ":" + std::to_string(free_port()) + "/a/b";
    const std::string url = endpoint + "&redirect_uri=" + percent_encode(uri) + "&state=a%2Bb";
    Flow flow(url);
    const AuthCode result = get_auth_code(flow.options);
    EXPECT_EQ(flow.url, url);
    EXPECT_EQ(result.redirect_uri, uri);
    EXPECT_EQ(result.state, "a+b");
  }
}

TEST(GetAuthCode, KeepsTheRedirectHostThatTheProviderDictates) {
  const std::string uri = "http://my.test:" + std::to_string(free_port()) + "/";
  Flow flow(endpoint + "&redirect_uri=" + percent_encode(uri));
  flow.options.server.redirect_host = "my.test";
  EXPECT_EQ(get_auth_code(flow.options).redirect_uri, uri);
}

TEST(GetAuthCode, GoesOnWaitingAfterAWrongState) {
  Flow flow(endpoint);
  flow.options.launch = [](const std::string& url) {
    const std::string uri = parameter(url, "redirect_uri");
    EXPECT_THAT(exchange(uri, "GET", "?error=access_denied&state=wrong"),
                StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(exchange(uri, "GET", "?code=x"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(answer(url, "code=right"), StartsWith("HTTP/1.1 200 "));
  };
  EXPECT_EQ(get_auth_code(flow.options).code, "right");
}

TEST(GetAuthCode, UnderstandsFormPost) {
  Flow flow(endpoint + "&response_mode=form_post");
  flow.options.launch = [](const std::string& url) {
    EXPECT_THAT(exchange(parameter(url, "redirect_uri"), "POST", "",
                         "code=c0de&state=" + parameter(url, "state")),
                StartsWith("HTTP/1.1 200 "));
  };
  EXPECT_EQ(get_auth_code(flow.options).code, "c0de");
}

TEST(GetAuthCode, SendsNoStateWhenAnyIsTaken) {
  Flow flow(endpoint);
  flow.options.any_state = true;
  flow.options.launch = [](const std::string& url) {
    EXPECT_THAT(url, Not(HasSubstr("state=")));
    exchange(parameter(url, "redirect_uri"), "GET", "?code=c0de&state=whatever");
  };
  EXPECT_EQ(get_auth_code(flow.options).code, "c0de");
}

TEST(GetAuthCode, ChecksTheIssuer) {
  Flow flow(endpoint);
  flow.options.issuer = "https://provider.example";
  flow.options.launch = [](const std::string& url) {
    EXPECT_THAT(answer(url, "code=x&iss=https%3A%2F%2Fother.example"), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(answer(url, "code=c0de&iss=https%3A%2F%2Fprovider.example"),
                StartsWith("HTTP/1.1 200 "));
  };
  EXPECT_EQ(get_auth_code(flow.options).code, "c0de");
}

TEST(GetAuthCode, AlwaysStopsTheServer) {
  std::uint16_t port = 0;
  AuthCodeOptions options;
  options.authorization_url = endpoint;
  options.timeout = std::chrono::milliseconds(1);
  options.launch = [&](const std::string& url) { port = port_of(parameter(url, "redirect_uri")); };
  try {
    get_auth_code(options);
    FAIL() << "no exception";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::timed_out);
  }
  EXPECT_EQ(connect_to(AF_INET, port), -1);

  options.launch = [&](const std::string& url) {
    port = port_of(parameter(url, "redirect_uri"));
    throw std::runtime_error("no browser today");
  };
  EXPECT_THROW(get_auth_code(options), std::runtime_error);
  EXPECT_EQ(connect_to(AF_INET, port), -1);
}

TEST(GetAuthCode, TakesWhatIsSubmitted) {
  std::shared_ptr<ICallbackServer> kept;
  std::thread submitter;
  AuthCodeOptions options;
  options.authorization_url = endpoint;
  options.state = "s";
  options.listening = [&](const std::shared_ptr<ICallbackServer>& server) { kept = server; };
  options.launch = [&](const std::string&) {
    ASSERT_TRUE(kept);
    submitter = std::thread([&] {
      EXPECT_EQ(kept->submit("?code=EVIL&state=other"), Outcome::wrong_state);
      EXPECT_EQ(kept->submit("?code=pasted&state=s"), Outcome::completed);
    });
  };
  EXPECT_EQ(get_auth_code(options).code, "pasted");
  submitter.join();
  EXPECT_EQ(kept->submit("?code=late&state=s"), Outcome::not_expected);
}

TEST(GetAuthCode, EndsWhenItIsCancelled) {
  std::stop_source source;
  AuthCodeOptions options;
  options.authorization_url = endpoint;
  options.stop = source.get_token();
  options.launch = [&](const std::string&) { source.request_stop(); };
  try {
    get_auth_code(options);
    FAIL() << "no exception";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::cancelled);
  }
}

}  // namespace
}  // namespace oauth_callback
