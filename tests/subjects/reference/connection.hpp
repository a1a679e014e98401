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

#include "defects.hpp"
#include "oauth_callback/backend.hpp"
#include "oauth_callback/spi/connection_table.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback::reference {

using Clock = std::chrono::steady_clock;

// What all connections of one listen() share.
struct Shared {
  Shared(const Limits& their_limits, Refusal their_refusal, Handler their_handler,
         Defects their_defects)
      : limits(their_limits),
        refusal(std::move(their_refusal)),
        handler(std::move(their_handler)),
        defects(std::move(their_defects)),
        table(their_limits) {}

  const Limits limits;
  const Refusal refusal;
  const Handler handler;
  const Defects defects;
  std::mutex mutex;
  std::condition_variable one_is_done;
  ConnectionTable table;                 // under the mutex
  std::string kept;                      // under the mutex: for a defect
  std::optional<Clock::time_point> end;  // under the mutex: when stop() ends what is left
};

class Connection {
 public:
  // Under shared.mutex.
  Connection(Shared& shared, Socket socket);
  Connection(const Connection&) = delete;
  ~Connection();

  void start();
  // Serves on the calling thread.
  void run() noexcept;
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

  bool serve();
  bool read_request();
  void feed(std::string bytes);
  void keep(std::string_view bytes);
  std::optional<Response> ask_handler();
  bool send_all(const std::string& bytes);
  void drain();
  void stop_reading() noexcept;  // under shared_.mutex
  bool enter(Phase phase);
  Clock::time_point capped(Clock::time_point deadline);

  Shared& shared_;
  Socket socket_;  // others use it under shared_.mutex
  RequestReader reader_;
  std::string rest_;  // after the request: for a defect
  ConnectionTable::Id id_ = 0;
  Phase phase_ = Phase::reading;  // under shared_.mutex
  bool evicted_ = false;          // under shared_.mutex
  const std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::thread thread_;
};

}  // namespace oauth_callback::reference
