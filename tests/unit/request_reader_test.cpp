#include "oauth_callback/spi/request_reader.hpp"

#include <string>

namespace oauth_callback {
namespace {

using Status = RequestReader::Status;
using testing::ElementsAre;

std::string get(const std::string& target, const std::string& more = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:1\r\n" + more + "\r\n";
}

// The refusal for these bytes: 0 for a complete request, -1 when more is needed.
int verdict(const std::string& bytes, const Limits& limits = {}) {
  RequestReader reader(limits);
  switch (reader.feed(bytes)) {
    case Status::complete:
      return 0;
    case Status::refused:
      return reader.refusal();
    case Status::need_more:
      return -1;
  }
  return -2;
}

TEST(RequestReader, GivesTheLibraryACanonicalHead) {
  RequestReader reader({});
  ASSERT_EQ(reader.feed("POST /cb?a=%zz+? HTTP/1.0\r\nX-A: 1\r\nhost:  h:1 \t\r\nCookie: secret\r\n"
                        "Sec-Fetch-Mode: navigate\r\nContent-Length: 3\r\n\r\nabcTAIL"),
            Status::complete);
  EXPECT_EQ(reader.canonical_head(),
            "POST /cb?a=%zz+? HTTP/1.1\r\nContent-Length: 3\r\nhost: h:1\r\nSec-Fetch-Mode: "
            "navigate\r\n\r\n");
  EXPECT_EQ(reader.body(), "abc");
}

TEST(RequestReader, VerdictDoesNotDependOnTheCuts) {
  const std::string request = "POST /cb HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t cut = 1; cut < request.size(); ++cut) {
    RequestReader reader({});
    EXPECT_EQ(reader.feed(request.substr(0, cut)), Status::need_more) << cut;
    EXPECT_EQ(reader.feed(request.substr(cut)), Status::complete) << cut;
    EXPECT_EQ(reader.body(), "hello");
  }
}

TEST(RequestReader, CutRequestIsRefusedAtItsEnd) {
  RequestReader cut({});
  cut.feed("GET / HTTP/1.1\r\nHost: h\r\n");
  EXPECT_EQ(cut.finish(), Status::refused);
  EXPECT_EQ(cut.refusal(), 400);

  RequestReader late({});
  late.feed("HEAD / HT");
  EXPECT_EQ(late.expire(), Status::refused);
  EXPECT_EQ(late.refusal(), 408);
  EXPECT_TRUE(late.is_head());

  RequestReader whole({});
  whole.feed(get("/"));
  EXPECT_EQ(whole.expire(), Status::complete);
}

TEST(RequestReader, RequestLine) {
  EXPECT_EQ(verdict(get("/cb")), 0);
  EXPECT_EQ(verdict("GET / HTTP/1.2\r\n"), 505);
  EXPECT_EQ(verdict("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(verdict("GET / FOO/9\r\n"), 400);
  EXPECT_EQ(verdict("GET / http/1.1\r\n"), 400);
  EXPECT_EQ(verdict("GET /\r\n"), 400);
  EXPECT_EQ(verdict("\r\nGET / HTTP/1.1\r\n"), 400);
  EXPECT_EQ(verdict("GET  / HTTP/1.1\r\n"), 400);
  EXPECT_EQ(verdict("GET / HTTP/1.1 \r\n"), 400);
  EXPECT_EQ(verdict("GET\t/ HTTP/1.1\r\n"), 400);
  EXPECT_EQ(verdict("GET / HTTP/1.1\nHost: h\n\n"), 400);
  EXPECT_EQ(verdict("\x16\x03\x01"), 400);
  EXPECT_EQ(verdict("PATCH / HTTP/1.1\r\n"), 501);
  EXPECT_EQ(verdict("get / HTTP/1.1\r\n"), 501);
  EXPECT_EQ(verdict(std::string(17, 'A')), 501);
  EXPECT_EQ(verdict("OPTIONS * HTTP/1.1\r\n"), 400);
  EXPECT_EQ(verdict("CONNECT h:1 HTTP/1.1\r\n"), 400);
  EXPECT_EQ(verdict(get("http://127.0.0.1:1/cb")), 0);
  EXPECT_EQ(verdict(get("cb")), 400);
  EXPECT_EQ(verdict("GET /a#b"), 400);
  EXPECT_EQ(verdict("GET /\xff"), 400);
  EXPECT_EQ(verdict("GET /\x01"), 400);
}

TEST(RequestReader, Fields) {
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(verdict("GET / HTTP/1.0\r\n\r\n"), 400);
  EXPECT_EQ(verdict("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400);
  EXPECT_EQ(verdict(get("/", "Host: h\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "A : b\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "A\r\n")), 400);
  EXPECT_EQ(verdict(get("/", ": b\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "A: b\r\n c\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "A: b\rc\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "A: b\nC: d\r\n")), 400);
  EXPECT_EQ(verdict(get("/", std::string("A: \0\r\n", 6))), 400);
  EXPECT_EQ(verdict(get("/", "A: \x7f\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "Cookie: \xc3\xa9\tx\r\n")), 0);
  EXPECT_EQ(verdict(get("/", "Origin: \xc3\xa9\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "Origin: %41\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "Origin: =?us-ascii?Q?a?=\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "Origin: " + std::string(1025, 'a') + "\r\n")), 431);
  EXPECT_EQ(verdict(get("/", "Sec-Fetch-Mode: a\r\nsec-fetch-mode: b\r\n")), 400);
  EXPECT_EQ(verdict(get("/", "Expect: 100-continue\r\n")), 417);
}

TEST(RequestReader, Framing) {
  const auto post = [](const std::string& fields) {
    return verdict("POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
  };
  EXPECT_EQ(post("Content-Length: 0\r\n"), 0);
  EXPECT_EQ(post("Content-Length: 4\r\n"), -1);
  for (const char* bad : {"+4", "-4", "4, 4", "abc", "4 4", "0x4", ""}) {
    EXPECT_EQ(post("Content-Length: " + std::string(bad) + "\r\n"), 400) << bad;
  }
  EXPECT_EQ(post("Content-Length: 4\r\nContent-Length: 4\r\n"), 400);
  EXPECT_EQ(post("Content-Length: 65537\r\n"), 413);
  EXPECT_EQ(post("Content-Length: 18446744073709551616\r\n"), 413);
  EXPECT_EQ(post("Content-Length: 99999999999999999999999999999999\r\n"), 413);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\n"), 411);
  EXPECT_EQ(post("Transfer-Encoding: gzip, Chunked\r\n"), 411);
  EXPECT_EQ(post("Transfer-Encoding: chunked, gzip\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: xchunked\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), 400);
  EXPECT_EQ(verdict("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(RequestReader, Limits) {
  const auto target = [](std::size_t size) { return get("/" + std::string(size - 1, 'a')); };
  EXPECT_EQ(verdict(target(8000)), 0);
  EXPECT_EQ(verdict(target(8001)), 414);
  const auto fields = [](int count) {
    std::string all;
    for (int i = 1; i < count; ++i) all += "A: b\r\n";
    return get("/", all);
  };
  EXPECT_EQ(verdict(fields(1000)), 0);
  EXPECT_EQ(verdict(fields(1001)), 431);
  const auto kept_fields = [](int count) {
    std::string all;
    for (int i = 1; i < count; ++i) all += "Sec-Fetch-" + std::to_string(i) + ": b\r\n";
    return get("/", all);
  };
  EXPECT_EQ(verdict(kept_fields(32)), 0);
  EXPECT_EQ(verdict(kept_fields(33)), 431);
  const auto head = [](std::size_t size) {
    const std::string around = get("/", "Cookie: \r\n");
    return get("/", "Cookie: " + std::string(size - around.size(), 'c') + "\r\n");
  };
  EXPECT_EQ(verdict(head(1024 * 1024)), 0);
  EXPECT_EQ(verdict(head(1024 * 1024 + 1)), 431);
}

TEST(RequestReader, ALargeHeadCostsNoMemory) {
  RequestReader reader({});
  reader.feed("GET / HTTP/1.1\r\nHost: h\r\nCookie: ");
  reader.feed(std::string(900'000, 'c'));
  reader.feed("\r\n" + std::string(500, 'n') + ": " + std::string(1000, 'v'));
  EXPECT_LT(reader.buffered(), 1000u);
}

TEST(RequestReader, HoldsNoByteTwice) {
  RequestReader reader({});
  const std::string head =
      "GET / HTTP/1.1\r\nHost: h\r\nOrigin: " + std::string(1000, 'o') + "\r\n";
  reader.feed(head);
  EXPECT_GT(reader.buffered(), 1000u);
  EXPECT_LT(reader.buffered(), head.size());
}

TEST(CanonicalFields, AreKeptAndSorted) {
  std::vector<Field> fields{
      {"Sec-Fetch-Mode", "navigate"}, {"Cookie", "c"}, {"origin", "o"}, {"Host", "h"}};
  keep_canonical_fields(fields);
  EXPECT_THAT(fields, ElementsAre(Field{"Host", "h"}, Field{"origin", "o"},
                                  Field{"Sec-Fetch-Mode", "navigate"}));
}

}  // namespace
}  // namespace oauth_callback
