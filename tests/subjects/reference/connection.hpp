// One connection of the reference transport, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/spi/connection_table.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback::reference {

using Clock = std::chrono::steady_clock;

// What all connections of one listen() share.
struct Shared {
  Shared(const Limits& their_limits, Refusal their_refusal, Handler their_handler)
      : limits(their_limits),
        refusal(std::move(their_refusal)),
        handler(std::move(their_handler)),
        table(their_limits) {}

  const Limits limits;
  const Refusal refusal;
  const Handler handler;
  std::mutex mutex;
  ConnectionTable table;                 // under the mutex
  std::optional<Clock::time_point> end;  // under the mutex: when stop() ends what is left
};

class Connection {
 public:
  // Under shared.mutex.
  Connection(Shared& shared, Socket socket);
  Connection(const Connection&) = delete;
  ~Connection();

  void start();
  // Under shared.mutex. Ends what waits for the peer's request; an answer may still leave.
  void stop() noexcept;
  // Under shared.mutex.
  bool done() const noexcept { return phase_ == Phase::done; }

 private:
  enum class Phase { reading, answering, draining, done };
  // Where a Responder puts the answer, whatever has become of the connection.
  struct Mailbox {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Response> response;
    bool closed = false;
  };

  void run() noexcept;
  bool read_request();
  bool wait_readable(std::optional<Clock::time_point> deadline);
  std::optional<Response> ask_handler();
  bool send_all(const std::string& bytes);
  void drain();
  void stop_reading() noexcept;  // under shared_.mutex
  bool enter(Phase phase);
  Clock::time_point capped(Clock::time_point deadline);

  Shared& shared_;
  const Socket socket_;
  RequestReader reader_;
  ConnectionTable::Id id_ = 0;
  Phase phase_ = Phase::reading;  // under shared_.mutex
  bool evicted_ = false;          // under shared_.mutex
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::thread thread_;
};

}  // namespace oauth_callback::reference
