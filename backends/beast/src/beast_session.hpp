// One connection of a Beast transport.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>

#include "beast_server.hpp"
#include "oauth_callback/spi/connection_flow.hpp"

namespace oauth_callback::beast {

// Everything happens on the server's strand.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<BeastServer> server, boost::asio::ip::tcp::socket socket);

  void start(ConnectionTable::Id id);
  void stop();
  void close();

 private:
  using Phase = ConnectionFlow::Phase;

  void wait_for_input();
  void receive();
  void react();
  void exchange();
  void answer(const Response& response);
  void answered(Response response);
  void arm_timer();

  const std::shared_ptr<BeastServer> server_;
  // Both are gone after close(): a responder may keep the session longer than the executor lives.
  std::optional<boost::asio::ip::tcp::socket> socket_;
  std::optional<boost::asio::steady_timer> timer_;
  std::optional<ConnectionFlow::Time> armed_for_;
  bool waiting_for_input_ = false;
  ConnectionFlow flow_;
  ConnectionTable::Id id_ = 0;
  boost::beast::http::response<boost::beast::http::string_body> response_;
};

}  // namespace oauth_callback::beast
