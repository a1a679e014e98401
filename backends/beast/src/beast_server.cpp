#include "beast_server.hpp"

#include "beast_session.hpp"
#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::beast {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Out of descriptors, with no connection to close: accepting rests for so long.
constexpr std::chrono::milliseconds accept_pause{100};

}  // namespace

struct BeastServer::Listener {
  Listener(const Strand& strand, Socket socket) : acceptor(strand), pause(strand) {
    const tcp protocol = socket.is_ipv6() ? tcp::v6() : tcp::v4();
    acceptor.assign(protocol, socket.get());
    socket.release();
  }

  tcp::acceptor acceptor;
  asio::steady_timer pause;
};

BeastServer::BeastServer(std::shared_ptr<void> context, asio::any_io_executor executor,
                         ListenRequest request, Handler handler)
    : context_(std::move(context)),
      strand_(asio::make_strand(std::move(executor))),
      request_(std::move(request)),
      handler_(std::move(handler)),
      table_(request_.limits) {
  for (Socket& socket : request_.sockets) {
    listeners_.push_back(std::make_shared<Listener>(strand_, std::move(socket)));
  }
}

void BeastServer::start() {
  post([self = shared_from_this()] {
    for (const auto& listener : self->listeners_) self->accept(listener);
  });
}

void BeastServer::accept(const std::shared_ptr<Listener>& listener) {
  listener->acceptor.async_accept(
      strand_, [self = shared_from_this(), listener](error_code error, tcp::socket socket) {
        if (self->stopping_) return;
        if (!error) {
          set_close_on_exec(static_cast<NativeSocket>(socket.native_handle()));
          self->add(std::move(socket));
        } else if (error != asio::error::connection_aborted && !self->table_.make_room()) {
          listener->pause.expires_after(accept_pause);
          listener->pause.async_wait([self, listener](error_code) {
            if (!self->stopping_) self->accept(listener);
          });
          return;
        }
        self->accept(listener);
      });
}

void BeastServer::add(tcp::socket socket) {
  const auto session = std::make_shared<Session>(shared_from_this(), std::move(socket));
  const auto id = table_.add([weak = std::weak_ptr(session)] {
    if (const auto victim = weak.lock()) victim->close();
  });
  if (id == 0) return;
  sessions_.emplace(id, session);
  session->start(id);
}

void BeastServer::handle(Request request, Responder responder) {
  handler_(std::move(request), std::move(responder));
}

void BeastServer::ended(ConnectionTable::Id id) {
  table_.remove(id);
  sessions_.erase(id);
  if (stopping_ && sessions_.empty()) note_end();
}

void BeastServer::request_stop() {
  post([self = shared_from_this()] { self->begin_stop(); });
}

void BeastServer::begin_stop() {
  if (std::exchange(stopping_, true)) return;
  for (const auto& listener : listeners_) {
    error_code ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  listeners_.clear();
  const auto sessions = sessions_;  // stop() may erase
  for (const auto& [id, session] : sessions) session->stop();
  if (sessions_.empty()) note_end();
}

void BeastServer::note_end() {
  const std::lock_guard lock(mutex_);
  gone_ = true;
  all_gone_.notify_all();
}

void BeastServer::finish_stop(std::chrono::milliseconds limit) noexcept {
  std::unique_lock lock(mutex_);
  all_gone_.wait_for(lock, limit, [this] { return gone_; });
  ended_ = true;
}

}  // namespace oauth_callback::beast
