// One connection of a Beast transport.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <mutex>
#include <optional>

#include "beast_server.hpp"
#include "oauth_callback/spi/connection_flow.hpp"

namespace oauth_callback::beast {

// Everything but reply() happens on the server's strand. What throws there closes the connection:
// nothing else would wake it up again.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<BeastServer> server, boost::asio::ip::tcp::socket socket);

  void start(ConnectionTable::Id id) noexcept;
  void stop() noexcept;
  void close() noexcept;

  // Any thread. Throws when there is no memory; then nothing has been sent.
  void reply(Response response);

 private:
  using Phase = ConnectionFlow::Phase;

  // Waits for input, or until the socket takes output: silent connections need no buffer.
  void wait_for(boost::asio::ip::tcp::socket::wait_type what);
  template <typename Work>
  void guard(Work work) noexcept;
  void receive();
  void send();
  void react();
  void exchange();
  void answer(const Response& response);
  void answered();
  void arm_timer();

  const std::shared_ptr<BeastServer> server_;
  // Both are gone after close(): a responder may keep the session longer than the executor lives.
  std::optional<boost::asio::ip::tcp::socket> socket_;
  std::optional<boost::asio::steady_timer> timer_;
  std::optional<ConnectionFlow::Time> armed_for_;
  bool waiting_for_input_ = false;
  bool waiting_for_room_ = false;  // for output
  ConnectionFlow flow_;
  ConnectionTable::Id id_ = 0;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  std::optional<boost::beast::http::response_serializer<boost::beast::http::string_body>>
      serializer_;
  std::mutex mutex_;
  std::optional<Response> reply_;  // under the mutex
};

}  // namespace oauth_callback::beast
