// What the end-to-end tests share: the command as a child process, and a browser that is a socket.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::e2e {

using Environment = std::vector<std::string>;  // "NAME=value"

// `own` is a session without a terminal: the first that is opened in it becomes its.
enum class Session { inherited, own };

// The command, running. BROWSER, displays, what tells of remote sessions and our own variables are
// taken out of its environment. Standard input is empty; standard error goes to a file.
class Command {
 public:
  explicit Command(std::vector<std::string> arguments, const Environment& environment = {},
                   Session session = Session::inherited);
  Command(const Command&) = delete;
  ~Command();  // kills what is still running

  std::string read_line();    // from standard output, without the newline
  std::string read_output();  // the rest of standard output
  void close_output();        // as a reader that has gone
  std::string error() const;  // all of standard error so far
  // Waits until standard error holds `text`, and returns all of it; fails the test after a minute.
  std::string wait_for_error(std::string_view text) const;

  void signal(int number) const;
  int wait();  // the exit status; 256 + N when signal N ended it

 private:
  std::filesystem::path error_file_;
  int output_ = -1;
  pid_t pid_ = -1;
};

// Runs to the end.
struct Finished {
  int status = 0;
  std::string output;
  std::string error;
};
Finished run(std::vector<std::string> arguments, const Environment& environment = {});

// Runs `text` with sh, with the command as $command. Returns its standard output.
Finished run_shell(const std::string& text);

// A connection to 127.0.0.1. Fails the test when there is none.
Socket connect_to(std::uint16_t port);
std::uint16_t port_of(const std::string& redirect_uri);
void send_bytes(const Socket& socket, std::string_view bytes);
std::string receive_all(const Socket& socket);

// GETs the redirect URI with this query, as a browser does, and returns the whole answer.
std::string get(const std::string& redirect_uri, const std::string& query);

// Whether an answer has as many bytes of body as it says.
bool is_whole(std::string_view answer);

// The decoded value of a parameter of a URL.
std::string parameter(std::string_view url, std::string_view name);

// The line of `text` that begins with `start`.
std::string line_of(const std::string& text, std::string_view start);

// A folder of its own, removed at the end.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  ~Folder();

  std::string write(const std::string& name, const std::string& content,
                    bool executable = false) const;
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  // What the file holds, once it is there; fails the test after a minute.
  std::string wait_for(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace oauth_callback::e2e
