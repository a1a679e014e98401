#include "messages.hpp"
#include "wire_rows.hpp"

namespace oauth_callback::conformance {
namespace {

// A GET with these lines and no Host of ours.
std::string only(std::string_view lines) {
  return "GET /callback HTTP/1.1\r\n" + std::string(lines) + "\r\n";
}

std::string sv(std::string_view text) { return std::string(text); }

}  // namespace

void add_field_rows(WireRows& rows) {
  const std::string syntax = "RFC 9112 section 5";
  const std::string values = "RFC 9110 section 5.5";
  const std::string host = "RFC 9112 section 3.2";
  const std::string crlf = "RFC 9112 section 2.2";
  const std::string canonical = "contract, part T; measured: the libraries disagree on such values";
  const auto bad = [&](std::string id, std::string what, std::string bytes,
                       const std::string& reference, int status = 400) {
    rows.push_back({"T7." + std::move(id), std::move(what), reference, std::move(bytes), status});
  };
  const auto good = [&](std::string id, std::string what, std::string bytes,
                        const std::string& reference) {
    rows.push_back({"T1." + std::move(id), std::move(what), reference, std::move(bytes), 200});
  };
  bad("lf-fields", "LF instead of CRLF after fields", "GET / HTTP/1.1\r\nHost: x\nA: b\n\n", crlf);
  bad("lf-last-line", "LF instead of CRLF at the end of the head",
      "GET / HTTP/1.1\r\nHost: x\r\n\n", crlf);
  bad("cr-in-value", "CR without LF in a value", get_with("X: a\rb\r\n"), crlf);
  bad("cr-at-the-end", "CR without LF at the end of the head", get_with("X: a\r\n\rx"), crlf);
  bad("cr-before-colon", "CR in a name", get_with("X\r: a\r\n"), crlf);
  bad("obs-fold", "a folded value", get_with("X: a\r\n b\r\n"), "RFC 9112 section 5.2");
  bad("obs-fold-tab", "a value folded with a tab", get_with("X: a\r\n\tb\r\n"),
      "RFC 9112 section 5.2");
  bad("fold-first", "a folded first line", only(" Host: x\r\n"), "RFC 9112 section 2.2");
  bad("no-host", "no Host", only("X: a\r\n"), host);
  bad("no-fields", "no field at all", only(""), host);
  bad("no-host-1-0", "no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n",
      host + "; stricter than RFC 9112");
  bad("empty-host", "an empty Host", only("Host:\r\n"), host);
  bad("blank-host", "a Host of blanks", only("Host:  \t \r\n"), host);
  bad("repeated-host", "two Hosts", get_with("Host: other\r\n"), host);
  bad("repeated-same-host", "twice the same Host", get_with("Host: callback.test:1\r\n"), host);
  bad("repeated-host-case", "two Hosts, spelt differently", get_with("hOsT: other\r\n"), host);
  bad("space-before-colon", "a space before the colon", only("Host : x\r\n"),
      "RFC 9112 section 5.1");
  bad("tab-before-colon", "a tab before the colon", get_with("X\t: a\r\n"), "RFC 9112 section 5.1");
  bad("no-colon", "a field without a colon", get_with("nocolon\r\n"), syntax);
  bad("empty-name", "a field without a name", get_with(": a\r\n"), syntax);
  bad("space-in-name", "a space in a name", get_with("X Y: a\r\n"), syntax);
  bad("slash-in-name", "a name that is no token", get_with("X/Y: a\r\n"), syntax);
  bad("eight-bit-name", "8-bit bytes in a name", get_with("X\xc3\xa9: a\r\n"), syntax);
  bad("control-in-name", "a control byte in a name", get_with("X\x01: a\r\n"), syntax);
  bad("nul-in-name", "NUL in a name", get_with(sv({"X\0Y: a\r\n", 8})), syntax);
  bad("nul-in-value", "NUL in a value", get_with(sv({"X: a\0b\r\n", 8})), values);
  bad("nul-in-cookie", "NUL in a cookie", get_with(sv({"Cookie: a\0b\r\n", 13})), values);
  bad("control-in-value", "a control byte in a value", get_with("X: a\x01\r\n"), values);
  bad("escape-in-value", "ESC in a value", get_with("X: \x1b[0m\r\n"), values);
  bad("delete-in-value", "DEL in a value", get_with("X: a\x7f\r\n"), values);
  bad("form-feed-in-value", "a form feed in a value", get_with("X: a\f\r\n"), values);
  bad("vertical-tab-in-value", "a vertical tab in a value", get_with("X: a\v\r\n"), values);
  bad("nul-in-host", "NUL in Host", only(sv({"Host: x\0y\r\n", 11})), values);
  bad("eight-bit-host", "8-bit bytes in Host", only("Host: caf\xc3\xa9\r\n"), canonical);
  bad("eight-bit-origin", "8-bit bytes in Origin", get_with("Origin: https://\xff\r\n"), canonical);
  bad("encoded-host", "percent-encoding in Host", only("Host: 127%2E0.0.1:1\r\n"), canonical);
  bad("encoded-crlf", "an encoded CRLF in Origin", get_with("Origin: a%0d%0aHost: b\r\n"),
      canonical);
  bad("word-in-host", "an RFC 2047 word in Host", only("Host: =?us-ascii?Q?127=2E0=2E0=2E1?=\r\n"),
      canonical);
  bad("word-in-origin", "an RFC 2047 word in Origin", get_with("Origin: x =?utf-8?B?eA==?=\r\n"),
      canonical);
  for (const std::string name :
       {"Content-Type", "Origin", "Purpose", "Sec-Purpose", "Sec-Fetch-Mode", "Sec-Fetch-Dest",
        "Sec-Fetch-Site", "Sec-Fetch-Anything"}) {
    bad("repeated-" + name, "two " + name, get_with(name + ": a\r\n" + name + ": a\r\n"),
        canonical);
    bad("empty-" + name, "an empty " + name, get_with(name + ":\r\n"), canonical);
  }
  const auto metadata = [](int count) {
    std::string lines;
    for (int i = 0; i < count; ++i)
      lines += "Sec-Fetch-" + std::to_string(i) + ": " + std::string(1000, 'v') + "\r\n";
    return lines;
  };
  good("canonical-32", "31 canonical fields of 1 kB, and Host", get_with(metadata(31)), canonical);
  bad("canonical-33", "32 of them, and Host", get_with(metadata(32)), canonical, 431);
  bad("long-canonical", "a canonical value of 1025 bytes",
      get_with("Origin: " + std::string(1025, 'o') + "\r\n"), canonical, 431);
  good("longest-canonical", "a canonical value of 1024 bytes",
       get_with("Origin: " + std::string(1024, 'o') + "\r\n"), canonical);
  good("eight-bit-value", "8-bit bytes in a field that is withheld",
       get_with("Cookie: a=\xc3\xa9\xff\r\n"), values);
  good("tab-in-value", "a tab in a value", get_with("X: a\tb\r\n"), values);
  good("tab-in-origin", "a tab in a canonical value", get_with("Origin: a\tb\r\n"), values);
  good("empty-value", "an empty value", get_with("X:\r\nY: \r\n"), values);
  good("no-blank-after-colon", "no blank after the colon", only("Host:callback.test:1\r\n"),
       values);
  good("blanks-around-value", "blanks around a value", only("Host: \t callback.test:1 \t\r\n"),
       values);
  good("name-case", "a method-like field name in odd case", only("hOST: callback.test:1\r\n"),
       "RFC 9110 section 5.1");
  good("encoded-cookie", "encodings in a field that is withheld",
       get_with("Cookie: %0d%0aHost: evil; =?us-ascii?Q?x?=\r\n"), values);
  good("long-name", "a name of 300 bytes", get_with(std::string(300, 'N') + ": a\r\n"), syntax);
  good("odd-name", "every byte a name may have", get_with("!#$%&'*+-.^_`|~09azAZ: a\r\n"), syntax);
  good("upgrade", "an Upgrade to WebSocket is not the transport's to judge",
       get_with("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: a\r\n"),
       "RFC 9110 section 7.8");
  good(
      "preflight", "a preflight is a request like another",
      "OPTIONS /callback HTTP/1.1\r\nHost: callback.test:1\r\nOrigin: https://evil.example\r\n"
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
      "Fetch standard");
}

}  // namespace oauth_callback::conformance
