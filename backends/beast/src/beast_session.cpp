#include "beast_session.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <string>
#include <utility>

#include "oauth_callback/beast_adapter.hpp"

namespace oauth_callback::beast {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
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

template <typename Work>
void Session::guard(Work work) noexcept {
  try {
    if (socket_) work();
  } catch (const std::exception&) {
    close();
  }
}

void Session::start(ConnectionTable::Id id) noexcept {
  id_ = id;
  error_code error;
  socket_->non_blocking(true, error);
  if (error) {
    close();
    return;
  }
  guard([this] { wait_for(tcp::socket::wait_read); });
}

void Session::wait_for(tcp::socket::wait_type what) {
  const bool input = what == tcp::socket::wait_read;
  bool Session::*const waiting = input ? &Session::waiting_for_input_ : &Session::waiting_for_room_;
  if (this->*waiting) return;
  socket_->async_wait(what, [self = shared_from_this(), waiting, input](error_code error) {
    (*self).*waiting = false;
    if (error == asio::error::operation_aborted) return;
    self->guard([&] { input ? self->receive() : self->send(); });
  });
  this->*waiting = true;
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
    if (error == asio::error::interrupted) continue;
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

void Session::send() {
  while (!serializer_->is_done()) {
    error_code error;
    http::write_some(*socket_, *serializer_, error);
    if (error == asio::error::would_block) {
      wait_for(tcp::socket::wait_write);
      return;
    }
    if (error && error != asio::error::interrupted) {
      close();
      return;
    }
  }
  error_code ignored;
  socket_->shutdown(tcp::socket::shutdown_send, ignored);
  flow_.written(Clock::now());
  receive();
}

void Session::react() {
  switch (flow_.phase()) {
    case Phase::reading:
      // May close this session to make room.
      if (!server_->table().hold(id_, flow_.reader().buffered())) return;
      wait_for(tcp::socket::wait_read);
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
      wait_for(tcp::socket::wait_read);
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
        if (const auto self = weak.lock()) self->reply(std::move(response));
      },
      server_->refusal());
  try {
    server_->handle(std::move(*request), std::move(responder));
  } catch (...) {
    // The responder was dropped on the way: it has answered 500.
  }
}

void Session::reply(Response response) {
  {
    const std::lock_guard lock(mutex_);
    reply_ = std::move(response);
  }
  server_->post([self = shared_from_this()] { self->guard([&] { self->answered(); }); });
}

void Session::answered() {
  if (flow_.phase() != Phase::exchanging) return;
  std::optional<Response> response;
  {
    const std::lock_guard lock(mutex_);
    response.swap(reply_);
  }
  if (!response) return;
  answer(*response);
  arm_timer();
}

void Session::answer(const Response& response) {
  server_->table().completed(id_);
  response_ = to_beast(response, flow_.reader().is_head());
  serializer_.emplace(response_);
  flow_.begin_write(Clock::now());
  send();
}

void Session::arm_timer() {
  if (!timer_ || armed_for_ == flow_.deadline()) return;
  armed_for_ = flow_.deadline();
  if (!armed_for_) {
    timer_->cancel();
    return;
  }
  timer_->expires_at(*armed_for_);
  timer_->async_wait([self = shared_from_this()](error_code error) {
    if (error) return;
    self->guard([&] {
      self->armed_for_.reset();
      const Phase before = self->flow_.phase();
      self->flow_.expire(Clock::now());
      if (self->flow_.phase() != before) {
        self->react();
      } else {
        self->arm_timer();
      }
    });
  });
}

void Session::stop() noexcept {
  flow_.stop(Clock::now());
  guard([this] {
    if (flow_.phase() == Phase::lingering) {
      receive();
    } else if (flow_.phase() == Phase::closed) {
      close();
    } else {
      arm_timer();
    }
  });
}

void Session::close() noexcept {
  if (!socket_) return;
  socket_.reset();
  timer_.reset();
  server_->ended(id_);
}

}  // namespace oauth_callback::beast
