// T2: what goes over the wire.
#include <mutex>
#include <string>

#include "cases.hpp"
#include "check.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

Handler answer_with(Response response) {
  return [response = std::move(response)](const Request&, Responder responder) {
    responder.send(response);
  };
}

Response page() {
  return {200,
          {{"X-Frame-Options", "DENY"},
           {"X-Empty", ""},
           {"Cache-Control", "no-store"},
           {"content-type", "text/html; charset=utf-8"},
           {"X-A", "second in code, first in the alphabet"},
           {"X-B", "1"},
           {"X-B", "2"},
           {"Content-Security-Policy", "default-src 'none'; script-src 'sha256-AbC+/='"}},
          "<!doctype html>\n<p>caf\xc3\xa9</p>\n" + std::string(3000, ' ')};
}

void exact_bytes(const Subject& subject) {
  TransportRig rig(subject, patient_limits(), answer_with(page()));
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(page()), "the answer");
}

void head(const Subject& subject) {
  TransportRig rig(subject, patient_limits(), answer_with(page()));
  check_reply(exchange(rig.port(), to_bytes({.method = "HEAD"})), expected_bytes(page(), true),
              "the answer");
}

void head_refused(const Subject& subject) {
  TransportRig rig(subject);
  check_reply(exchange(rig.port(), "HEAD / HTTP/1.1\r\n\r\n"),
              expected_bytes(test_refusal(400), true), "the answer to a HEAD without Host");
  check_reply(exchange(rig.port(), "HEAD / HTTP/3.0\r\n"), expected_bytes(test_refusal(505), true),
              "the answer to a HEAD in another version");
}

void every_status(const Subject& subject) {
  for (const int status : {200, 201, 202, 302, 303, 307, 400, 401, 403, 404, 405, 408,
                           409, 411, 413, 414, 415, 417, 421, 431, 500, 501, 503, 505}) {
    const Response response{status, {{"X-Status", std::to_string(status)}}, "a body"};
    TransportRig rig(subject, patient_limits(), answer_with(response));
    check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(response), "the answer");
    check_reply(exchange(rig.port(), to_bytes({.method = "HEAD"})), expected_bytes(response, true),
                "the answer to HEAD");
  }
}

void empty_bodies(const Subject& subject) {
  const Response redirect{303, {{"Location", "https://app.example/done?a=b%20c"}}, ""};
  for (const Response& response : {redirect, Response{200, {}, ""}, Response{404, {}, ""}}) {
    TransportRig rig(subject, patient_limits(), answer_with(response));
    check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(response), "the answer");
  }
}

void http_1_0(const Subject& subject) {
  TransportRig rig(subject, patient_limits(), answer_with(page()));
  check_reply(exchange(rig.port(), to_bytes({.version = "HTTP/1.0"})), expected_bytes(page()),
              "the answer to HTTP/1.0");
  check_reply(exchange(rig.port(),
                       to_bytes({.fields = {{"Connection", "keep-alive"}}, .version = "HTTP/1.0"})),
              expected_bytes(page()), "the answer to HTTP/1.0 with keep-alive");
}

void not_negotiated(const Subject& subject) {
  TransportRig rig(subject, patient_limits(), answer_with(page()));
  const std::vector<Field> wishes{{"Accept-Encoding", "gzip, deflate, br, zstd"},
                                  {"Accept-Encoding", "br;q=1.0, *;q=0"},
                                  {"Accept", "application/json"},
                                  {"Accept", ";;;,"},
                                  {"Range", "bytes=0-3"},
                                  {"Range", "bytes=0-1,3-4"},
                                  {"Range", "bytes=9-1"},
                                  {"If-None-Match", "*"},
                                  {"If-Modified-Since", "Mon, 23 Nov 2026 00:00:00 GMT"},
                                  {"Connection", "keep-alive"},
                                  {"Connection", "Close"},
                                  {"Connection", "upgrade"},
                                  {"Upgrade", "h2c"},
                                  {"Upgrade", "websocket"},
                                  {"TE", "trailers, deflate"}};
  for (const Field& wish : wishes) {
    check_reply(exchange(rig.port(), to_bytes({.fields = {wish}})), expected_bytes(page()),
                "the answer with " + wish.name + ": " + wish.value);
  }
}

void binary_body(const Subject& subject) {
  std::string body;
  for (int i = 0; i < 4096; ++i) body += static_cast<char>(i);
  const Response response{200, {{"Content-Type", "application/octet-stream"}}, body};
  TransportRig rig(subject, patient_limits(), answer_with(response));
  check_reply(exchange(rig.port(), to_bytes({})), expected_bytes(response), "the answer");
}

void framing_is_ours(const Subject& subject) {
  Response response = page();
  const std::string expected = expected_bytes(response);
  response.fields.insert(response.fields.begin() + 2, {"connection", "keep-alive"});
  response.fields.push_back({"CONTENT-LENGTH", "5"});
  TransportRig rig(subject, patient_limits(), answer_with(response));
  check_reply(exchange(rig.port(), to_bytes({})), expected, "the answer");
}

void impossible_fields(const Subject& subject) {
  const std::string long_value(20'000, 'v');
  const Response large{200, {{"X-Long", long_value}, {"X-Tab", "a\tb"}}, "body"};
  const std::vector<std::vector<Field>> impossible{{{"X", "a\r\nSet-Cookie: b=c"}},
                                                   {{"X", "a\nb"}},
                                                   {{"X", std::string("a\0b", 3)}},
                                                   {{"X", "a\x7f"}},
                                                   {{"X Y", "a"}},
                                                   {{"X:", "a"}},
                                                   {{"", "a"}},
                                                   {{"X", std::string(33'000, 'v')}},
                                                   {{"X", std::string(2'000'000, 'v')}},
                                                   {{"X", long_value}, {"Y", long_value}}};
  TransportRig rig(subject, patient_limits(), [&](const Request& request, Responder responder) {
    const auto number = static_cast<std::size_t>(std::stoi(request.target.substr(1)));
    responder.send(number == 0 ? large : Response{200, impossible[number - 1], "body"});
  });
  check_reply(exchange(rig.port(), to_bytes({.target = "/0"})), expected_bytes(large),
              "the answer with large fields");
  for (std::size_t i = 1; i <= impossible.size(); ++i) {
    check_reply(exchange(rig.port(), to_bytes({.target = "/" + std::to_string(i)})),
                expected_bytes(test_refusal(500)),
                "the answer with " + show(impossible[i - 1][0].name));
  }
}

void answered_from_elsewhere(const Subject& subject) {
  std::mutex mutex;
  std::vector<Responder> held;
  Gate both;
  TransportRig rig(subject, patient_limits(), [&](const Request&, Responder responder) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(responder));
    if (held.size() == 2) both.open();
  });
  Peer first(rig.port());
  Peer second(rig.port());
  first.send(to_bytes({.target = "/1"}));
  second.send(to_bytes({.target = "/2"}));
  both.wait();
  Thread elsewhere([&] {
    held[0].send(page());
    held[0].send({500, {}, "a second answer"});
    held[1].send(page());
  });
  check_reply(first.read_to_end(), expected_bytes(page()), "the first answer");
  check_reply(second.read_to_end(), expected_bytes(page()), "the second answer");
  elsewhere.join();
}

}  // namespace

void add_t2(Cases& cases) {
  const std::string measured =
      "measured: the libraries add Date, Keep-Alive, Accept-Ranges, compress, cut ranges";
  cases.push_back(
      {"T2.exact-bytes",
       "The fields are the handler's, Connection: close and Content-Length, in alphabetical order, "
       "and nothing else.",
       measured, exact_bytes});
  cases.push_back({"T2.head-has-no-body", "HEAD gets the head that GET gets, and no body.",
                   "RFC 9110 section 9.3.2", head});
  cases.push_back({"T2.refused-head-has-no-body", "A refused HEAD gets no body either.",
                   "RFC 9110 section 9.3.2", head_refused});
  cases.push_back({"T2.every-status", "Every status goes out with its reason phrase.",
                   "RFC 9110 section 15; 413 as in RFC 7231, for one library's table is fixed",
                   every_status});
  cases.push_back({"T2.empty-body",
                   "An answer without a body, a redirect among them, has Content-Length: 0.",
                   "RFC 9110 section 8.6", empty_bodies});
  cases.push_back({"T2.http-1-0", "A request in HTTP/1.0 gets the same bytes.",
                   "RFC 9110 section 2.5", http_1_0});
  cases.push_back({"T2.not-negotiated",
                   "Encodings, ranges, conditions, upgrades and keep-alive change nothing.",
                   measured, not_negotiated});
  cases.push_back({"T2.binary-body", "A body of any bytes goes out unchanged.",
                   "RFC 9112 section 6.2", binary_body});
  cases.push_back({"T2.framing-is-ours",
                   "Connection and Content-Length are the transport's, whatever the handler says.",
                   "<oauth_callback/http.hpp>", framing_is_ours});
  cases.push_back({"T2.impossible-fields",
                   "Fields of 20 kB go out; what is no field, or more than 32 KiB, is a 500.",
                   "RFC 9110 section 5.5; measured: one library drops a field with a line end, "
                   "another takes none of 64 KiB",
                   impossible_fields});
  cases.push_back({"T2.answered-from-elsewhere",
                   "A Responder answers from any thread, after the handler has returned, and once.",
                   "<oauth_callback/backend.hpp>", answered_from_elsewhere});
}

}  // namespace oauth_callback::conformance
