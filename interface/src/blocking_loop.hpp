// All connections of a BlockingServer, on one thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "oauth_callback/spi/blocking_server.hpp"
#include "oauth_callback/spi/connection_flow.hpp"
#include "oauth_callback/spi/connection_table.hpp"
#include "os.hpp"
#include "response_waiter.hpp"

namespace oauth_callback {

class BlockingLoop {
 public:
  BlockingLoop(const BlockingServer::Serve& serve, ListenRequest request, Handler handler);
  ~BlockingLoop();  // stops, and waits

  void start();

 private:
  using Clock = std::chrono::steady_clock;
  using Phase = ConnectionFlow::Phase;

  // One socket, from accept to close.
  struct Connection {
    Connection(Socket socket, const Limits& limits);
    ~Connection();

    Socket socket;
    ConnectionFlow flow;
    ConnectionTable::Id id = 0;
    std::string output;
    std::size_t sent = 0;
    ResponseWaiter waiter;
    std::atomic<bool> exchanged = false;
    std::thread thread;
  };

  void run() noexcept;
  void step();
  void wait();
  std::optional<std::chrono::milliseconds> time_to_next_deadline() const;
  void begin_stop();
  void accept_all(NativeSocket listener);
  void advance(Connection& connection, bool ready);
  void receive(Connection& connection);
  void react(Connection& connection);
  void begin_exchange(Connection& connection);
  void exchange(Connection& connection) noexcept;
  void answer(Connection& connection, std::string output);
  void send(Connection& connection);
  void remove_closed();

  const BlockingServer::Serve& serve_;
  ListenRequest request_;
  const Handler handler_;
  ConnectionTable table_;
  std::map<ConnectionTable::Id, std::unique_ptr<Connection>> connections_;
  os::Wakeup wakeup_;
  os::PollSet poll_set_;
  std::vector<Connection*> polled_;
  std::array<char, 64 * 1024> buffer_;
  std::optional<Clock::time_point> accept_again_;
  bool stopping_ = false;
  std::atomic<bool> stop_requested_ = false;
  std::thread thread_;
};

}  // namespace oauth_callback
