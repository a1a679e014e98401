#include "oauth_callback/encoding.hpp"

#include <string>

namespace oauth_callback {
namespace {

using testing::ElementsAre;

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// The examples of FIPS 180-4, and a length on each side of the padding's edge (by coreutils'
// sha256sum).
TEST(Sha256, PublishedVectors) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(hex(sha256(std::string(55, 'a'))),
            "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  EXPECT_EQ(hex(sha256(std::string(56, 'a'))),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  EXPECT_EQ(hex(sha256(std::string(64, 'a'))),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST(Base64, Rfc4648Vectors) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(PercentEncode, KeepsUnreservedOnly) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("http://127.0.0.1:1/a b\xc3\xa9"),
            "http%3A%2F%2F127.0.0.1%3A1%2Fa%20b%C3%A9");
}

TEST(ParseForm, FollowsTheUrlStandard) {
  const Form form = parse_form("&a=b==&c&=d&code=4%2F0A%2Bb%3D%3D&a=x+y;z=?&");
  EXPECT_TRUE(form.well_formed);
  EXPECT_THAT(form.parameters,
              ElementsAre(Parameter{"a", "b=="}, Parameter{"c", ""}, Parameter{"", "d"},
                          Parameter{"code", "4/0A+b=="}, Parameter{"a", "x y;z=?"}));
  EXPECT_TRUE(parse_form("").parameters.empty());
}

TEST(ParseForm, SaysWhatIsBroken) {
  for (const char* bad : {"a=%", "a=%4", "a=%zz", "a=%u0041", "%=", "a=%ff", "a=%c3", "a=\xc0\xaf",
                          "a=%ed%a0%80", "a=%f4%90%80%80"}) {
    EXPECT_FALSE(parse_form(bad).well_formed) << bad;
  }
  EXPECT_EQ(parse_form("a=%zz").parameters.front().value, "%zz");
  EXPECT_TRUE(parse_form("a=%F0%9F%98%80&b=%C3%A9&c=%00").well_formed);
}

TEST(ConstantTimeEqual, Compares) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "ab"));
}

TEST(EscapeHtml, LeavesNothingThatIsMarkup) {
  EXPECT_EQ(escape_html("<a href=\"x\" b='y'>&amp;"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
}

}  // namespace
}  // namespace oauth_callback
