// A Responder answers once, whatever becomes of it.
#include <optional>
#include <stdexcept>
#include <vector>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {
namespace {

class ResponderTest : public testing::Test {
 protected:
  Responder responder(Refusal refusal = {}) {
    return Responder([this](Response response) { sent_.push_back(response.status); },
                     std::move(refusal));
  }

  std::vector<int> sent_;
};

TEST_F(ResponderTest, SendsOnce) {
  {
    Responder one = responder();
    one.send({200, {}, ""});
    one.send({303, {}, ""});
    one.refuse(400);
  }
  EXPECT_EQ(sent_, std::vector{200});
}

TEST_F(ResponderTest, DroppedIs500) {
  { const Responder one = responder(); }
  EXPECT_EQ(sent_, std::vector{500});
  { const Responder nobody; }
}

TEST_F(ResponderTest, RefusesInTheTransportsWords) {
  responder([](int status) { return Response{status + 1, {}, ""}; }).refuse(400);
  responder().refuse(404);
  EXPECT_EQ(sent_, (std::vector{401, 404}));
}

TEST_F(ResponderTest, MovesWithoutAnswering) {
  Responder first = responder();
  Responder second = std::move(first);
  Responder third;
  third = std::move(second);
  EXPECT_EQ(sent_, std::vector<int>{});
  Responder& itself = third;
  third = std::move(itself);
  third.send({200, {}, ""});
  EXPECT_EQ(sent_, std::vector{200});
}

TEST_F(ResponderTest, AssignedOverIsDropped) {
  Responder one = responder();
  one = responder([](int status) { return Response{status, {}, ""}; });
  EXPECT_EQ(sent_, std::vector{500});
  one.send({200, {}, ""});
  EXPECT_EQ(sent_, (std::vector{500, 200}));
}

TEST_F(ResponderTest, ARefusalThatCannotBeSentLosesItsFields) {
  Responder one = responder([](int status) { return Response{status, {{"a b", ""}}, ""}; });
  one.send({200, {{"X", "a\nb"}}, ""});
  EXPECT_EQ(sent_, std::vector{500});
}

TEST_F(ResponderTest, DroppingNeverThrowsAndAnswersAllTheSame) {
  {
    const Responder one = responder([](int) -> Response { throw std::bad_alloc(); });
  }
  EXPECT_EQ(sent_, std::vector{500});
}

}  // namespace
}  // namespace oauth_callback
