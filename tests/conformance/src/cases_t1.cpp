// T1: what reaches the handler.
#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "cases.hpp"
#include "check.hpp"
#include "rig.hpp"

namespace oauth_callback::conformance {
namespace {

void check_fields(const Request& request, const std::vector<Field>& expected) {
  std::string actual_text;
  std::string expected_text;
  for (const Field& field : request.fields) actual_text += field.name + ": " + field.value + "\n";
  for (const Field& field : expected) expected_text += field.name + ": " + field.value + "\n";
  check_equal(actual_text, expected_text, "the fields");
}

void targets_as_sent(const Subject& subject) {
  TransportRig rig(subject);
  for (const std::string target : {"/",
                                   "/callback",
                                   "/callback?code=4%2F0A%2Bb%3D%3D&state=x",
                                   "/%63allback",
                                   "/call%2Fback",
                                   "/callback%3Fcode=1",
                                   "/callback%00",
                                   "/callback%zz",
                                   "/callback%",
                                   "/callback%u0041?%u0041=1",
                                   "/a+b?c+d=e+f",
                                   "/x?%zz",
                                   "/x?a=%C3%A9%FF%00",
                                   "/x?a=b&&c==;d&a=c",
                                   "/x?a?b?c=/?",
                                   "/x?",
                                   "//callback",
                                   "//evil.example/callback",
                                   "/./callback",
                                   "/x/../callback",
                                   "/x//y/",
                                   "/x?\"<>\\^`{|}",
                                   "/x;p=1?a='()*!~$,:@",
                                   "/x?url=http://other.example/?q=1",
                                   "/callback/"}) {
    check_equal(rig.round_trip(to_bytes({.target = target})).target, target, "the target");
  }
}

void absolute_form(const Subject& subject) {
  TransportRig rig(subject);
  const std::string target = "http://callback.test:1/callback?code=1%2F&state=x";
  check_equal(rig.round_trip(to_bytes({.target = target})).target, target, "the target");
}

void methods(const Subject& subject) {
  TransportRig rig(subject);
  for (const std::string method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE"}) {
    const Request plain = rig.round_trip(to_bytes({.method = method}));
    check_equal(plain.method, method, "the method");
    check_equal(plain.body, "", "the body of " + method);
    const Request with_body = rig.round_trip(to_bytes({.method = method, .body = "some=body&x"}));
    check_equal(with_body.method, method, "the method");
    check_equal(with_body.body, "some=body&x", "the body of " + method);
  }
}

void canonical_fields(const Subject& subject) {
  TransportRig rig(subject);
  const Request request = rig.round_trip(
      "POST /callback HTTP/1.1\r\n"
      "Sec-Fetch-Site:cross-site\r\n"
      "X-Custom: withheld\r\n"
      "Host:   callback.test:1  \r\n"
      "Sec-Purpose: prefetch;anonymous-client-ip\r\n"
      "Content-Type:\tText/Plain; charset=\"a,B\";  x=1 \t \r\n"
      "Sec-Fetch-Mode: navigate\r\n"
      "Origin: https://login.example:8443\r\n"
      "Purpose: preview, other\r\n"
      "Sec-Fetch-Dest: document\r\n"
      "Content-Length: 3\r\n"
      "Sec-Fetch-User: ?1\r\n"
      "Sec-Fetch-Storage-Access: none\r\n"
      "\r\nabc");
  check_fields(request, {{"Content-Length", "3"},
                         {"Content-Type", "Text/Plain; charset=\"a,B\";  x=1"},
                         {"Host", "callback.test:1"},
                         {"Origin", "https://login.example:8443"},
                         {"Purpose", "preview, other"},
                         {"Sec-Fetch-Dest", "document"},
                         {"Sec-Fetch-Mode", "navigate"},
                         {"Sec-Fetch-Site", "cross-site"},
                         {"Sec-Fetch-Storage-Access", "none"},
                         {"Sec-Fetch-User", "?1"},
                         {"Sec-Purpose", "prefetch;anonymous-client-ip"}});
}

void field_name_case(const Subject& subject) {
  TransportRig rig(subject);
  const Request request = rig.round_trip(
      "GET / HTTP/1.1\r\nhOST: callback.test:1\r\nsec-fetch-MODE: no-cors\r\nPURPOSE: "
      "prefetch\r\n\r\n");
  check_equal(field_value(request.fields, "Host"), "callback.test:1", "Host");
  check_equal(field_value(request.fields, "Sec-Fetch-Mode"), "no-cors", "Sec-Fetch-Mode");
  check_equal(field_value(request.fields, "Purpose"), "prefetch", "Purpose");
  check_equal(request.fields.size(), 3U, "fields");
}

void other_fields_withheld(const Subject& subject) {
  TransportRig rig(subject);
  std::vector<Field> fields;
  for (const char* name : {"Cookie",
                           "Cookie",
                           "Authorization",
                           "Proxy-Authorization",
                           "Referer",
                           "User-Agent",
                           "Accept",
                           "Accept-Language",
                           "X-Forwarded-For",
                           "X-Forwarded-Host",
                           "Forwarded",
                           "REMOTE_ADDR",
                           "LOCAL_PORT",
                           "Sec-CH-UA",
                           "Sec-Fetch",
                           "Sec-GPC",
                           "Connection",
                           "Keep-Alive",
                           "TE",
                           "Trailer",
                           "Via",
                           "DNT",
                           "Hosts",
                           "Ho",
                           "Content-Encoding",
                           "Content-Disposition",
                           "X-HTTP-Method-Override",
                           "Purposes"}) {
    fields.push_back({name, "withheld=1"});
  }
  fields.push_back({"X-Eight-Bit", "caf\xc3\xa9 \xff\x80"});
  fields.push_back({"X-Encoded", "%0d%0aHost: evil =?us-ascii?Q?evil?="});
  fields.push_back({"X-Empty", ""});
  check_fields(rig.round_trip(to_bytes({.fields = fields})), {{"Host", std::string(any_host)}});
}

void bodies_as_sent(const Subject& subject) {
  TransportRig rig(subject);
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte += static_cast<char>(i);
  const std::string multipart =
      "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1\r\n--x--\r\n";
  const std::vector<std::pair<std::string, std::string>> bodies{
      {"application/x-www-form-urlencoded", "code=4%2F0A+b%3D%3D&&state=%zz;x&code=2"},
      {"application/x-www-form-urlencoded", every_byte},
      {"application/x-www-form-urlencoded", std::string(20'000, 'a')},
      {"multipart/form-data; boundary=x", multipart},
      {"multipart/form-data; boundary=x", "not multipart at all"},
      {"multipart/form-data", every_byte},
      {"text/plain", every_byte},
      {"application/json", "{}"}};
  for (const auto& [type, body] : bodies) {
    const Request request = rig.round_trip(
        to_bytes({.method = "POST", .fields = {{"Content-Type", type}}, .body = body}));
    check_equal(request.body, body, "the body of type " + type);
    check_equal(field_value(request.fields, "Content-Type"), type, "Content-Type");
  }
}

void cut_anywhere(const Subject& subject) {
  TransportRig rig(subject);
  const std::string bytes = to_bytes({.method = "POST",
                                      .fields = {{"Content-Type", "text/plain"}, {"Cookie", "a=b"}},
                                      .body = "a body"});
  Peer peer(rig.port());
  for (const char c : bytes) {
    peer.send({&c, 1});
    // For the server to read it before the next one comes; nothing depends on that it does.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  check_reply(peer.read_to_end(), expected_bytes(ok_response()), "the answer");
  const Request whole = rig.round_trip(bytes);
  check(rig.seen().all().front() == whole, "the request depends on how its bytes were cut");
}

// Nothing but what was asked for has been served, even after the transport has ended.
void check_served(TransportRig& rig, const std::set<std::string>& targets) {
  rig.stop();
  std::set<std::string> seen;
  for (const Request& request : rig.seen().all()) {
    check(seen.insert(request.target).second, "served twice: " + request.target);
  }
  std::string unexpected;
  for (const std::string& target : seen) unexpected += targets.contains(target) ? "" : " " + target;
  check(unexpected.empty(), "served what was no request:" + unexpected);
  check_equal(seen.size(), targets.size(), "requests served");
}

void one_request_per_connection(const Subject& subject) {
  TransportRig rig(subject);
  const std::string evil = to_bytes({.target = "/evil"});
  const Reply pipelined = exchange(rig.port(), to_bytes({.target = "/1"}) + evil + evil);
  check_reply(pipelined, expected_bytes(ok_response()), "the answer to pipelined requests");

  Peer peer(rig.port());
  const std::string keep_alive = to_bytes(
      {.target = "/2", .fields = {{"Connection", "keep-alive"}, {"Keep-Alive", "timeout=60"}}});
  peer.send(keep_alive);
  const std::string answer = expected_bytes(ok_response());
  check_equal(peer.read_at_least(answer.size()).bytes, answer, "the answer to keep-alive");
  peer.send(evil);
  check_reply(peer.read_to_end(), "", "what follows the answer");
  rig.round_trip(to_bytes({.target = "/3"}));
  check_served(rig, {"/1", "/2", "/3"});
}

void smuggled(const Subject& subject) {
  TransportRig rig(subject);
  const std::string evil = to_bytes({.target = "/evil?code=EVIL"});
  std::set<std::string> served;
  int number = 0;
  for (const std::string method : {"POST", "GET", "HEAD", "PUT", "OPTIONS", "DELETE"}) {
    const std::string target = "/" + std::to_string(number++);
    served.insert(target);
    // As the body; and after a body that is a byte shorter than it looks.
    const Request request = rig.round_trip(to_bytes({.method = method,
                                                     .target = target,
                                                     .fields = {{"Content-Type", "text/plain"}},
                                                     .body = evil}));
    check_equal(request.body, evil, "the body of " + method);
    const std::string next = "/" + std::to_string(number++);
    served.insert(next);
    rig.round_trip(to_bytes({.method = method, .target = next, .body = "\r\n"}) + evil);
  }
  for (const std::string head :
       {"Transfer-Encoding: chunked\r\n", "Content-Length: 99999999\r\n",
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding : chunked\r\n",
        "Content-Length: 4,4\r\n", "Content-Length: x\r\n",
        "Expect: 100-continue\r\nContent-Length: 400\r\n"}) {
    exchange(rig.port(), "POST /refused HTTP/1.1\r\nHost: x\r\n" + head + "\r\n0\r\n\r\n" + evil);
  }
  check_served(rig, served);
}

// What comes while the answer is awaited, and when it has come.
void smuggled_later(const Subject& subject) {
  const std::string evil = to_bytes({.target = "/evil?code=EVIL"});
  Gate reached;
  Recorder seen;
  std::optional<Responder> held;
  TransportRig rig(subject, patient_limits(), [&](Request request, Responder responder) {
    seen.add(std::move(request));
    if (held) return;
    held.emplace(std::move(responder));
    reached.open();
  });
  Peer peer(rig.port());
  peer.send(to_bytes({.method = "POST", .target = "/1", .body = "a=b"}));
  reached.wait();
  for (int i = 0; i < 100; ++i) peer.send(evil);
  held->send(ok_response());
  const std::string answer = expected_bytes(ok_response());
  check_equal(peer.read_at_least(answer.size()).bytes, answer, "the answer");
  for (int i = 0; i < 100; ++i) peer.send(evil);
  peer.half_close();
  check_reply(peer.read_to_end(), "", "what follows the answer");
  rig.stop();
  check_equal(seen.count(), 1U, "calls of the handler");
}

}  // namespace

void add_t1(Cases& cases) {
  const std::string clause = "RFC 9112 section 3.2: a server must not guess at a target";
  cases.push_back({"T1.target-as-sent", "The raw request target reaches the handler byte for byte.",
                   clause, targets_as_sent});
  cases.push_back({"T1.absolute-form", "A target in absolute form reaches the handler whole.",
                   "RFC 9112 section 3.2.2", absolute_form});
  cases.push_back(
      {"T1.methods", "All methods of RFC 9110 reach the handler, with a body or without.",
       "measured: one library reads no body for some methods, another routes them away", methods});
  cases.push_back({"T1.canonical-fields",
                   "The canonical fields reach the handler, sorted by name, their values as sent "
                   "but for blanks "
                   "around them.",
                   "RFC 9110 section 5.5", canonical_fields});
  cases.push_back({"T1.field-name-case", "Field names are recognised whatever their case.",
                   "RFC 9110 section 5.1", field_name_case});
  cases.push_back({"T1.other-fields-withheld",
                   "Cookies and all other fields are withheld, and none is added.",
                   "measured: one library adds REMOTE_ADDR and three more", other_fields_withheld});
  cases.push_back(
      {"T1.body-as-sent", "The body reaches the handler byte for byte, whatever its type.",
       "measured: one library takes forms and multipart apart, and refuses forms over 8192 bytes",
       bodies_as_sent});
  cases.push_back({"T1.cut-anywhere", "A request that comes byte by byte is the same request.",
                   "RFC 9112 section 2.2", cut_anywhere});
  cases.push_back({"T1.one-request-per-connection",
                   "One request per connection is served; what follows it is not.",
                   "measured: kept-alive connections let requests be smuggled",
                   one_request_per_connection});
  cases.push_back(
      {"T1.no-smuggling", "What a body or the bytes after it hold is never served as a request.",
       "measured: two of three libraries serve an unread body as the next request", smuggled});
  cases.push_back({"T1.no-smuggling-later",
                   "Nor is what comes while the answer is awaited, or after it.",
                   "measured: kept-alive connections let requests be smuggled", smuggled_later});
}

}  // namespace oauth_callback::conformance
