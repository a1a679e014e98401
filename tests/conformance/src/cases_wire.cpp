// T6, T7 and more of T1: the table of bytes, a case per row.
#include <set>
#include <string>

#include "cases.hpp"
#include "check.hpp"
#include "rig.hpp"
#include "wire_rows.hpp"

namespace oauth_callback::conformance {
namespace {

void run_row(const Subject& subject, const WireRow& row) {
  TransportRig rig(subject);
  const Reply reply = exchange(rig.port(), row.bytes, row.half_close);
  const bool head = row.bytes.starts_with("HEAD ");
  const Response& expected = row.status == 200 ? ok_response() : test_refusal(row.status);
  check_reply(reply, expected_bytes(expected, head), "the answer to " + show(row.bytes));
  rig.stop();
  check_equal(rig.seen().count(), row.status == 200 ? 1U : 0U, "calls of the handler");
  if (row.status != 200) return;
  const Request request = rig.seen().all().front();
  const std::string line = request.method + " " + request.target + " HTTP/1.";
  check_equal(row.bytes.substr(0, line.size()), line, "the request line as the handler saw it");
}

// The limits are those that were asked for, not those of a library.
void own_limits(const Subject& subject) {
  Limits limits = patient_limits();
  limits.max_head_bytes = 500;
  limits.max_fields = 5;
  limits.max_target_bytes = 100;
  limits.max_body_bytes = 10;
  TransportRig rig(subject, limits);
  const auto status_is = [&](const std::string& bytes, int status) {
    const Response& expected = status == 200 ? ok_response() : test_refusal(status);
    check_reply(exchange(rig.port(), bytes), expected_bytes(expected),
                "the answer to " + show(bytes));
  };
  const std::size_t rest = get_with("X: \r\n").size();
  status_is(get_with("X: " + std::string(500 - rest, 'x') + "\r\n"), 200);
  status_is(get_with("X: " + std::string(501 - rest, 'x') + "\r\n"), 431);
  status_is(get_with("A: \r\nB: \r\nC: \r\nD: \r\n"), 200);
  status_is(get_with("A: \r\nB: \r\nC: \r\nD: \r\nE: \r\n"), 431);
  status_is(get_with("", "/" + std::string(99, 't')), 200);
  status_is(get_with("", "/" + std::string(100, 't')), 414);
  status_is(post_with("Content-Length: 10\r\n", "0123456789"), 200);
  status_is(post_with("Content-Length: 11\r\n", "0123456789a"), 413);
  status_is(post_with("Content-Length: 0\r\n", ""), 200);
}

}  // namespace

void add_wire(Cases& cases) {
  for (const WireRow& row : wire_rows()) {
    std::string requirement =
        row.what + ": " + (row.status == 200 ? "accepted" : std::to_string(row.status));
    cases.push_back({row.id, std::move(requirement), row.reference,
                     [row](const Subject& subject) { run_row(subject, row); }});
  }
  cases.push_back({"T6.own-limits", "The sizes in Limits are kept to the byte.",
                   "<oauth_callback/options.hpp>", own_limits});
}

}  // namespace oauth_callback::conformance
