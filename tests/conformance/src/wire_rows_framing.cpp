#include "messages.hpp"
#include "wire_rows.hpp"

namespace oauth_callback::conformance {
namespace {

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out.append(text);
  return out;
}

// A GET whose head has exactly this many bytes.
std::string head_of(std::size_t bytes) {
  const std::string empty = get_with("Cookie: \r\n");
  return get_with("Cookie: " + std::string(bytes - empty.size(), 'c') + "\r\n");
}

std::string body_of(std::size_t bytes) {
  return post_with("Content-Length: " + std::to_string(bytes) + "\r\n", std::string(bytes, 'b'));
}

}  // namespace

void add_framing_rows(WireRows& rows) {
  const std::string length = "RFC 9112 section 6.3";
  const std::string coding = "RFC 9112 section 6.1";
  const std::string chunks = "4\r\na=bc\r\n0\r\n\r\n";
  const auto post = [&](std::string id, std::string what, std::string_view lines,
                        std::string_view body, int status, const std::string& reference) {
    rows.push_back({(status == 200 ? "T1." : "T7.") + std::move(id), std::move(what), reference,
                    post_with(lines, body), status});
  };
  post("length-negative", "a negative Content-Length", "Content-Length: -1\r\n", "", 400, length);
  post("length-plus", "Content-Length with a plus", "Content-Length: +4\r\n", "a=bc", 400, length);
  post("length-word", "Content-Length that is no number", "Content-Length: abc\r\n", "", 400,
       length);
  post("length-hex", "Content-Length in hexadecimal", "Content-Length: 0x4\r\n", "a=bc", 400,
       length);
  post("length-list", "a list as Content-Length", "Content-Length: 4, 4\r\n", "a=bc", 400, length);
  post("length-fraction", "Content-Length with a fraction", "Content-Length: 4.0\r\n", "a=bc", 400,
       length);
  post("length-space", "a space in Content-Length", "Content-Length: 4 4\r\n", "a=bc", 400, length);
  post("length-empty", "an empty Content-Length", "Content-Length:\r\n", "", 400, length);
  post("length-repeated", "Content-Length twice", "Content-Length: 4\r\nContent-Length: 4\r\n",
       "a=bc", 400, length);
  post("length-conflict", "two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n", "a=bcd", 400,
       length);
  post("length-2-64", "Content-Length of 2^64", "Content-Length: 18446744073709551616\r\n", "", 413,
       length);
  post("length-2-63", "Content-Length of 2^63-1", "Content-Length: 9223372036854775807\r\n", "",
       413, length);
  post("length-wraps", "Content-Length of 2^64+4", "Content-Length: 18446744073709551620\r\n",
       "a=bc", 413, length);
  post("length-of-1000-digits", "Content-Length of 1000 digits",
       "Content-Length: " + std::string(1000, '9') + "\r\n", "", 413, length);
  post("length-10-gb", "10 GB announced", "Content-Length: 10000000000\r\n", "a=b", 413, length);
  post("length-minus-zero", "Content-Length of -0", "Content-Length: -0\r\n", "", 400, length);
  post("length-exponent", "Content-Length with an exponent", "Content-Length: 1e1\r\n", "a=bc", 400,
       length);
  post("length-comma", "Content-Length with a comma", "Content-Length: 4,\r\n", "a=bc", 400,
       length);
  post("length-eight-bit", "Content-Length in digits that are not ASCII",
       "Content-Length: \xef\xbc\x94\r\n", "a=bc", 400, length);
  post("length-before-colon", "a space between Content-Length and its colon",
       "Content-Length : 4\r\n", "a=bc", 400, "RFC 9112 section 5.1");
  post("length-folded", "a folded Content-Length", "Content-Length:\r\n 4\r\n", "a=bc", 400,
       "RFC 9112 section 5.2");
  post("length-vertical-tab", "a vertical tab before the length", "Content-Length:\v4\r\n", "a=bc",
       400, length);
  post("length-blanks", "blanks around Content-Length", "Content-Length: \t 4 \t\r\n", "a=bc", 200,
       length);
  post("length-zeros", "leading zeros in Content-Length", "Content-Length: 0004\r\n", "a=bc", 200,
       length);
  post("length-zero", "Content-Length of 0", "Content-Length: 0\r\n", "", 200, length);
  post("no-length", "a POST without Content-Length has no body", "", "", 200, length);
  post("form", "a form", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4\r\n",
       "a=bc", 200, length);
  rows.push_back({"T1.get-with-body", "a GET with a body", length,
                  get_with("Content-Length: 5\r\n") + "a=bcd", 200});
  post("chunked", "chunked", "Transfer-Encoding: chunked\r\n", chunks, 411, coding);
  post("chunked-case", "Chunked in upper case", "Transfer-Encoding: CHUNKED\r\n", chunks, 411,
       coding);
  post("chunked-trailer", "chunked with a trailer", "Transfer-Encoding: chunked\r\nTrailer: X\r\n",
       "4;x=y\r\na=bc\r\n0\r\nX: 1\r\n\r\n", 411, coding);
  post("chunked-bad-size", "chunked with a bad size", "Transfer-Encoding: chunked\r\n", "zz\r\n",
       411, coding);
  post("gzip-chunked", "gzip, chunked", "Transfer-Encoding: gzip, chunked\r\n", chunks, 411,
       coding);
  rows.push_back({"T7.chunked-get", "chunked GET", coding,
                  get_with("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 411});
  post("identity", "Transfer-Encoding: identity", "Transfer-Encoding: identity\r\n", "a=bc", 400,
       coding);
  post("xchunked", "xchunked", "Transfer-Encoding: xchunked\r\n", chunks, 400, coding);
  post("chunked-gzip", "chunked, gzip", "Transfer-Encoding: chunked, gzip\r\n", chunks, 400,
       coding);
  post("coding-empty", "an empty Transfer-Encoding", "Transfer-Encoding:\r\n", "", 400, coding);
  post("coding-parameter", "chunked with a parameter", "Transfer-Encoding: chunked;x=1\r\n", chunks,
       400, coding);
  post("coding-twice", "Transfer-Encoding twice",
       "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunks, 400, coding);
  post("chunked-twice", "chunked, chunked", "Transfer-Encoding: chunked, chunked\r\n", chunks, 411,
       coding);
  post("coding-before-colon", "a space between Transfer-Encoding and its colon",
       "Transfer-Encoding : chunked\r\n", chunks, 400, "RFC 9112 section 5.1");
  post("coding-vertical-tab", "a vertical tab before chunked", "Transfer-Encoding:\vchunked\r\n",
       chunks, 400, coding);
  post("coding-folded", "a folded Transfer-Encoding", "Transfer-Encoding:\r\n chunked\r\n", chunks,
       400, "RFC 9112 section 5.2");
  post("coding-quoted", "chunked in quotes", "Transfer-Encoding: \"chunked\"\r\n", chunks, 400,
       coding);
  post("coding-identity-and-length", "identity and Content-Length",
       "Content-Length: 4\r\nTransfer-Encoding: identity\r\n", "a=bc", 400, coding);
  post("length-and-coding", "Content-Length and chunked",
       "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", chunks, 400, coding);
  post("coding-and-length", "chunked and Content-Length",
       "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunks, 400, coding);
  rows.push_back({"T7.chunked-http-1-0", "chunked in HTTP/1.0", coding,
                  "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks,
                  400});
  post("expect", "Expect: 100-continue", "Expect: 100-continue\r\nContent-Length: 4\r\n", "a=bc",
       417, "RFC 9110 section 10.1.1");
  post("expect-other", "another expectation", "Expect: x\r\n", "", 417, "RFC 9110 section 10.1.1");
  rows.push_back({"T7.expect-get", "Expect with GET", "RFC 9110 section 10.1.1",
                  get_with("eXPECT: 100-continue\r\n"), 417});
  post("413-before-417", "too large and Expect: the size is judged first",
       "Expect: 100-continue\r\nContent-Length: 99999999\r\n", "", 413, length);
  post("411-before-417", "chunked and Expect: the coding is judged first",
       "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", "", 411, coding);
  rows.push_back({"T7.no-host-before-411", "no Host and chunked: 400 is judged first", coding,
                  "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 400});

  const std::string eof = "RFC 9112 section 8";
  const auto cut = [&](std::string id, std::string what, std::string bytes) {
    rows.push_back({"T7." + std::move(id), std::move(what), eof, std::move(bytes), 400, true});
  };
  cut("eof-in-method", "the end of file in the method", "GE");
  cut("eof-in-request-line", "the end of file in the request line", "GET /callback HT");
  cut("eof-after-request-line", "the end of file after the request line",
      "GET /callback HTTP/1.1\r\n");
  cut("eof-in-fields", "the end of file in the fields",
      "GET /callback HTTP/1.1\r\nHost: x\r\nCook");
  cut("eof-before-last-crlf", "the end of file before the end of the head",
      "GET /callback HTTP/1.1\r\nHost: x\r\n");
  cut("eof-before-last-lf", "the end of file before the last LF",
      "GET /callback HTTP/1.1\r\nHost: x\r\n\r");
  cut("eof-before-body", "the end of file before the body", post_with("Content-Length: 4\r\n", ""));
  cut("eof-in-body", "the end of file in the body", post_with("Content-Length: 4\r\n", "a=b"));
}

void add_size_rows(WireRows& rows) {
  const std::string heads = "measured: browsers send up to 721 kB of other ports' cookies";
  const std::string design = "contract, part T";
  const auto add = [&](std::string id, std::string what, std::string bytes, int status,
                       const std::string& reference) {
    rows.push_back({"T6." + std::move(id), std::move(what), reference, std::move(bytes), status});
  };
  add("target-7900", "a target of 7,900 bytes", get_with("", "/" + std::string(7899, 't')), 200,
      design);
  add("target-8000", "a target of 8,000 bytes", get_with("", "/" + std::string(7999, 't')), 200,
      design);
  add("target-8001", "a target of 8,001 bytes", get_with("", "/" + std::string(8000, 't')), 414,
      design);
  add("target-endless", "a target that does not end", "GET /" + std::string(200'000, 't'), 414,
      design);
  for (const std::size_t bytes : {16'000U, 17'000U, 65'000U, 200'000U}) {
    add("target-" + std::to_string(bytes), "a whole target of " + std::to_string(bytes) + " bytes",
        get_with("", "/" + std::string(bytes - 1, 't')), 414, design);
  }
  add("value-8100", "a field of 8,100 bytes", get_with("X: " + std::string(8100, 'v') + "\r\n"),
      200, heads);
  add("value-70000", "a field of 70,000 bytes", get_with("X: " + std::string(70'000, 'v') + "\r\n"),
      200, heads);
  add("name-70000", "a name of 70,000 bytes", get_with(std::string(70'000, 'n') + ": v\r\n"), 200,
      heads);
  add("head-1-mib", "a head of exactly 1 MiB", head_of(1024 * 1024), 200, heads);
  add("head-over-1-mib", "a head of 1 MiB and a byte", head_of(1024 * 1024 + 1), 431, heads);
  add("fields-200", "200 fields", get_with(repeat("X: v\r\n", 199)), 200, design);
  add("fields-of-1-kb", "50 fields of 1 kB",
      get_with(repeat("X: " + std::string(1000, 'v') + "\r\n", 50)), 200, heads);
  add("fields-1000", "1,000 fields", get_with(repeat("X: v\r\n", 999)), 200, design);
  add("fields-1001", "1,001 fields", get_with(repeat("X: v\r\n", 1000)), 431, design);
  add("fields-5000", "5,000 fields", get_with(repeat("X: v\r\n", 4999)), 431, design);
  add("body-8193", "a body of 8,193 bytes", body_of(8193), 200, design);
  add("body-64-kib", "a body of exactly 64 KiB", body_of(64 * 1024), 200, design);
  add("body-over-64-kib", "a body of 64 KiB and a byte", body_of(64 * 1024 + 1), 413, design);
  add("body-1-mib", "a body of 1 MiB", body_of(1024 * 1024), 413, design);
}

}  // namespace oauth_callback::conformance
