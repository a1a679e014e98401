// What is said to people: errors, outcomes, reason phrases.
#include "oauth_callback/errors.hpp"

#include <set>
#include <string>

#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"

namespace oauth_callback {
namespace {

TEST(Errors, SayWhatToDoAndNeverWhatWasSent) {
  const OAuthError error(make_callback_result({{"error", "access_denied"},
                                               {"error_description", "no\x1b[31m"},
                                               {"state", "SECRET"},
                                               {"code", "CODE"}}));
  EXPECT_STREQ(error.what(), "the authorization server refused: access_denied (no?[31m)");
  EXPECT_EQ(error.code(), errc::refused);
}

TEST(Errors, EachHasWordsOfItsOwn) {
  const std::error_category& category = error_category();
  EXPECT_STREQ(category.name(), "oauth_callback");
  std::set<std::string> messages;
  for (int value = static_cast<int>(errc::timed_out); value <= static_cast<int>(errc::no_browser);
       ++value) {
    const std::string message = category.message(value);
    EXPECT_NE(message, category.message(0)) << value;
    EXPECT_TRUE(messages.insert(message).second) << message;
  }
  EXPECT_EQ(category.message(0), "unknown error");
}

TEST(Outcomes, EachHasWordsOfItsOwn) {
  std::set<std::string_view> names;
  for (int value = 0; value <= static_cast<int>(Outcome::completed); ++value) {
    const auto outcome = static_cast<Outcome>(value);
    EXPECT_NE(to_string(outcome), "unknown") << value;
    EXPECT_TRUE(names.insert(to_string(outcome)).second) << to_string(outcome);
  }
  EXPECT_EQ(to_string(static_cast<Outcome>(-1)), "unknown");
}

TEST(ReasonPhrases, OfWhatIsSent) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(413), "Payload Too Large");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

}  // namespace
}  // namespace oauth_callback
