// The command line.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "format.hpp"
#include "oauth_callback/options.hpp"

namespace oauth_callback::cli {

enum class Command { receive, backends, demo, show };

struct Options {
  Command command = Command::receive;
  std::string text;  // Command::show: help or version, for standard output
  std::string url;   // empty: a bare receiver
  bool browser = true;
  ServerOptions server;
  std::string path = "/callback";
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
  std::optional<std::string> state;  // as given: "auto", "none" or a value
  std::string issuer;
  bool form_post = false;
  Format format = Format::code;
  std::string backend;
  bool verbose = false;
  bool deny = false;  // demo
};

// Reads the files that are named, too. Throws UsageError. Once in a process: it uses getopt_long().
Options parse_options(int argc, char* const* argv);

}  // namespace oauth_callback::cli
