#include "beast_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>
#include <string>
#include <utility>

#include "oauth_callback/beast_adapter.hpp"

namespace oauth_callback::beast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// One peer that sends without end must not keep the others waiting.
constexpr int reads_per_turn = 16;

// Beast parses what RequestReader has let through.
std::optional<Request> parse(const RequestReader& reader) {
  http::request_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(64 * 1024);
  parser.body_limit(boost::none);
  const std::string message = reader.canonical_head() + reader.body();
  error_code error;
  parser.put(asio::buffer(message), error);
  if (error || !parser.is_done()) return std::nullopt;
  return to_request(parser.get());
}

}  // namespace

Session::Session(std::shared_ptr<BeastServer> server, asio::ip::tcp::socket socket)
    : server_(std::move(server)),
      socket_(std::move(socket)),
      timer_(socket_->get_executor()),
      flow_(server_->limits()) {}

void Session::start(ConnectionTable::Id id) {
  id_ = id;
  error_code ignored;
  socket_->non_blocking(true, ignored);
  wait_for_input();
}

// Only waits: a silent connection needs no buffer.
void Session::wait_for_input() {
  if (std::exchange(waiting_for_input_, true)) return;
  socket_->async_wait(asio::ip::tcp::socket::wait_read,
                      [self = shared_from_this()](error_code error) {
                        self->waiting_for_input_ = false;
                        if (!self->socket_ || error == asio::error::operation_aborted) return;
                        self->receive();
                      });
}

void Session::receive() {
  auto& buffer = server_->buffer();
  for (int turn = 0; turn < reads_per_turn && flow_.wants_input(); ++turn) {
    error_code error;
    const std::size_t size = socket_->read_some(asio::buffer(buffer), error);
    if (error == asio::error::would_block) {
      flow_.received_all_for_now();
      break;
    }
    if (error == asio::error::eof) {
      flow_.peer_closed();
    } else if (error) {
      flow_.failed();
    } else {
      flow_.received({buffer.data(), size}, Clock::now());
    }
  }
  react();
}

void Session::react() {
  switch (flow_.phase()) {
    case Phase::reading:
      // May close this session to make room.
      if (!server_->table().hold(id_, flow_.reader().buffered())) return;
      wait_for_input();
      break;
    case Phase::exchanging:
      exchange();
      break;
    case Phase::refusing:
      answer(server_->refusal()(flow_.reader().refusal()));
      break;
    case Phase::writing:
      break;
    case Phase::lingering:
      wait_for_input();
      break;
    case Phase::closed:
      close();
      return;
  }
  arm_timer();
}

void Session::exchange() {
  server_->table().completed(id_);
  auto request = parse(flow_.reader());
  if (!request) {
    answer(server_->refusal()(400));
    return;
  }
  // Weak: the responder may live on for as long as the program likes.
  Responder responder(
      [weak = weak_from_this()](Response response) {
        const auto self = weak.lock();
        if (!self) return;
        self->server_->post([self, response = std::move(response)]() mutable {
          self->answered(std::move(response));
        });
      },
      server_->refusal());
  try {
    server_->handle(std::move(*request), std::move(responder));
  } catch (...) {
    // The responder was dropped on the way: it has answered 500.
  }
}

void Session::answered(Response response) {
  if (!socket_ || flow_.phase() != Phase::exchanging) return;
  answer(response);
  arm_timer();
}

void Session::answer(const Response& response) {
  server_->table().completed(id_);
  response_ = to_beast(response, flow_.reader().is_head());
  flow_.begin_write(Clock::now());
  http::async_write(*socket_, response_,
                    [self = shared_from_this()](error_code error, std::size_t) {
                      if (!self->socket_) return;
                      if (error) {
                        self->flow_.failed();
                        self->react();
                        return;
                      }
                      error_code ignored;
                      self->socket_->shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
                      self->flow_.written(Clock::now());
                      self->receive();
                    });
}

void Session::arm_timer() {
  if (armed_for_ == flow_.deadline()) return;
  armed_for_ = flow_.deadline();
  if (!armed_for_) {
    timer_->cancel();
    return;
  }
  timer_->expires_at(*armed_for_);
  timer_->async_wait([self = shared_from_this()](error_code error) {
    if (error || !self->socket_) return;
    self->armed_for_.reset();
    const Phase before = self->flow_.phase();
    self->flow_.expire(Clock::now());
    if (self->flow_.phase() != before) {
      self->react();
    } else {
      self->arm_timer();
    }
  });
}

void Session::stop() {
  flow_.stop(Clock::now());
  if (flow_.phase() == Phase::lingering) {
    receive();
  } else if (flow_.phase() == Phase::closed) {
    close();
  } else {
    arm_timer();
  }
}

void Session::close() {
  if (!socket_) return;
  socket_.reset();
  timer_.reset();
  server_->ended(id_);
}

}  // namespace oauth_callback::beast
