// The reference as the subject of the runner's own test: [--waive=ID] [--hang] [--break]
// [--server] OPTION…
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "oauth_callback/callback_server.hpp"
#include "oauth_callback/conformance.hpp"
#include "reference/reference_transport.hpp"

namespace {

// Never returns.
std::unique_ptr<oauth_callback::Transport> hang() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace oauth_callback;
  conformance::Subject subject{"runner", [] { return reference::create_transport(); }};
  constexpr std::string_view waive = "--waive=";
  std::vector<char*> rest;
  for (int i = 0; i < argc; ++i) {
    const std::string_view argument(argv[i]);
    if (argument.starts_with(waive)) {
      subject.waivers.push_back({std::string(argument.substr(waive.size())), "known to the test"});
    } else if (argument == "--hang") {
      subject.create = hang;
    } else if (argument == "--break") {
      // Whatever the case, it gets no transport.
      subject.create = [] { return std::unique_ptr<Transport>(); };
    } else if (argument == "--server") {
      subject.create = {};
      subject.create_server = [] {
        return make_callback_server("runner", reference::create_transport());
      };
    } else {
      rest.push_back(argv[i]);
    }
  }
  rest.push_back(nullptr);
  return conformance::run(static_cast<int>(rest.size()) - 1, rest.data(), subject);
}
