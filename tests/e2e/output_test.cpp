// What programs read: formats, refusals, broken pipes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "command.hpp"

namespace oauth_callback::e2e {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Answer {
  std::string uri;
  Finished run;
};

Answer receive(const std::string& format, const std::string& query) {
  Command command({"--no-browser", "--state", "s", "--format", format});
  Answer answer;
  answer.uri = command.read_line();
  get(answer.uri, query);
  answer.run.output = command.read_output();
  answer.run.status = command.wait();
  answer.run.error = command.error();
  return answer;
}

// A quote, a dollar, a newline, a umlaut; a parameter three times; names that no variable can have.
const std::string awkward =
    "code=it%27s%20%24HOME%0A&state=s&n=1&n=2&n=%C3%A4&a-b=x&A.B=y&%3B=z&empty=";

TEST(Output, IsOneJsonObjectOnOneLine) {
  const Answer answer = receive("json", awkward);
  EXPECT_EQ(answer.run.status, 0);
  EXPECT_EQ(
      answer.run.output,
      "{\"code\":\"it's $HOME\\n\",\"state\":\"s\",\"n\":[\"1\",\"2\",\"\\u00e4\"],\"a-b\":\"x\","
      "\"A.B\":\"y\",\";\":\"z\",\"empty\":\"\",\"redirect_uri\":\"" +
          answer.uri + "\"}\n");
}

TEST(Output, IsQuotedForTheShell) {
  const Answer answer = receive("env", awkward);
  EXPECT_EQ(answer.run.status, 0);
  const Finished shell =
      run_shell("eval \"$(cat <<'END'\n" + answer.run.output +
                "END\n)\"\nprintf '%s|' \"$OAUTH_CODE\" \"$OAUTH_N\" \"$OAUTH_A_B\" "
                "\"$OAUTH__\" \"$OAUTH_REDIRECT_URI\"");
  EXPECT_EQ(shell.output, "it's $HOME\n|1|x|z|" + answer.uri + "|") << answer.run.output;
  EXPECT_EQ(shell.error, "");
}

TEST(Output, IsACanonicalQuery) {
  const Answer answer = receive("query", awkward);
  EXPECT_EQ(answer.run.output,
            "code=it%27s%20%24HOME%0A&state=s&n=1&n=2&n=%C3%A4&a-b=x&A.B=y&%3B=z&empty=\n");
}

TEST(Output, HoldsNoCodeThatWouldBreakTheLine) {
  const Answer answer = receive("code", awkward);
  EXPECT_EQ(answer.run.status, 1);
  EXPECT_THAT(answer.run.output, IsEmpty());
  EXPECT_THAT(answer.run.error, HasSubstr("--format json"));
  EXPECT_THAT(answer.run.error, Not(HasSubstr("HOME")));
}

const std::string refusal =
    "error=access_denied&error_description=No%1B%5B31m%0Away%21%C2%9B&state=s&error_uri=https%3A%"
    "2F%2Fp.example";

TEST(Output, IsEmptyWhenTheProviderRefuses) {
  const Answer answer = receive("code", refusal);
  EXPECT_EQ(answer.run.status, 3);
  EXPECT_THAT(answer.run.output, IsEmpty());
  EXPECT_THAT(answer.run.error,
              HasSubstr("oauth-callback: refused by the provider: access_denied: No [31m way! \n"));
}

TEST(Output, HasTheParametersOfARefusalToo) {
  const Answer json = receive("json", refusal);
  EXPECT_EQ(json.run.status, 3);
  EXPECT_EQ(json.run.output,
            "{\"error\":\"access_denied\",\"error_description\":\"No\\u001b[31m\\nway!\\u009b\","
            "\"state\":\"s\",\"error_uri\":\"https://p.example\"}\n");
  EXPECT_THAT(receive("env", refusal).run.output, StartsWith("OAUTH_ERROR='access_denied'\n"));
  EXPECT_THAT(receive("query", refusal).run.output, StartsWith("error=access_denied&"));
}

TEST(Output, ThatCannotBeWrittenIsAFailure) {
  Command command({"--no-browser", "--state", "s"});
  const std::string uri = command.read_line();
  command.close_output();
  EXPECT_TRUE(is_whole(get(uri, "code=c0de&state=s")));
  EXPECT_EQ(command.wait(), 1);
  EXPECT_THAT(command.error(), HasSubstr("cannot write to standard output"));
  EXPECT_THAT(command.error(), Not(HasSubstr("c0de")));
  EXPECT_EQ(run_shell("\"$command\" --no-browser >&-").status, 1);
#ifdef __linux__
  EXPECT_EQ(run_shell("\"$command\" --no-browser >/dev/full").status, 1);
#endif
}

TEST(Output, HasHelpWithExamplesFirst) {
  const Finished help = run({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_THAT(help.error, IsEmpty());
  EXPECT_LT(help.output.find("code=$(oauth-callback"), help.output.find("--timeout TIME"));
  for (const char* option :
       {"--port",       "--host",        "--path",       "--redirect-host", "--timeout",
        "--state",      "--format",      "--no-browser", "--backend",       "--success-html",
        "--error-html", "--success-url", "--error-url",  "--app-name",      "--return-url",
        "--verbose",    "--issuer",      "--form-post",  "--accept-host",   "130"}) {
    EXPECT_THAT(help.output, HasSubstr(option));
  }
  EXPECT_EQ(run({"demo", "--help"}).output, help.output);
  EXPECT_THAT(run({"--version"}).output, StartsWith("oauth-callback "));
}

TEST(Output, ListsTheBackends) {
  const Finished list = run({"backends"});
  EXPECT_EQ(list.status, 0);
  const std::string chosen = line_of(list.output, "chosen: ");
  const std::string name = chosen.substr(8, chosen.find(',') - 8);
  EXPECT_THAT(line_of(list.output, name), HasSubstr(" built "));

  EXPECT_THAT(run({"backends"}, {"OAUTH_CALLBACK_BACKEND=" + name}).output,
              HasSubstr("chosen: " + name + ", named by OAUTH_CALLBACK_BACKEND\n"));
  const Finished unknown = run({"backends"}, {"OAUTH_CALLBACK_BACKEND=pigeon"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.error, HasSubstr("'pigeon'"));
  EXPECT_THAT(unknown.output, HasSubstr(name));
}

}  // namespace
}  // namespace oauth_callback::e2e
