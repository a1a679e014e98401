// T4: many connections. T5: slow requests. T6: large ones.
#include <chrono>
#include <limits>

#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

Tampering with_limits(void (*change)(Limits&)) {
  return {.on_listen = [change](ListenRequest& request) { change(request.limits); }};
}

}  // namespace

void add_connection_mutants(Mutants& mutants) {
  mutants.push_back({"T4.one-at-a-time",
                     "A silent connection keeps all others waiting.",
                     {"T4.behind-6-silent", "T4.behind-300-silent", "T4.behind-1000-silent"},
                     {.defects = {.one_at_a_time = true}}});
  mutants.push_back({"T4.no-bound",
                     "Any number of connections is kept.",
                     {"T4.oldest-is-closed", "T4.half-sent-is-closed"},
                     with_limits([](Limits& limits) { limits.max_connections = 1'000'000; })});
  mutants.push_back({"T4.one-too-few",
                     "One connection less than max_connections is kept.",
                     {"T4.oldest-is-closed"},
                     with_limits([](Limits& limits) { --limits.max_connections; })});
  mutants.push_back({"T4.closes-what-waits",
                     "A connection that waits for its answer is closed to make room.",
                     {"T4.complete-is-kept"},
                     {.defects = {.counts_complete = true}}});
  mutants.push_back({"T4.no-bound-on-bytes",
                     "Any number of bytes is held.",
                     {"T4.buffered-bytes"},
                     with_limits([](Limits& limits) {
                       limits.max_buffered_bytes = std::numeric_limits<std::size_t>::max();
                     })});
  mutants.push_back({"T4.keeps-bytes",
                     "What has been checked is kept all the same.",
                     {"T4.held-heads", "T4.held-bodies"},
                     {.defects = {.keeps_bytes = true}},
                     Noticed::by_failing,
                     true});
  mutants.push_back({"T6.keeps-bytes",
                     "Whatever comes is kept in memory.",
                     {"T6.flood-target", "T6.flood-value", "T6.flood-fields", "T6.flood-body",
                      "T6.flood-chunked", "T6.cookies-again"},
                     {.defects = {.keeps_bytes = true}},
                     Noticed::by_failing,
                     true});
  mutants.push_back({"T6.cuts-floods-off",
                     "A peer that is refused is not listened to any longer.",
                     {"T6.flood-target", "T6.flood-value", "T6.flood-fields", "T6.flood-body",
                      "T6.flood-chunked"},
                     {.defects = {.closes_at_once = true}}});
  mutants.push_back({"T6.drains-for-ever",
                     "A peer that never stops is never cut off.",
                     {"T6.flood-without-end"},
                     {.defects = {.drains_for_ever = true}}});
  mutants.push_back({"T5.time-per-read",
                     "Every byte starts the time anew.",
                     {"T5.dripping"},
                     {.defects = {.time_per_read = true}}});
  mutants.push_back(
      {"T5.no-time-limit",
       "A request may take for ever.",
       {"T5.dripping", "T5.silent-has-no-timer"},
       with_limits([](Limits& limits) { limits.request_timeout = std::chrono::hours(1); })});
  mutants.push_back({"T5.times-silence",
                     "The time starts before the first byte.",
                     {"T5.silent-has-no-timer"},
                     {.defects = {.times_silence = true}}});
  mutants.push_back({"T5.times-answers",
                     "The answer has to be there when the request's time is over.",
                     {"T5.answer-has-no-timer"},
                     {.defects = {.times_answers = true}}});
  mutants.push_back({"T5.answers-silence",
                     "A connection that closes without a byte is answered.",
                     {"T5.closed-without-a-byte"},
                     {.defects = {.answers_silence = true}}});
  mutants.push_back(
      {"T6.small-heads",
       "A head of over 8 KiB is refused.",
       {"T6.fields-of-1-kb", "T6.value-8100", "T6.value-70000", "T6.name-70000", "T6.head-1-mib"},
       with_limits([](Limits& limits) { limits.max_head_bytes = 8000; })});
  mutants.push_back({"T6.small-targets",
                     "A target of over 4000 bytes is refused.",
                     {"T6.target-7900", "T6.target-8000"},
                     with_limits([](Limits& limits) { limits.max_target_bytes = 4000; })});
  mutants.push_back({"T6.large-heads",
                     "The limit of the head is twice as large.",
                     {"T6.head-over-1-mib", "T6.own-limits"},
                     with_limits([](Limits& limits) { limits.max_head_bytes *= 2; })});
  mutants.push_back({"T6.few-fields",
                     "More than 100 fields are refused.",
                     {"T6.fields-200", "T6.fields-1000"},
                     with_limits([](Limits& limits) { limits.max_fields = 100; })});
  mutants.push_back({"T6.one-field-more",
                     "The number of fields is off by one.",
                     {"T6.fields-1001", "T6.own-limits"},
                     with_limits([](Limits& limits) { ++limits.max_fields; })});
  mutants.push_back({"T6.own-target-limit",
                     "The limit of the target is the library's 8192.",
                     {"T6.target-8001", "T6.own-limits"},
                     with_limits([](Limits& limits) { limits.max_target_bytes = 8192; })});
  mutants.push_back({"T6.small-bodies",
                     "A form of over 8192 bytes is refused.",
                     {"T6.body-8193", "T6.body-64-kib"},
                     with_limits([](Limits& limits) { limits.max_body_bytes = 8192; })});
  mutants.push_back({"T6.one-byte-more",
                     "The limit of the body is off by one.",
                     {"T6.body-over-64-kib", "T6.own-limits"},
                     with_limits([](Limits& limits) { ++limits.max_body_bytes; })});
  mutants.push_back({"T6.serves-what-is-too-large",
                     "What is too large reaches the handler, as far as it was read.",
                     {"T6.target-8001", "T6.target-16000", "T6.target-17000", "T6.target-65000",
                      "T6.target-200000", "T6.target-endless", "T6.head-over-1-mib",
                      "T6.fields-1001", "T6.fields-5000", "T6.body-over-64-kib", "T6.body-1-mib"},
                     {.defects = {.serves_refused = true}}});
}

}  // namespace oauth_callback::mutants
