// Where the user's browser runs on another machine, or comes by another name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "command.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string url = "https://provider.example/authorize?client_id=me&response_type=code";

struct SignIn {
  std::string error;
  std::string port;
};

// Signs in, by the URL that is printed.
SignIn sign_in(const Environment& environment, std::vector<std::string> arguments = {}) {
  arguments.push_back(url);
  Command command(std::move(arguments), environment);
  const std::string sent = line_of(command.wait_for_error(url), url);
  const std::string uri = parameter(sent, "redirect_uri");
  get(uri, "code=c0de&state=" + parameter(sent, "state"));
  EXPECT_EQ(command.read_output(), "c0de\n");
  EXPECT_EQ(command.wait(), 0);
  return {command.error(), std::to_string(port_of(uri))};
}

TEST(Remote, AnSshSessionHasItsCommandOnALineOfItsOwn) {
  struct Row {
    const char* connection;
    const char* user;
    const char* end;
  };
  for (const auto& [connection, user, end] :
       {Row{"10.0.0.1 5000 10.0.0.2 22", "ann", " ann@10.0.0.2\n"},
        Row{"10.0.0.1 5000 10.0.0.2 2222", "ann", " -p 2222 ann@10.0.0.2\n"},
        Row{"fe80::1%eth0 5000 fe80::2%eth0 22", "a.b", " a.b@fe80::2%eth0\n"},
        Row{"x y $(id) 22;id", "`id`", " USER@HOST\n"},
        Row{"x y -oProxyCommand=id 22", "-x", " USER@HOST\n"}, Row{"x", "ann", " ann@HOST\n"}}) {
    const SignIn session = sign_in({"SSH_CONNECTION=" + std::string(connection),
                                    "USER=" + std::string(user), "LOGNAME=" + std::string(user)});
    EXPECT_THAT(session.error,
                HasSubstr("\nssh -N -L " + session.port + ":127.0.0.1:" + session.port + end));
    EXPECT_THAT(session.error, Not(HasSubstr("id\n")));
  }
}

TEST(Remote, AnSshSessionForwardsToTheAddressThatIsBound) {
  const SignIn session = sign_in({"SSH_CONNECTION=a 1 b 22"}, {"--host", "localhost"});
  EXPECT_THAT(session.error, HasSubstr(session.port + ":127.0.0.1:" + session.port));
}

TEST(Remote, OtherPlacesHaveTheirs) {
  SignIn session = sign_in({"CODESPACES=true", "CODESPACE_NAME=my-space"});
  EXPECT_THAT(session.error, HasSubstr("\ngh codespace ports forward " + session.port + ":" +
                                       session.port + " -c my-space\n"));
  session = sign_in({"CODESPACES=true", "CODESPACE_NAME=a;id"});
  EXPECT_THAT(session.error, HasSubstr(":" + session.port + "\n"));
  EXPECT_THAT(session.error, Not(HasSubstr(";id")));
  session = sign_in({"REMOTE_CONTAINERS=true"});
  EXPECT_THAT(session.error, HasSubstr("--accept-host 127.0.0.1:N"));
  session = sign_in({"container=podman"});
  EXPECT_THAT(session.error, HasSubstr("--network host"));
}

TEST(Remote, NothingIsSaidWhenABrowserWasStartedInASession) {
  const Folder folder;
  const std::string browser = folder.write("browser", "#!/bin/sh\nprintf %s \"$1\" >&2\n", true);
  Command command({url}, {"SSH_CONNECTION=a 1 b 22", "BROWSER=" + browser});
  EXPECT_THAT(command.wait_for_error("been asked"), Not(HasSubstr("ssh -N")));
}

TEST(Remote, ABrowserMayComeByAnAcceptedHost) {
  Command command({"--no-browser", "--state", "s", "--accept-host", "127.0.0.1:7,box.example",
                   "--accept-host", "other.example:8"});
  const std::string uri = command.read_line();
  const auto ask = [&](const std::string& host) {
    const Socket socket = connect_to(port_of(uri));
    send_bytes(socket, "GET /callback?code=c&state=wrong HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return receive_all(socket);
  };
  for (const std::string& host :
       {std::string("127.0.0.1:7"), "box.example:" + std::to_string(port_of(uri)),
        std::string("other.example:8")}) {
    EXPECT_THAT(ask(host), StartsWith("HTTP/1.1 400 ")) << host;
  }
  EXPECT_THAT(ask("other.example:9"), StartsWith("HTTP/1.1 421 "));
  get(uri, "code=c0de&state=s");
  EXPECT_EQ(command.read_output(), "c0de\n");
}

TEST(Remote, AnAcceptedHostHasToBeOne) {
  const Finished finished = run({"--no-browser", "--accept-host", "http://x"});
  EXPECT_EQ(finished.status, 2);
  EXPECT_THAT(finished.error, HasSubstr("accepted_hosts"));
}

}  // namespace
}  // namespace oauth_callback::e2e
