// The parts without I/O, per byte and per request.
#include <benchmark/benchmark.h>

#include <string>

#include "callback_handler.hpp"
#include "client_posix.hpp"
#include "oauth_callback/encoding.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback::bench {
namespace {

constexpr std::uint16_t port = 49152;

// What other ports of this host may have left: a browser sends all of it (241 kB were measured).
std::string with_cookies(std::string request) {
  std::string cookies;
  for (int i = 0; i < 60; ++i) cookies += "Cookie: " + std::string(4000, 'c') + "\r\n";
  return request.insert(request.size() - 2, cookies);
}

std::string with_body(std::size_t size) {
  return "POST /callback HTTP/1.1\r\nHost: 127.0.0.1:49152\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
         std::to_string(size) + "\r\n\r\n" + std::string(size, 'b');
}

void read_request(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) {
    RequestReader reader{Limits{}};
    if (reader.feed(bytes) != RequestReader::Status::complete) state.SkipWithError("not complete");
    benchmark::DoNotOptimize(reader.canonical_head());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

void decode_form(benchmark::State& state, const std::string& bytes) {
  for (auto _ : state) {
    const Form form = parse_form(bytes);
    if (!form.well_formed) state.SkipWithError("not well-formed");
    benchmark::DoNotOptimize(form);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}

// Judged, answered with the page, and forgotten; among so many others that wait by state.
void decide(benchmark::State& state) {
  CallbackHandler handler({"127.0.0.1:49152"}, {});
  for (int i = 1; i < state.range(0); ++i) handler.expect({.state = "other" + std::to_string(i)});
  const Request request{"GET",
                        "/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=" + std::string(test_state),
                        {{"Host", "127.0.0.1:49152"}},
                        ""};
  for (auto _ : state) {
    const auto id = handler.expect({.state = std::string(test_state)});
    const Verdict verdict = handler.decide(request);
    if (verdict.id != id) state.SkipWithError("refused");
    benchmark::DoNotOptimize(verdict);
    handler.forget(id);
  }
}

const bool registered = [] {
  const std::string request = callback_request(port);
  std::string form = "code=4%2F0AfJohXn";
  while (form.size() < 4096) form += "&scope=openid+email%20profile";
  benchmark::RegisterBenchmark("reader: a browser's request", read_request, request);
  benchmark::RegisterBenchmark("reader: with 240 kB of cookies", read_request,
                               with_cookies(request));
  benchmark::RegisterBenchmark("reader: a form of 64 KiB", read_request, with_body(65536));
  benchmark::RegisterBenchmark("form: 4 KiB, encoded", decode_form, form);
  benchmark::RegisterBenchmark("handler: one that waits", decide)->Arg(1);
  benchmark::RegisterBenchmark("handler: one of 200 that wait", decide)->Arg(200);
  return true;
}();

}  // namespace
}  // namespace oauth_callback::bench
