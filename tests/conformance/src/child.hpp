// Another process of the same user: this very program, started again in a role of the suite's own.
// Needs no file but the program itself, so a backend that is tested out of the tree has it too.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/spi/socket.hpp"
#include "peer.hpp"

namespace oauth_callback::conformance {

class Child {
 public:
  // Starts it with the descriptors it would inherit anyway, and one socket as standard
  // input and output. Fails with Skipped where a program cannot start itself again.
  Child(std::string_view role, const std::vector<std::string>& arguments);
  Child(const Child&) = delete;
  ~Child();  // ends it, whatever it does

  // The next line it prints. Fails the case when it ends first, or prints nothing for so long.
  std::string read_line(std::chrono::milliseconds timeout = patience * 2);
  // All that it still prints until it ends.
  std::string read_rest(std::chrono::milliseconds timeout = patience * 2);
  void write(std::string_view bytes);

 private:
  bool read_more(std::chrono::milliseconds timeout);

  int pid_ = -1;
  Socket channel_;  // its standard input and output
  std::string buffer_;
};

// When the arguments are a child's: plays its role and returns the exit status for main().
std::optional<int> run_as_child(int argc, char** argv);

// A role: its arguments to its exit status. Throws when something is not as it should be.
using Role = int (*)(const std::vector<std::string>& arguments);

Role find_role(std::string_view name);

// The number after the first `key` in a line of the form "key number".
std::size_t number_after(std::string_view line, std::string_view key);

}  // namespace oauth_callback::conformance
