#include "oauth_callback/pending_callback.hpp"

#include <future>
#include <thread>
#include <utility>

#include "error_of.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {
namespace {

using namespace std::chrono_literals;

CallbackResult result(const char* code) { return make_callback_result({{"code", code}}); }

TEST(PendingCallback, FirstOutcomeCounts) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  EXPECT_FALSE(pending.poll());
  EXPECT_TRUE(promise.resolve(result("a")));
  EXPECT_FALSE(promise.resolve(result("b")));
  EXPECT_FALSE(promise.reject(errc::stopped));
  EXPECT_EQ(pending.wait(0ms).code, "a");
  EXPECT_EQ(pending.poll()->code, "a");
}

TEST(PendingCallback, TimesOutAndCanWaitAgain) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  EXPECT_EQ(error_of([&] { pending.wait(1ms); }), errc::timed_out);
  promise.resolve(result("a"));
  EXPECT_EQ(pending.wait(1ms).code, "a");
}

TEST(PendingCallback, ATimeoutBeyondTheClockIsForever) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  std::thread later([&] { promise.resolve(result("a")); });
  EXPECT_EQ(pending.wait(std::chrono::milliseconds::max()).code, "a");
  later.join();
}

#ifdef __cpp_lib_jthread
TEST(PendingCallback, AStopTokenEndsTheWait) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  std::stop_source stop;
  std::thread later([&] { stop.request_stop(); });
  EXPECT_EQ(error_of([&] { pending.wait(1h, stop.get_token()); }), errc::cancelled);
  later.join();
  EXPECT_EQ(error_of([&] { pending.wait(1h, stop.get_token()); }), errc::cancelled);
}
#endif

TEST(PendingCallback, DestructionAndMoveAssignmentCancel) {
  int cancelled = 0;
  CallbackPromise first;
  CallbackPromise second;
  first.on_cancel([&] { ++cancelled; });
  second.on_cancel([&] { ++cancelled; });
  {
    PendingCallback pending = first.pending();
    pending = second.pending();
    EXPECT_EQ(cancelled, 1);
  }
  EXPECT_EQ(cancelled, 2);
  EXPECT_FALSE(first.resolve(result("late")));
}

TEST(PendingCallback, NothingToWaitFor) {
  PendingCallback pending;
  EXPECT_FALSE(pending.valid());
  pending.cancel();
  EXPECT_EQ(error_of([&] { pending.wait(1h); }), errc::cancelled);
  EXPECT_EQ(error_of([&] { pending.poll(); }), errc::cancelled);
}

TEST(PendingCallback, MovesWithoutCancelling) {
  CallbackPromise promise;
  PendingCallback first = promise.pending();
  PendingCallback second = std::move(first);
  promise.resolve(result("a"));
  EXPECT_EQ(second.wait(10s).code, "a");
}

TEST(PendingCallback, CancelWakesTheWaiter) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  auto waiter = std::async(std::launch::async, [&] { return error_of([&] { pending.wait(1h); }); });
  pending.cancel();
  EXPECT_EQ(waiter.get(), errc::cancelled);
}

TEST(PendingCallback, OutcomeIsNotCancelledAfterwards) {
  CallbackPromise promise;
  bool cancelled = false;
  promise.on_cancel([&] { cancelled = true; });
  {
    PendingCallback pending = promise.pending();
    promise.resolve(result("a"));
  }
  EXPECT_FALSE(cancelled);
}

TEST(PendingCallback, CompletionIsCalledOnce) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  int calls = 0;
  pending.on_complete([&](std::error_code error, const CallbackResult& got) {
    ++calls;
    EXPECT_FALSE(error);
    EXPECT_EQ(got.code, "a");
  });
  promise.resolve(result("a"));
  promise.reject(errc::stopped);
  EXPECT_EQ(calls, 1);
}

TEST(PendingCallback, CompletionAfterTheFactRunsAtOnce) {
  CallbackPromise promise;
  PendingCallback pending = promise.pending();
  promise.reject(errc::stopped);
  std::error_code seen;
  pending.on_complete([&](std::error_code error, const CallbackResult&) { seen = error; });
  EXPECT_EQ(seen, errc::stopped);
}

TEST(PendingCallback, NoCompletionOnceDestroyed) {
  CallbackPromise promise;
  bool called = false;
  {
    PendingCallback pending = promise.pending();
    pending.on_complete([&](std::error_code, const CallbackResult&) { called = true; });
  }
  promise.resolve(result("a"));
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace oauth_callback
