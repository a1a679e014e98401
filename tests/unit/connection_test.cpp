// What bounds and times connections, without a socket.
#include <string>
#include <vector>

#include "oauth_callback/spi/connection_flow.hpp"
#include "oauth_callback/spi/connection_table.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;
using Phase = ConnectionFlow::Phase;
using testing::ElementsAre;

constexpr ConnectionFlow::Time start{};
const std::string request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

TEST(ConnectionFlow, SilenceHasNoTimer) {
  ConnectionFlow flow({});
  EXPECT_FALSE(flow.deadline());
  flow.expire(start + 24h);
  EXPECT_EQ(flow.phase(), Phase::reading);
}

TEST(ConnectionFlow, DripsDoNotExtendTheRequestsTime) {
  ConnectionFlow flow({});
  flow.received("G", start);
  flow.received("E", start + 9s);
  flow.expire(start + 9s);
  EXPECT_EQ(flow.phase(), Phase::reading);
  flow.expire(start + 10s);
  EXPECT_EQ(flow.phase(), Phase::refusing);
  EXPECT_EQ(flow.reader().refusal(), 408);
}

TEST(ConnectionFlow, OneRequestOneResponseThenItLingers) {
  ConnectionFlow flow({});
  flow.received(request, start);
  EXPECT_EQ(flow.phase(), Phase::exchanging);
  EXPECT_FALSE(flow.deadline());
  flow.begin_write(start);
  EXPECT_EQ(flow.deadline(), start + 10s);
  flow.written(start + 1s);
  EXPECT_EQ(flow.phase(), Phase::lingering);
  EXPECT_EQ(flow.deadline(), start + 2s);
  flow.received(request, start + 1500ms);  // not a second request
  EXPECT_EQ(flow.phase(), Phase::lingering);
  EXPECT_EQ(flow.deadline(), start + 2500ms);
  flow.peer_closed();
  EXPECT_EQ(flow.phase(), Phase::closed);
}

TEST(ConnectionFlow, LingeringEndsHoweverLongThePeerSends) {
  ConnectionFlow flow({});
  flow.received("\r\n", start);
  EXPECT_EQ(flow.phase(), Phase::refusing);
  flow.begin_write(start);
  flow.written(start);
  for (auto now = start; now < start + 10s; now += 500ms) flow.received("x", now);
  flow.expire(start + 10s);
  EXPECT_EQ(flow.phase(), Phase::closed);
}

TEST(ConnectionFlow, EndOfInput) {
  ConnectionFlow silent({});
  silent.peer_closed();
  EXPECT_EQ(silent.phase(), Phase::closed);

  ConnectionFlow cut({});
  cut.received("GET / HT", start);
  cut.peer_closed();
  EXPECT_EQ(cut.phase(), Phase::refusing);
  EXPECT_EQ(cut.reader().refusal(), 400);
}

TEST(ConnectionFlow, StopClosesWhatWaitsAndLetsAnswersLeave) {
  ConnectionFlow waiting({});
  waiting.received("GET", start);
  waiting.stop(start);
  EXPECT_EQ(waiting.phase(), Phase::closed);

  ConnectionFlow answering({});
  answering.received(request, start);
  answering.stop(start);
  EXPECT_EQ(answering.phase(), Phase::exchanging);
  EXPECT_EQ(answering.deadline(), start + 1s);
  answering.begin_write(start + 500ms);
  EXPECT_EQ(answering.deadline(), start + 1s);
  answering.written(start + 600ms);
  answering.received_all_for_now();
  EXPECT_EQ(answering.phase(), Phase::closed);
}

TEST(ConnectionFlow, StopDrainsARefusedRequestThatIsStillComing) {
  ConnectionFlow flow({});
  flow.received("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", start);
  flow.begin_write(start);
  flow.written(start);
  flow.stop(start);
  flow.received_all_for_now();
  EXPECT_EQ(flow.phase(), Phase::lingering);
  flow.expire(start + 1s);
  EXPECT_EQ(flow.phase(), Phase::closed);
}

class ConnectionTableTest : public testing::Test {
 protected:
  ConnectionTable::Id add() {
    const int number = ++count_;
    return table_.add([this, number] { closed_.push_back(number); });
  }

  Limits limits_ = [] {
    Limits limits;
    limits.max_connections = 3;
    limits.max_buffered_bytes = 100;
    return limits;
  }();
  ConnectionTable table_{limits_};
  std::vector<int> closed_;
  int count_ = 0;
};

TEST_F(ConnectionTableTest, EndsTheOldestIncomplete) {
  const auto first = add();
  add();
  add();
  table_.completed(first);
  EXPECT_NE(add(), 0u);
  EXPECT_THAT(closed_, ElementsAre(2));
  EXPECT_EQ(table_.size(), 3u);
}

TEST_F(ConnectionTableTest, TurnsTheNewOneAwayWhenAllAreComplete) {
  for (int i = 0; i < 3; ++i) table_.completed(add());
  EXPECT_EQ(add(), 0u);
  EXPECT_THAT(closed_, ElementsAre(4));
}

TEST_F(ConnectionTableTest, BoundsTheBytesOfAllTogether) {
  const auto first = add();
  const auto second = add();
  EXPECT_TRUE(table_.hold(first, 60));
  EXPECT_TRUE(table_.hold(second, 40));
  EXPECT_TRUE(table_.hold(second, 41));
  EXPECT_THAT(closed_, ElementsAre(1));
  EXPECT_EQ(table_.held(), 41u);
  EXPECT_FALSE(table_.hold(second, 101));
  EXPECT_THAT(closed_, ElementsAre(1, 2));
  EXPECT_EQ(table_.held(), 0u);
}

TEST_F(ConnectionTableTest, EndsAsManyAsItTakes) {
  const auto first = add();
  const auto second = add();
  const auto third = add();
  EXPECT_TRUE(table_.hold(first, 50));
  EXPECT_TRUE(table_.hold(second, 50));
  EXPECT_TRUE(table_.hold(third, 100));
  EXPECT_THAT(closed_, ElementsAre(1, 2));
  EXPECT_EQ(table_.held(), 100u);
}

TEST_F(ConnectionTableTest, RemovedIsForgotten) {
  const auto first = add();
  table_.hold(first, 10);
  table_.remove(first);
  table_.remove(first);
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.held(), 0u);
  EXPECT_FALSE(table_.make_room());
  EXPECT_TRUE(closed_.empty());
}

}  // namespace
}  // namespace oauth_callback
