// T2: what goes over the wire. T8: that all of it does.
#include <atomic>
#include <memory>

#include "edit.hpp"
#include "mutant.hpp"

namespace oauth_callback::mutants {
namespace {

Tampering on_answer(void (*edit)(std::string&)) { return {.defects = {.on_answer = edit}}; }

// Serves the part of the page that was asked for.
Tampering serves_ranges() {
  const auto asked = std::make_shared<std::atomic<bool>>(false);
  return {.defects = {.on_bytes =
                          [asked](std::string& bytes) {
                            if (contains(bytes, "Range: bytes=0-3")) *asked = true;
                          },
                      .on_answer =
                          [asked](std::string& bytes) {
                            if (*asked) replace_all(bytes, "200 OK", "206 Partial Content");
                          }}};
}

// The answer must be there when the handler returns.
Handler answers_only_inside(Handler handler) {
  return [handler = std::move(handler)](Request request, Responder responder) {
    const auto inside = std::make_shared<std::atomic<bool>>(true);
    const auto outer = std::make_shared<Responder>(std::move(responder));
    const auto send = [inside, outer](Response response) {
      if (*inside)
        outer->send(std::move(response));
      else
        outer->refuse(500);
    };
    handler(std::move(request), Responder(send, [](int status) {
              return Response{status, {}, ""};
            }));
    *inside = false;
  };
}

// Each answer is the one before.
Tampering mixes_up() {
  const auto last = std::make_shared<std::pair<std::mutex, std::string>>();
  return {.on_response = [last](Response& response, const Request&) {
    const std::lock_guard lock(last->first);
    last->second.swap(response.body);
  }};
}

}  // namespace

void add_answer_mutants(Mutants& mutants) {
  mutants.push_back(
      {"T2.adds-date", "The library adds Date.", {"T2.*"}, on_answer([](std::string& bytes) {
         bytes.insert(bytes.find("\r\n") + 2, "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\n");
       })});
  mutants.push_back({"T2.in-the-order-given",
                     "Fields go out in the order in which the handler gave them.",
                     {"T2.exact-bytes"},
                     on_answer([](std::string& bytes) {
                       replace_all(bytes, "Connection: close\r\n", "");
                       bytes.insert(bytes.find("\r\n") + 2, "Connection: close\r\n");
                     })});
  mutants.push_back({"T2.capital-close",
                     "Connection: Close.",
                     {"T2.exact-bytes"},
                     on_answer([](std::string& bytes) {
                       replace_all(bytes, "Connection: close", "Connection: Close");
                     })});
  mutants.push_back({"T2.loses-repeated-fields",
                     "Of two fields with one name, one goes out.",
                     {"T2.exact-bytes"},
                     on_response([](Response& response) {
                       std::erase_if(response.fields, [](const Field& field) {
                         return field.name == "X-B" && field.value == "2";
                       });
                     })});
  mutants.push_back({"T2.body-for-head",
                     "HEAD gets a body.",
                     {"T2.head-has-no-body", "T2.refused-head-has-no-body", "T2.every-status"},
                     {.defects = {.answers_head_like_get = true}}});
  mutants.push_back({"T2.own-reasons",
                     "A reason phrase is another.",
                     {"T2.every-status"},
                     on_answer([](std::string& bytes) {
                       replace_all(bytes, "421 Misdirected Request", "421 Unknown");
                     })});
  mutants.push_back(
      {"T2.no-length-of-nothing",
       "An empty body has no Content-Length.",
       {"T2.empty-body"},
       on_answer([](std::string& bytes) { replace_all(bytes, "Content-Length: 0\r\n", ""); })});
  mutants.push_back(
      {"T2.old-version",
       "The answer is in HTTP/1.0.",
       {"T2.exact-bytes", "T2.http-1-0"},
       on_answer([](std::string& bytes) { replace_all(bytes, "HTTP/1.1 200", "HTTP/1.0 200"); })});
  mutants.push_back(
      {"T2.serves-ranges", "Range is followed.", {"T2.not-negotiated"}, serves_ranges()});
  mutants.push_back({"T2.ends-at-nul",
                     "A body ends at its first NUL.",
                     {"T2.binary-body"},
                     on_response([](Response& response) {
                       response.body.resize(response.body.find('\0') == std::string::npos
                                                ? response.body.size()
                                                : response.body.find('\0'));
                     })});
  mutants.push_back({"T2.drops-bad-fields",
                     "What is no field is left out, and nothing is said.",
                     {"T2.impossible-fields"},
                     on_answer([](std::string& bytes) {
                       replace_all(bytes, "500 Internal Server Error", "200 OK");
                     })});
  mutants.push_back({"T2.answers-only-inside",
                     "An answer that comes after the handler has returned is lost.",
                     {"T2.answered-from-elsewhere"},
                     {.handler = answers_only_inside}});
  mutants.push_back({"T8.resets",
                     "The connection is closed without draining what the peer sends.",
                     {"T8.refused-body", "T8.refused-head", "T8.unread-rest",
                      "T8.large-page-and-rest", "T8.server-half-closes"},
                     {.defects = {.closes_at_once = true}}});
  mutants.push_back({"T8.stays-open",
                     "The server does not close its side.",
                     {"T8.server-half-closes"},
                     {.defects = {.stays_open = true}}});
  mutants.push_back({"T8.writes-for-ever",
                     "A peer that does not read is waited for.",
                     {"T8.reading-is-expected"},
                     {.defects = {.writes_for_ever = true}}});
  mutants.push_back({"T8.drains-for-ever",
                     "A peer that never closes is never dropped.",
                     {"T8.drain-is-bounded", "T8.drain-ends"},
                     {.defects = {.drains_for_ever = true}}});
  mutants.push_back({"T8.ignores-half-close",
                     "A peer that has closed its side gets no answer.",
                     {"T8.client-half-closes"},
                     {.defects = {.ignores_half_close = true}}});
  mutants.push_back(
      {"T8.cut-off",
       "What does not fit into the socket's buffer is lost.",
       {"T8.slow-reader", "T8.large-page-and-rest", "T8.client-half-closes", "T8.peer-vanishes"},
       on_answer([](std::string& bytes) {
         if (bytes.size() > 200'000) bytes.resize(200'000);
       })});
  mutants.push_back({"T8.mixes-up-answers",
                     "A connection gets the answer that belongs to another.",
                     {"T8.many-at-once"},
                     mixes_up()});
}

}  // namespace oauth_callback::mutants
