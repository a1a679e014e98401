// Starting the browser. BROWSER names scripts that write down how they were called.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "oauth_callback/errors.hpp"
#include "oauth_callback/flow.hpp"

namespace oauth_callback {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class Browser : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/browserXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (const char* name : {"BROWSER", "DISPLAY", "WAYLAND_DISPLAY"}) {
      const char* value = std::getenv(name);
      saved_.emplace_back(name, value != nullptr ? value : "");
      unsetenv(name);
    }
  }

  void TearDown() override {
    for (const auto& [name, value] : saved_)
      value.empty() ? unsetenv(name.c_str()) : setenv(name.c_str(), value.c_str(), 1);
    fs::remove_all(folder_);
  }

  // A program that runs these lines of sh, and then makes its report appear at once.
  std::string script(const std::string& name, const std::string& lines) {
    const fs::path path = folder_ / name;
    std::ofstream(path) << "#!/bin/sh\nreport=" << report().string() << "\n{\n"
                        << lines << "\n} >$report.part 2>&1\nmv $report.part $report\n";
    chmod(path.c_str(), 0700);
    return path;
  }

  std::string argv_script(const std::string& name) {
    return script(name, "printf '%s\\n' \"${0##*/}\" \"$@\"");
  }

  // The lines of the report, when it is there.
  std::vector<std::string> wait_for_report() {
    for (int i = 0; i < 2000 && !fs::exists(report()); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::ifstream stream(report());
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    fs::remove(report());
    return lines;
  }

  fs::path report() const { return folder_ / "report"; }

  fs::path folder_;
  std::vector<std::pair<std::string, std::string>> saved_;
};

const std::string url = "https://provider.example/a?b=$(id)&c=`id`;d=%s%20|e";

std::string safe_url() { return "https://provider.example/a?b=$(id)&c=%60;d=%s%20*"; }

TEST_F(Browser, GetsTheUrlAsOneArgument) {
  setenv("BROWSER", argv_script("firefox").c_str(), 1);
  EXPECT_TRUE(open_browser(safe_url()));
  EXPECT_THAT(wait_for_report(), ElementsAre("firefox", safe_url()));
}

TEST_F(Browser, GetsTheUrlInThePlaceOfPercentS) {
  setenv("BROWSER", (argv_script("it") + " --app=%s  50%%\t'a b'").c_str(), 1);
  EXPECT_TRUE(open_browser(safe_url()));
  EXPECT_THAT(wait_for_report(), ElementsAre("it", "--app=" + safe_url(), "50%", "'a", "b'"));
}

TEST_F(Browser, IsTheFirstOfTheListThatStarts) {
  const fs::path not_executable = folder_ / "data";
  std::ofstream(not_executable) << "no program";
  const fs::path no_interpreter = folder_ / "broken";
  std::ofstream(no_interpreter) << "#!/nonexistent/interpreter\n";
  chmod(no_interpreter.c_str(), 0700);
  setenv("BROWSER",
         (":/nonexistent/browser:  :" + not_executable.string() + ":" + no_interpreter.string() +
          ":" + argv_script("second") + ":" + argv_script("third"))
             .c_str(),
         1);
  EXPECT_TRUE(open_browser("http://127.0.0.1:1/"));
  EXPECT_THAT(wait_for_report(), ElementsAre("second", "http://127.0.0.1:1/"));
}

TEST_F(Browser, IsLookedForInPath) {
  argv_script("my-browser");
  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder_.string() + ":" + path).c_str(), 1);
  setenv("BROWSER", "my-browser", 1);
  EXPECT_TRUE(open_browser("https://a.example"));
  setenv("PATH", path.c_str(), 1);
  EXPECT_THAT(wait_for_report(), ElementsAre("my-browser", "https://a.example"));
}

TEST_F(Browser, IsNotStartedWhenThereIsNone) {
  for (const char* browser : {"none", "", "/nonexistent/browser"}) {
    setenv("BROWSER", browser, 1);
    EXPECT_FALSE(open_browser("https://a.example/")) << browser;
  }
}

TEST_F(Browser, IsNotStartedForOtherUrls) {
  setenv("BROWSER", argv_script("it").c_str(), 1);
  for (const std::string& refused :
       {url, std::string("file:///etc/passwd"), std::string("--version"),
        std::string("http://a.example/"), std::string("https://a.example/\x1b[31m"),
        std::string("https://a.example/ --proxy=x"), std::string(),
        std::string("https://a.example/\0x", 20)}) {
    try {
      open_browser(refused);
      ADD_FAILURE() << refused;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), errc::invalid_option);
    }
  }
  EXPECT_FALSE(fs::exists(report()));
}

#ifdef __linux__
// Nothing of this process reaches the browser: it survives Ctrl-C here, holds no port of ours, and
// writes nothing between our lines.
TEST_F(Browser, IsOnItsOwn) {
  // Without a fork: the shell changes its mask for those.
  const std::string lines_of_sh =
      "read -r stat </proc/$$/stat; set -- $stat; echo $6\n"
      "while read -r line; do case $line in SigBlk*|SigIgn*) echo $line;; esac; done "
      "</proc/$$/status\n"
      "readlink /proc/$$/fd/0; for fd in /proc/$$/fd/*; do echo fd ${fd##*/}; done";
  setenv("BROWSER", script("it", lines_of_sh).c_str(), 1);
  const int inheritable = fcntl(0, F_DUPFD, 100);
  ASSERT_GE(inheritable, 100);
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old = signal(SIGPIPE, SIG_IGN);
  EXPECT_TRUE(open_browser("https://a.example/"));
  signal(SIGPIPE, old);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  const auto lines = wait_for_report();
  close(inheritable);
  ASSERT_GE(lines.size(), 4U);
  EXPECT_NE(lines[0], std::to_string(getsid(0)));
  EXPECT_THAT(lines[1], HasSubstr("0000000000000000"));
  EXPECT_THAT(lines[2], HasSubstr("0000000000000000"));
  EXPECT_EQ(lines[3], "/dev/null");
  for (const auto& line : lines) {
    EXPECT_NE(line, "fd " + std::to_string(inheritable));
  }
}
#endif

TEST_F(Browser, LeavesNoChildBehind) {
  setenv("BROWSER", argv_script("it").c_str(), 1);
  EXPECT_TRUE(open_browser("https://a.example/"));
  wait_for_report();
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace oauth_callback
