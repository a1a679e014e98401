// What get_auth_code() refuses, and how it ends when there is no code.
#include <memory>
#include <stdexcept>
#include <string>

#include "flow_support.hpp"

namespace oauth_callback {
namespace {

TEST(GetAuthCode, RefusesWhatCannotBeOpened) {
  for (const std::string url : {"",
                                "provider.example",
                                "ftp://provider.example/",
                                "javascript:alert(1)",
                                "http://provider.example/",
                                "http://127.0.0.1.evil.example/",
                                "http://127.1/",
                                "https://user@provider.example/",
                                "http://localhost@evil.example/",
                                "https:///path",
                                "https:provider.example",
                                "https://a b/",
                                "https://a/\n",
                                "https://a/\"",
                                "https://a/'",
                                "https://a/\\",
                                "https://a/\xc3\xa4",
                                "https://a:0/",
                                "https://a:99999/",
                                "https://a:/",
                                "https://{redirect_uri}/",
                                "-https://a/",
                                " https://a/"}) {
    AuthCodeOptions options;
    options.authorization_url = url;
    expect_invalid(options, "the authorization URL");
  }
}

TEST(GetAuthCode, RefusesRedirectUrisThatItCannotReceiveOn) {
  const std::pair<const char*, const char*> rows[] = {
      {"https://127.0.0.1:8080/", "not an http URL"},
      {"http://127.0.0.1/callback", "has no port"},
      {"http://provider.example:8080/", "does not lead to this machine"},
      {"http://127.0.0.1.example:8080/", "does not lead to this machine"},
      {"http://127.0.0.1:8080/?a=1", "a query or a fragment"},
      {"http://127.0.0.1:8080/#a", "a query or a fragment"},
      {"urn:ietf:wg:oauth:2.0:oob", "not an http URL"},
      {"http://127.0.0.1:0/", "not an http URL"},
  };
  for (const auto& [uri, text] : rows) {
    AuthCodeOptions options;
    options.authorization_url = endpoint + "&redirect_uri=" + percent_encode(uri);
    expect_invalid(options, text);
  }
}

TEST(GetAuthCode, RefusesContradictions) {
  const auto with = [](const std::string& parameters, auto change, const std::string& text) {
    AuthCodeOptions options;
    options.authorization_url = endpoint + parameters;
    change(options);
    expect_invalid(options, text);
  };
  const std::string uri = "&redirect_uri=http://127.0.0.1:8080/cb";
  with(
      uri,
      [](auto& o) {
        o.server.ports = {1, 2};
      },
      "another port");
  with(
      uri, [](auto& o) { o.server.host = "::1"; }, "different hosts");
  with(
      uri, [](auto& o) { o.server.redirect_host = "localhost"; }, "different hosts");
  with(
      uri, [](auto& o) { o.path = "/other"; }, "another path");
  with(
      "&state=s3cret", [](auto& o) { o.state = "s3cret2"; }, "another state");
  with(
      "&state=s3cret", [](auto& o) { o.any_state = true; }, "a state is given");
  with(
      "", [](auto& o) { o.any_state = true, o.state = "s3cret"; }, "a state is given");
  with(
      "&state=s3cret&state=x", [](auto&) {}, "has state twice");
  with(
      "&state=s3cret%ff", [](auto&) {}, "not well-formed");
  with(
      "&response_mode=fragment", [](auto&) {}, "in the fragment");
  AuthCodeOptions implicit;
  implicit.authorization_url = "https://provider.example/?response_type=id_token%20token";
  expect_invalid(implicit, "in the fragment");
}

TEST(GetAuthCode, ThrowsTheProvidersRefusal) {
  Flow flow(endpoint,
            "error=access_denied&error_description=No.&error_uri=https%3A%2F%2Fp.example%2F");
  try {
    get_auth_code(flow.options);
    FAIL() << "no exception";
  } catch (const OAuthError& refusal) {
    EXPECT_EQ(refusal.code(), errc::refused);
    EXPECT_EQ(refusal.error(), "access_denied");
    EXPECT_EQ(refusal.error_description(), "No.");
    EXPECT_EQ(refusal.error_uri(), "https://p.example/");
  }
}

// Whatever happens, nobody listens afterwards.
#ifdef __cpp_lib_jthread
#endif

TEST(GetAuthCode, NamesABackendThatIsUnknown) {
  AuthCodeOptions options;
  options.authorization_url = endpoint;
  options.backend = "carrier-pigeon";
  try {
    get_auth_code(options);
    FAIL() << "no exception";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), errc::unknown_backend);
  }
}

struct Chosen {};

std::unique_ptr<Transport> say_so() { throw Chosen(); }

TEST(GetAuthCode, TakesABackendOfTheProgram) {
  AuthCodeOptions options;
  options.authorization_url = endpoint;
  options.backend = "own";
  options.backends.add({"own", "a backend of the test's own", say_so});
  EXPECT_THROW(get_auth_code(options), Chosen);
}

}  // namespace
}  // namespace oauth_callback
