#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "command.hpp"
#include "oauth_callback/encoding.hpp"

extern char** environ;

namespace oauth_callback::e2e {
namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

Environment clean_environment(const Environment& additions) {
  Environment result = additions;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto is = [&](std::string_view name) { return text.starts_with(name); };
    if (!is("BROWSER=") && !is("DISPLAY=") && !is("WAYLAND_DISPLAY=") && !is("WSL_DISTRO_NAME=") &&
        !is("OAUTH_CALLBACK_BACKEND=") && !is("NO_COLOR=") && !is("SSH_CONNECTION=") &&
        !is("SSH_TTY=") && !is("CODESPACE") && !is("REMOTE_CONTAINERS=") && !is("DEVCONTAINER=") &&
        !is("container=")) {
      result.emplace_back(text);
    }
  }
  return result;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (const auto& text : strings) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

#ifdef MSG_NOSIGNAL
constexpr int no_signal = MSG_NOSIGNAL;
#else
constexpr int no_signal = 0;
#endif

template <typename Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

pid_t spawn(const std::vector<std::string>& arguments, const Environment& environment, int output,
            int error, Session session) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, error, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) sigaddset(&defaults, number);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes,
                           static_cast<short>(POSIX_SPAWN_SETSIGDEF |
                                              (session == Session::own ? POSIX_SPAWN_SETSID : 0)));
  pid_t pid = -1;
  const int failure = posix_spawn(&pid, arguments.front().c_str(), &actions, &attributes,
                                  pointers(arguments).data(), pointers(environment).data());
  EXPECT_EQ(failure, 0) << arguments.front();
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return failure == 0 ? pid : -1;
}

}  // namespace

Command::Command(std::vector<std::string> arguments, const Environment& environment,
                 Session session) {
  if (arguments.empty() || !arguments.front().starts_with("/")) {
    arguments.emplace(arguments.begin(), OAUTH_CALLBACK_COMMAND);
  }
  std::string file = testing::TempDir() + "/stderrXXXXXX";
  const int error = mkstemp(file.data());
  error_file_ = file;
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  for (const int fd : {ends[0], ends[1], error}) fcntl(fd, F_SETFD, FD_CLOEXEC);
  pid_ = spawn(arguments, clean_environment(environment), ends[1], error, session);
  close(ends[1]);
  close(error);
  output_ = ends[0];
}

Command::~Command() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    wait();
  }
  close_output();
  std::filesystem::remove(error_file_);
}

std::string Command::read_line() {
  std::string line;
  for (char c = 0; read(output_, &c, 1) == 1;) {
    if (c == '\n') return line;
    line += c;
  }
  return line + "<end of output>";
}

std::string Command::read_output() {
  std::string text;
  char buffer[4096];
  for (ssize_t count = 0; (count = read(output_, buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(count));
  }
  return text;
}

void Command::close_output() {
  if (output_ >= 0) close(output_);
  output_ = -1;
}

std::string Command::error() const { return read_file(error_file_); }

std::string Command::wait_for_error(std::string_view text) const {
  const auto complete = [&] {
    return error().find(text) != std::string::npos && error().ends_with('\n');
  };
  EXPECT_TRUE(eventually(complete)) << text << " is not in: " << error();
  return error();
}

void Command::signal(int number) const { kill(pid_, number); }

int Command::wait() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

Finished run(std::vector<std::string> arguments, const Environment& environment) {
  Command command(std::move(arguments), environment);
  Finished result;
  result.output = command.read_output();
  result.status = command.wait();
  result.error = command.error();
  return result;
}

Finished run_shell(const std::string& text) {
  Environment environment;
  environment.emplace_back("command=").append(OAUTH_CALLBACK_COMMAND);
  return run({"/bin/sh", "-c", text}, environment);
}

Socket connect_to(std::uint16_t port) {
  Socket socket(::socket(AF_INET, SOCK_STREAM, 0));
  fcntl(socket.get(), F_SETFD, FD_CLOEXEC);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return socket;
}

std::uint16_t port_of(const std::string& redirect_uri) {
  const auto colon = redirect_uri.rfind(':');
  return static_cast<std::uint16_t>(std::atoi(redirect_uri.c_str() + (colon + 1)));
}

void send_bytes(const Socket& socket, std::string_view bytes) {
  EXPECT_EQ(send(socket.get(), bytes.data(), bytes.size(), no_signal),
            static_cast<ssize_t>(bytes.size()));
}

std::string receive_all(const Socket& socket) {
  std::string answer;
  char buffer[4096];
  for (ssize_t count = 0; (count = recv(socket.get(), buffer, sizeof buffer, 0)) > 0;) {
    answer.append(buffer, static_cast<std::size_t>(count));
  }
  return answer;
}

std::string get(const std::string& redirect_uri, const std::string& query) {
  const auto slash = std::min(redirect_uri.find('/', 7), redirect_uri.size());
  const Socket socket = connect_to(port_of(redirect_uri));
  send_bytes(socket, "GET " + redirect_uri.substr(slash) + "?" + query +
                         " HTTP/1.1\r\nHost: " + redirect_uri.substr(7, slash - 7) +
                         "\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n");
  return receive_all(socket);
}

bool is_whole(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  const auto length = answer.find("Content-Length: ");
  if (end == std::string_view::npos || length == std::string_view::npos) return false;
  return answer.size() - end - 4 == std::stoul(std::string(answer.substr(length + 16, 10)));
}

std::string parameter(std::string_view url, std::string_view name) {
  for (const auto& entry : parse_form(url.substr(url.find('?') + 1)).parameters) {
    if (entry.name == name) return entry.value;
  }
  return {};
}

std::string line_of(const std::string& text, std::string_view start) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(start)) return line;
  }
  ADD_FAILURE() << "no line begins with " << start << ": " << text;
  return {};
}

Folder::Folder() {
  std::string pattern = testing::TempDir() + "/e2eXXXXXX";
  EXPECT_NE(mkdtemp(pattern.data()), nullptr);
  path_ = pattern;
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, const std::string& content,
                          bool executable) const {
  const auto file = path_ / name;
  std::ofstream(file, std::ios::binary) << content;
  if (executable) std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  return file.string();
}

std::string Folder::wait_for(const std::string& name) const {
  EXPECT_TRUE(eventually([&] { return std::filesystem::exists(path_ / name); })) << name;
  return read_file(path_ / name);
}

}  // namespace oauth_callback::e2e
