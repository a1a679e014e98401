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
};

// Runs the suite and returns the exit status for main(): 0 when every case that ran passed, or
// failed under a waiver; not 0 when one failed, when a waived one passed, or when nothing was
// tested.
//
// Options: --list prints the cases, --markdown prints them as docs/conformance.md, --filter=PATTERN
// runs the cases whose id matches ('*' and '?' are wildcards, ':' separates patterns),
// --captures=DIR adds the cases that replay requests of real browsers from that folder. Everything
// else goes to GoogleTest.
//
// A case that does not end within a minute ends the process, with its id on standard error. To be
// called once per process, while no other thread uses sockets: some cases count descriptors and
// threads.
int run(int argc, char** argv, Subject subject);

}  // namespace oauth_callback::conformance
