// The conformance suite: proves that a transport keeps the contract, whoever wrote it. A backend's
// test is
//
//   int main(int argc, char** argv) {
//     return oauth_callback::conformance::run(
//         argc, argv, {.name = "mine", .create = [] { return std::make_unique<MyTransport>(); }});
//   }
//
// docs/conformance.md lists the cases.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/callback_server.hpp"

namespace oauth_callback::conformance {

// A case that the subject does not pass, known and accepted. It is run all the same: when it
// passes, the waiver is out of date, and that is a failure.
struct Waiver {
  std::string id;      // of the case, as --list prints it
  std::string reason;  // shown in the summary
};

// What is tested.
struct Subject {
  std::string name;                                    // of the backend
  std::function<std::unique_ptr<Transport>()> create;  // called once per case, or more often
  std::vector<Waiver> waivers = {};
  // For those who implement ICallbackServer themselves: what the cases that need a whole server
  // run on. When `create` is empty the others are skipped. Otherwise the library's own server is
  // put over the transport.
  std::function<std::unique_ptr<ICallbackServer>()> create_server = {};
};

// Runs the suite and returns the exit status for main(): 0 when every case that ran passed, or
// failed under a waiver; not 0 when one failed, when a waived one passed, or when nothing was
// tested.
//
// Options: --list prints the cases, --markdown prints them as docs/conformance.md, --filter=PATTERN
// runs the cases whose id matches ('*' and '?' are wildcards, ':' separates patterns, a '-' before
// one negates it and the rest), --captures=DIR adds the cases that replay requests of real browsers
// from that folder, --soak adds those that take minutes, --case-timeout=SECONDS sets how long a
// case may take. Everything else goes to GoogleTest; in its reports (--gtest_output=xml:FILE) a
// waived failure is a skipped test with the property "waived".
//
// A case that does not end within a minute (30, with --soak, for the long ones) ends the process,
// with its id on standard error. To be called once per process, first of all in main(), while no
// other thread uses sockets: some cases count descriptors and threads, and some start the program
// again, with arguments of their own, as the process of somebody else.
int run(int argc, char** argv, Subject subject);

}  // namespace oauth_callback::conformance
