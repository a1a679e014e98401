#include "verdicts.hpp"

#include <algorithm>

#include "check.hpp"

namespace oauth_callback::conformance {
namespace {

constexpr std::string_view policy_name = "Content-Security-Policy";

std::string in_text(std::vector<Field> fields) {
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.name < b.name; });
  std::string text;
  for (const Field& field : fields) text += field.name + ": " + field.value + "\n";
  return text;
}

void check_policy(std::string_view policy) {
  check(policy.starts_with("default-src 'none'"),
        "the policy allows something by default: " + show(policy));
  check(policy.find("unsafe") == std::string_view::npos, "the policy is unsafe: " + show(policy));
  check(policy.find("script-src 'sha256-") != std::string_view::npos,
        "the policy has no hash of our script: " + show(policy));
}

}  // namespace

void check_answer(const Answer& answer, int status, const std::vector<Field>& more,
                  const char* file, int line) {
  check_equal(answer.status, status, "the status", file, line);
  check_equal(answer.reason, expected_reason(status), "the reason phrase", file, line);
  std::vector<Field> expected{
      {"Cache-Control", "no-store"},
      {"Connection", "close"},
      {"Content-Length", std::string(field_value(answer.fields, "Content-Length"))},
      {std::string(policy_name), std::string(field_value(answer.fields, policy_name))},
      {"Content-Type", "text/html; charset=utf-8"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"}};
  expected.insert(expected.end(), more.begin(), more.end());
  std::string actual;
  for (const Field& field : answer.fields) actual += field.name + ": " + field.value + "\n";
  check_equal(actual, in_text(expected), "the fields, in their order", file, line);
  check_policy(field_value(answer.fields, policy_name));
}

void check_refused(ServerRig& rig, PendingCallback& pending, const Refused& refused,
                   const char* file, int line) {
  const Reply reply = rig.send(refused.sent);
  const bool is_head = refused.sent.method == "HEAD";
  check_answer(parse_answer(reply, is_head), refused.status, refused.more, file, line);
  const Event event = rig.last_event();
  check_equal(to_string(event.outcome), to_string(refused.outcome), "what on_request was told",
              file, line);
  check_equal(event.status, refused.status, "the status on_request was told", file, line);
  check_equal(event.method, refused.sent.method, "the method on_request was told", file, line);
  check(reply.bytes.find("EVIL") == std::string::npos, "the answer reflects the request", file,
        line);
  check(!pending.poll(), "the wait has ended", file, line);
  if (refused.sent.method != "GET") return;
  Sent head = refused.sent;
  head.method = "HEAD";
  const std::string expected = reply.bytes.substr(0, reply.bytes.find("\r\n\r\n") + 4);
  check_reply(rig.send(head), expected, "the answer to HEAD", file, line);
  check(!pending.poll(), "the wait has ended with HEAD", file, line);
}

void check_refused(const Subject& subject, const Refused& refused, const Expectation& expectation,
                   const char* file, int line) {
  ServerRig rig(subject);
  PendingCallback pending = rig.expect(expectation);
  check_refused(rig, pending, refused, file, line);
  Sent good{.target = good_target()};
  if (!expectation.issuer.empty()) good.target += "&iss=" + expectation.issuer;
  check_equal(rig.ask(good).status, 200, "the status for the good response", file, line);
  check_equal(pending.wait(patience).code, "GOOD", "the code that ended the wait", file, line);
}

Sent form_post(std::string body, std::vector<Field> fields) {
  fields.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  return {.method = "POST", .fields = std::move(fields), .body = std::move(body)};
}

}  // namespace oauth_callback::conformance
