// All connections of a Beast transport, on one strand: what its executor runs, it runs one by one.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/spi/connection_table.hpp"

namespace oauth_callback::beast {

class Session;

class BeastServer : public std::enable_shared_from_this<BeastServer> {
 public:
  // `strand` is one, or the executor of a context that one thread runs. `context` is what it
  // needs, where that is ours. Throws boost::system::system_error, too.
  BeastServer(std::shared_ptr<void> context, boost::asio::any_io_executor strand,
              ListenRequest request, Handler handler);

  // On the strand, or while nothing runs there. start() may throw, and is called again then.
  void start();
  void begin_stop() noexcept;

  // Waits until all connections are gone, for so long at most. Afterwards nothing is posted any
  // more.
  void finish_stop(std::chrono::milliseconds limit) noexcept;

  // Runs it on the strand, unless the server has ended: then there may be no executor left.
  template <typename Work>
  void post(Work work) {
    const std::lock_guard lock(mutex_);
    if (!ended_) boost::asio::post(strand_, std::move(work));
  }

  // For sessions, on the strand.
  const Limits& limits() const noexcept { return request_.limits; }
  const Refusal& refusal() const noexcept { return request_.refusal; }
  ConnectionTable& table() noexcept { return table_; }
  std::array<char, 64 * 1024>& buffer() noexcept { return buffer_; }
  void handle(Request request, Responder responder);
  void ended(ConnectionTable::Id id);

 private:
  struct Listener;

  void wait(const std::shared_ptr<Listener>& listener);
  void pause(const std::shared_ptr<Listener>& listener);
  void wait_again(const std::shared_ptr<Listener>& listener, bool after_pause);
  bool accept_all(Listener& listener) noexcept;
  bool may_go_on(boost::system::error_code error) noexcept;
  void take(boost::asio::ip::tcp::socket socket) noexcept;
  void add(boost::asio::ip::tcp::socket socket);
  void note_end();

  const std::shared_ptr<void> context_;  // first: all that follows is gone before it
  boost::asio::any_io_executor strand_;
  ListenRequest request_;
  const Handler handler_;
  ConnectionTable table_;
  std::list<std::shared_ptr<Listener>> listeners_;
  std::map<ConnectionTable::Id, std::shared_ptr<Session>> sessions_;
  std::array<char, 64 * 1024> buffer_;
  bool stopping_ = false;

  std::mutex mutex_;
  std::condition_variable all_gone_;
  bool gone_ = false;
  bool ended_ = false;
};

}  // namespace oauth_callback::beast
