#include <exception>
#include <string>

#include "commands.hpp"
#include "exit_status.hpp"
#include "oauth_callback/errors.hpp"
#include "streams.hpp"
#include "text.hpp"

namespace oauth_callback::cli {
namespace {

int run(int argc, char* const* argv, Terminal& terminal) {
  prepare_process();
  const Options options = parse_options(argc, argv);
  switch (options.command) {
    case Command::show:
      write_output(options.text);
      return exit_success;
    case Command::backends:
      return run_backends(options);
    case Command::demo:
      return run_demo(options, terminal);
    case Command::receive:
      break;
  }
  return run_receive(options, terminal);
}

int fail(Terminal& terminal, const char* message, int status) {
  terminal.stop_countdown();
  terminal.say("oauth-callback: " + printable(message));
  return status;
}

}  // namespace
}  // namespace oauth_callback::cli

int main(int argc, char** argv) {
  using namespace oauth_callback;
  cli::Terminal terminal;
  try {
    return cli::run(argc, argv, terminal);
  } catch (const cli::UsageError& error) {
    return cli::fail(terminal, error.what(), cli::exit_usage);
  } catch (const Error& error) {
    if (error.code() == errc::cancelled)
      return cli::fail(terminal, "interrupted", cli::exit_interrupted);
    return cli::fail(terminal, error.what(), cli::exit_status(error.code()));
  } catch (const std::exception& error) {
    return cli::fail(terminal, error.what(), cli::exit_failure);
  }
}
