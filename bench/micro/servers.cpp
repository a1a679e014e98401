// A whole server in a process that has done it before, over each transport.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <vector>

#include "client_posix.hpp"
#include "oauth_callback/backend.hpp"
#include "oauth_callback/runtime_select.hpp"
#include "reference/reference_transport.hpp"

namespace oauth_callback::bench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void start(benchmark::State& state, const Backend& backend) {
  for (auto _ : state) {
    const auto server = make_callback_server(backend.name, backend.create());
    const auto before = Clock::now();
    server->start({});
    state.SetIterationTime(seconds_since(before));
  }
}

void stop(benchmark::State& state, const Backend& backend) {
  for (auto _ : state) {
    const auto server = make_callback_server(backend.name, backend.create());
    server->start({});
    std::vector<Socket> others;
    for (int i = 0; i < state.range(0); ++i)
      others.push_back(connect_to(port_of(server->redirect_uri("/"))));
    const auto before = Clock::now();
    server->stop();
    state.SetIterationTime(seconds_since(before));
  }
}

// From the request to the thread that waited for it. Others wait on the same path, by state.
void request_to_waiter(benchmark::State& state, const Backend& backend) {
  const auto server = make_callback_server(backend.name, backend.create());
  server->start({});
  const std::uint16_t port = port_of(server->redirect_uri("/"));
  std::vector<PendingCallback> others;
  for (int i = 1; i < state.range(0); ++i)
    others.push_back(server->expect({.state = "other" + std::to_string(i)}));
  std::size_t serial = 0;
  for (auto _ : state) {
    // A response that has completed a wait completes no other.
    const std::string own = "own" + std::to_string(++serial);
    const std::string request = callback_request(port, own);
    PendingCallback pending = server->expect({.state = own});
    const Socket connection = connect_to(port);
    const auto before = Clock::now();
    send_all(connection, request);
    benchmark::DoNotOptimize(pending.wait(std::chrono::seconds(10)));
    state.SetIterationTime(seconds_since(before));
    Page page;
    while (!page.is_whole()) page.read_from(connection);
  }
}

// All of them at once, each with a state of its own: the time of one.
void flows_at_once(benchmark::State& state, const Backend& backend) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const auto server = make_callback_server(backend.name, backend.create());
  server->start({});
  const std::uint16_t port = port_of(server->redirect_uri("/"));
  std::size_t serial = 0;
  for (auto _ : state) {
    const auto before = Clock::now();
    std::vector<PendingCallback> pending;
    std::vector<std::string> requests;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string own = "flow" + std::to_string(++serial);
      pending.push_back(server->expect({.state = own}));
      requests.push_back(callback_request(port, own));
    }
    for (const std::string& request : requests) fetch_page(connect_to(port), request);
    for (PendingCallback& one : pending) one.wait(std::chrono::seconds(10));
    state.SetIterationTime(seconds_since(before) / static_cast<double>(count));
  }
}

const bool registered = [] {
  std::vector<Backend> backends = BackendRegistry::built_in().backends();
  backends.push_back(
      {"reference", "the suite's own", [] { return reference::create_transport(); }});
  const auto add = [&](const std::string& what, auto function, int argument) {
    for (const Backend& backend : backends) {
      benchmark::RegisterBenchmark((what + ": " + std::string(backend.name)).c_str(), function,
                                   backend)
          ->Arg(argument)
          ->UseManualTime()
          ->MinTime(0.05);
    }
  };
  add("start", start, 0);
  add("request to woken waiter", request_to_waiter, 1);
  add("request to woken waiter, one of 200", request_to_waiter, 200);
  add("a flow, 200 at once", flows_at_once, 200);
  add("stop", stop, 0);
  add("stop, 6 silent connections", stop, 6);
  return true;
}();

}  // namespace
}  // namespace oauth_callback::bench
