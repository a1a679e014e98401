// The life of one connection, without I/O and without a clock (contract clauses T5, T8 and T9).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "oauth_callback/options.hpp"
#include "oauth_callback/spi/request_reader.hpp"

namespace oauth_callback {

// Told what happened on the socket, it says what to do next. One request, one response, then it
// lingers: our side is closed, and what the peer still sends is read and dropped until it closes
// too. Closing over unread bytes would send a reset, and that can take the page from the peer.
class ConnectionFlow {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase {
    reading,     // read, and report what came
    exchanging,  // reader() has a complete request: have it answered, then begin_write()
    refusing,    // reader() has refused: begin_write() with the refusal
    writing,     // write, then written()
    lingering,   // our side is closed: read, and report what came
    closed       // close the socket
  };

  explicit ConnectionFlow(const Limits& limits) : limits_(limits), reader_(limits) {}

  Phase phase() const noexcept { return phase_; }
  bool wants_input() const noexcept {
    return phase_ == Phase::reading || phase_ == Phase::lingering;
  }
  const RequestReader& reader() const noexcept { return reader_; }
  // When to call expire(). None while a connection is silent.
  std::optional<Time> deadline() const noexcept { return deadline_; }

  void received(std::string_view bytes, Time now);
  void received_all_for_now();  // nothing more is there to be read at the moment
  void peer_closed();
  void begin_write(Time now);
  void written(Time now);  // all of it; the caller has closed its sending side
  void failed() noexcept { phase_ = Phase::closed; }
  void expire(Time now);
  void stop(Time now);  // contract clause T9

 private:
  void set_deadline(Time time);
  void judge();

  Limits limits_;
  RequestReader reader_;
  Phase phase_ = Phase::reading;
  std::optional<Time> deadline_;
  std::optional<Time> stop_end_;
  Time linger_end_;  // however long the peer goes on sending
};

}  // namespace oauth_callback
