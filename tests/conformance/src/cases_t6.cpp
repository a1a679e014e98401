// T6 and T4: what a flood costs, measured from the process that sends it.
#include <chrono>
#include <string>
#include <vector>

#include "cases.hpp"
#include "check.hpp"
#include "child.hpp"
#include "rig.hpp"
#include "sanitizers.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::size_t mib = 1024 * 1024;
constexpr std::size_t flood_bytes = 300 * mib;
constexpr std::size_t allowed_kib = (32 * memory_factor + quarantine_mib) * 1024;

struct Kind {
  std::string id;
  std::string requirement;
  std::string start;
  std::string unit;
  int status;
};

std::vector<Kind> kinds() {
  const std::string head = "POST /callback HTTP/1.1\r\nHost: x\r\n";
  return {{"T6.flood-target", "300 MiB of a target", "GET /", "t", 414},
          {"T6.flood-value", "300 MiB without a line end", head + "Cookie: ", "c", 431},
          {"T6.flood-fields", "2,000,000 fields", head,
           "X-Flood: " + std::string(147, 'f') + "\r\n", 431},
          {"T6.flood-body", "a body of 300 MiB",
           head + "Content-Length: " + std::to_string(flood_bytes) + "\r\n\r\n", "b", 413},
          {"T6.flood-chunked", "chunked without end", head + "Transfer-Encoding: chunked\r\n\r\n",
           "8\r\n12345678\r\n", 411}};
}

void check_growth(std::string_view line, std::size_t allowed = allowed_kib,
                  const char* file = __builtin_FILE(), int where = __builtin_LINE()) {
  const std::size_t grown = number_after(line, "grown");
  check(grown <= allowed, "the process has grown by " + std::to_string(grown) + " KiB", file,
        where);
}

void flood(const Subject& subject, const Kind& kind) {
  TransportRig rig(subject);
  Child client("flood",
               {std::to_string(rig.port()), kind.start, kind.unit, std::to_string(flood_bytes)});
  const std::string line = client.read_line();
  check_equal(client.read_rest(), expected_bytes(test_refusal(kind.status)), "the refusal");
  check_equal(number_after(line, "cut"), 0U, "connections cut though they were drained");
  check_equal(number_after(line, "eof"), 1U, "connections that ended in good order");
  check(number_after(line, "sent") >= flood_bytes, "the server did not drain it all: " + line);
  check_growth(line);
  rig.stop();
  check_equal(rig.seen().count(), 0U, "calls of the handler");
}

// The refusal arrives though the peer never stops; then the peer is cut off.
void endless(const Subject& subject) {
  Limits limits = patient_limits();
  limits.response_timeout = std::chrono::milliseconds(1000);
  TransportRig rig(subject, limits);
  const Kind kind = kinds().back();
  Child client("flood", {std::to_string(rig.port()), kind.start, kind.unit,
                         std::to_string(1024 * 1024 * mib)});
  const std::string line = client.read_line();
  check_equal(client.read_rest(), expected_bytes(test_refusal(kind.status)), "the refusal");
  check_equal(number_after(line, "cut"), 1U, "connections cut, of one that never stops");
  check_growth(line);
  rig.round_trip(to_bytes({}));
}

void cookies(const Subject& subject) {
  constexpr std::size_t times = 200;
  TransportRig rig(subject);
  std::vector<Field> fields;
  for (int port = 0; port < 60; ++port) fields.push_back({"Cookie", std::string(4000, 'c')});
  const std::string request = to_bytes({.fields = std::move(fields)});
  // Longer than what an argument may have.
  Child client("again", {std::to_string(rig.port()), std::to_string(times)});
  client.write(std::to_string(request.size()) + "\n" + request);
  // Each in its own time: all together take as long as the machine is slow.
  std::string line;
  for (std::size_t i = 0; i < times; ++i) line = client.read_line();
  check_equal(number_after(line, "answered"), times, "requests that were answered");
  check_growth(line);
  check_equal(rig.seen().count(), times, "calls of the handler");
}

// What a connection starts with, and how many bytes more it holds back the end of.
void held(const Subject& subject, const std::string& count, const std::string& start,
          std::size_t bytes, std::size_t allowed = allowed_kib) {
  TransportRig rig(subject);
  Child client("hold", {std::to_string(rig.port()), count, start, std::to_string(bytes)});
  check_growth(client.read_line(), allowed);
  rig.round_trip(to_bytes({}));
}

void held_heads(const Subject& subject) {
  held(subject, "64", "GET /held HTTP/1.1\r\nHost: x\r\nCookie: ", mib - 1000);
}

// 16 MiB in buffers of up to twice the size, and what a connection costs until its thread has
// ended.
void held_bodies(const Subject& subject) {
  held(subject, "3000", "POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n", 65'000,
       allowed_kib * 4);
}

}  // namespace

void add_t6(Cases& cases) {
  const std::string measured =
      "measured: a library grew by 298 MiB for 300 MiB without a line end, by 384 for a body";
  for (const Kind& kind : kinds()) {
    cases.push_back({kind.id,
                     kind.requirement + ": " + std::to_string(kind.status) +
                         " arrives while the peer still sends, all is drained, and the process "
                         "has not grown by 32 MiB.",
                     measured, [kind](const Subject& subject) { flood(subject, kind); }});
  }
  cases.push_back({"T6.flood-without-end",
                   "A peer that never stops gets the refusal, and is then cut off.",
                   "contract, part T", endless});
  cases.push_back({"T6.cookies-again",
                   "240 kB of other ports' cookies, 200 times in a row, are accepted, and leave "
                   "nothing in memory.",
                   "measured: browsers send 241 kB of 50 ports' cookies", cookies});
  cases.push_back({"T4.held-heads",
                   "64 MiB of unfinished heads on 64 connections cost less than 32 MiB.",
                   "contract, part T", held_heads});
  cases.push_back(
      {"T4.held-bodies",
       "186 MiB of unfinished bodies on 3,000 connections cost less than 128 MiB: 16 MiB "
       "may be held, and 256 connections be open.",
       "contract, part T", held_bodies});
}

}  // namespace oauth_callback::conformance
