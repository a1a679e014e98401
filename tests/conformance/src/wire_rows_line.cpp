#include "messages.hpp"
#include "wire_rows.hpp"

namespace oauth_callback::conformance {
namespace {

std::string host_line() { return "Host: " + std::string(any_host) + "\r\n"; }

// A GET with this request line, without its CRLF.
std::string line(std::string_view request_line) {
  return std::string(request_line) + "\r\n" + host_line() + "\r\n";
}

std::string target(std::string_view raw) { return line("GET " + std::string(raw) + " HTTP/1.1"); }

}  // namespace

void add_request_line_rows(WireRows& rows) {
  const std::string grammar = "RFC 9112 section 3";
  const std::string version = "RFC 9112 section 2.3";
  const std::string method = "RFC 9110 section 9.1";
  const std::string crlf = "RFC 9112 section 2.2";
  rows.push_back({"T1.plain-get", "a plain GET", grammar, line("GET /callback HTTP/1.1"), 200});
  rows.push_back(
      {"T1.http-1-0", "HTTP/1.0 with Host", version, line("GET /callback HTTP/1.0"), 200});
  rows.push_back({"T7.http-0-9", "a simple request of HTTP/0.9", version, "GET /callback\r\n"});
  rows.push_back({"T7.http-1-2", "HTTP/1.2", version, line("GET / HTTP/1.2"), 505});
  rows.push_back({"T7.http-0-9-named", "HTTP/0.9 by name", version, line("GET / HTTP/0.9"), 505});
  rows.push_back({"T7.http-2", "HTTP/2.0", version, line("GET / HTTP/2.0"), 505});
  rows.push_back({"T7.http-3", "HTTP/3.0", version, line("GET / HTTP/3.0"), 505});
  rows.push_back({"T7.http-2-preface", "the preface of HTTP/2", "RFC 9113 section 3.4",
                  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505});
  rows.push_back({"T7.garbage-version", "a version that is none", version, line("GET / FOO/9")});
  rows.push_back(
      {"T7.lower-case-version", "http/1.1 in lower case", version, line("GET / http/1.1")});
  rows.push_back({"T7.short-version", "HTTP/1", version, line("GET / HTTP/1")});
  rows.push_back({"T7.two-digit-version", "HTTP/1.10", version, line("GET / HTTP/1.10")});
  rows.push_back({"T7.leading-zero-version", "HTTP/01.1", version, line("GET / HTTP/01.1")});
  rows.push_back({"T7.letter-in-version", "HTTP/1.x", version, line("GET / HTTP/1.x")});
  rows.push_back(
      {"T7.lf-in-version", "LF in the version, and nothing more", crlf, "GET / HTTP/1\n"});
  rows.push_back({"T7.version-before-method", "the version is judged before the method", version,
                  line("FOO / HTTP/2.0"), 505});
  rows.push_back(
      {"T7.tls-client-hello", "a TLS handshake", "RFC 8446 section 5.1",
       std::string("\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 11) + std::string(64, 'r')});
  rows.push_back({"T7.garbage-line", "a line of one word", grammar, line("garbage")});
  rows.push_back({"T7.one-space", "a line with only one space", grammar, line("GET /callback")});
  rows.push_back({"T7.only-crlf", "nothing but an empty line", crlf, "\r\n\r\n"});
  rows.push_back({"T7.empty-line-first", "an empty line before the request", crlf,
                  "\r\n" + line("GET / HTTP/1.1")});
  rows.push_back({"T7.five-empty-lines", "five empty lines before the request", crlf,
                  "\r\n\r\n\r\n\r\n\r\n" + line("GET / HTTP/1.1")});
  rows.push_back({"T7.space-first", "a space before the method", grammar, line(" GET / HTTP/1.1")});
  rows.push_back(
      {"T7.bare-lf-everywhere", "LF instead of CRLF", crlf, "GET / HTTP/1.1\nHost: x\n\n"});
  rows.push_back({"T7.lf-after-request-line", "LF instead of CRLF after the request line", crlf,
                  "GET / HTTP/1.1\n" + host_line() + "\r\n"});
  rows.push_back({"T7.cr-in-request-line", "CR without LF in the request line", crlf,
                  "GET / HTTP/1.1\r" + host_line() + "\r\n"});
  rows.push_back({"T7.cr-cr-lf", "CR CR LF", crlf, "GET / HTTP/1.1\r\r\n" + host_line() + "\r\n"});
  rows.push_back({"T7.tab-in-line", "a tab as separator", grammar, line("GET\t/\tHTTP/1.1")});
  rows.push_back(
      {"T7.double-space", "two spaces before the target", grammar, line("GET  / HTTP/1.1")});
  rows.push_back(
      {"T7.double-space-2", "two spaces before the version", grammar, line("GET /  HTTP/1.1")});
  rows.push_back(
      {"T7.trailing-space", "a space at the end of the line", grammar, line("GET / HTTP/1.1 ")});
  rows.push_back({"T7.nul-in-method", "NUL in the method", method,
                  line(std::string_view("GE\0T / HTTP/1.1", 15))});
  rows.push_back(
      {"T7.colon-in-method", "a method that is no token", method, line("GE:T / HTTP/1.1")});
  rows.push_back(
      {"T7.eight-bit-method", "8-bit bytes in the method", method, line("GET\xc3\xa9 / HTTP/1.1")});
  const auto unknown = [&](std::string id, const std::string& name) {
    rows.push_back({"T7." + std::move(id), "the method " + name, method,
                    line(name + " /callback HTTP/1.1"), 501});
  };
  unknown("method-unknown", "FOO");
  unknown("method-patch", "PATCH");
  unknown("method-lower-case", "get");
  unknown("method-mixed-case", "Get");
  unknown("method-webdav", "PROPFIND");
  unknown("method-longer", "GETS");
  unknown("method-shorter", "GE");
  unknown("method-of-odd-bytes", "!#$%&'*+-.^_`|~");
  rows.push_back(
      {"T7.method-of-17", "a method of 17 bytes, unfinished", method, std::string(17, 'M'), 501});
  rows.push_back({"T7.method-patch-with-length", "PATCH with a Content-Length of 0", method,
                  "PATCH /callback HTTP/1.1\r\n" + host_line() + "Content-Length: 0\r\n\r\n", 501});
  rows.push_back({"T7.method-of-40", "a method of 40 bytes", method,
                  line(std::string(40, 'M') + " / HTTP/1.1"), 501});
  rows.push_back({"T7.bad-target-of-bad-method",
                  "the method is judged before the form of the target", method,
                  line("FOO * HTTP/1.1"), 501});
}

void add_target_rows(WireRows& rows) {
  const std::string forms = "RFC 9112 section 3.2";
  const std::string chars = "RFC 3986 section 2";
  const auto bad = [&](std::string id, std::string what, std::string_view raw,
                       const std::string& reference) {
    rows.push_back({"T7." + std::move(id), std::move(what), reference, target(raw)});
  };
  const auto good = [&](std::string id, std::string what, std::string_view raw,
                        const std::string& reference) {
    rows.push_back({"T1." + std::move(id), std::move(what), reference, target(raw), 200});
  };
  bad("asterisk-get", "GET *", "*", forms);
  rows.push_back({"T7.asterisk-options", "OPTIONS *", forms, line("OPTIONS * HTTP/1.1")});
  rows.push_back({"T7.connect-authority", "CONNECT with an authority", forms,
                  line("CONNECT callback.test:1 HTTP/1.1")});
  bad("no-slash", "a target without a slash", "callback", forms);
  bad("query-only", "a target that is only a query", "?code=1", forms);
  bad("https-target", "absolute form with https", "https://callback.test:1/callback", forms);
  bad("other-scheme", "absolute form with another scheme", "ftp://callback.test:1/callback", forms);
  bad("scheme-only", "half an absolute form", "http:/callback", forms);
  bad("nul-in-target", "NUL in the target", std::string_view("/call\0back", 10), chars);
  bad("space-in-target", "a space in the target", "/call back", chars);
  bad("space-in-query", "a space in the query", "/callback?code=a b", chars);
  bad("tab-in-target", "a tab in the target", "/call\tback", chars);
  bad("control-in-target", "a control byte in the target", "/callback\x01", chars);
  bad("delete-in-target", "DEL in the target", "/callback\x7f", chars);
  bad("eight-bit-target", "8-bit bytes in the target", "/callback?code=\xc3\xa9", chars);
  bad("fragment", "a fragment in the target", "/callback?code=1#state=2", chars);
  bad("fragment-first", "a fragment before the query", "/callback#x?code=1", chars);
  bad("lf-in-target", "LF in the target", "/call\nback", chars);
  bad("cr-in-target", "CR in the target", "/call\rback", chars);
  good("absolute-other-host", "absolute form with another authority",
       "http://evil.example/callback", forms);
  good("two-question-marks", "a second question mark", "/callback?code=a?b", chars);
  good("empty-query", "an empty query", "/callback?", chars);
  good("encoded-nul", "an encoded NUL", "/callback?code=%00", chars);
  good("broken-encoding", "broken percent-encoding", "/callback?code=%zz&state=%", chars);
  good("unusual-bytes", "quotes, brackets and the like", "/callback?\"<>\\^`{|}", chars);
  good("double-slash", "two slashes at the start", "//callback", chars);
  good("dot-segments", "dot segments", "/x/../callback/./", "RFC 3986 section 3.3");
}

}  // namespace oauth_callback::conformance
