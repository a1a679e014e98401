#include "beast_server.hpp"

#include <cerrno>
#include <exception>

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
  Listener(const asio::any_io_executor& strand, Socket socket) : acceptor(strand), pause(strand) {
    const tcp protocol = socket.is_ipv6() ? tcp::v6() : tcp::v4();
    acceptor.assign(protocol, socket.get());
    socket.release();
    acceptor.non_blocking(true);
    // Otherwise Asio waits for the next connection, without looking whether it is there already.
    acceptor.set_option(asio::socket_base::enable_connection_aborted(true));
  }

  tcp::acceptor acceptor;
  asio::steady_timer pause;
  bool waiting = false;  // for a connection, or for the end of the pause
};

BeastServer::BeastServer(std::shared_ptr<void> context, asio::any_io_executor strand,
                         ListenRequest request, Handler handler)
    : context_(std::move(context)),
      strand_(std::move(strand)),
      request_(std::move(request)),
      handler_(std::move(handler)),
      table_(request_.limits) {
  for (Socket& socket : request_.sockets) {
    listeners_.push_back(std::make_shared<Listener>(strand_, std::move(socket)));
  }
}

void BeastServer::start() {
  for (const auto& listener : listeners_) wait_again(listener, false);
}

// Accepting is ours: an async_accept() that cannot allocate loses its handler, and nobody is told.
void BeastServer::wait(const std::shared_ptr<Listener>& listener) {
  const auto resume = [self = shared_from_this(), listener](auto accept) {
    listener->waiting = false;
    if (self->stopping_) return;
    const bool exhausted = !accept(*self);
    self->wait_again(listener, exhausted);
  };
#ifdef BOOST_ASIO_HAS_IOCP
  // Windows cannot wait for a connection without accepting it: Asio asks a listening socket for
  // bytes.
  listener->acceptor.async_accept(strand_, [resume](error_code error, tcp::socket socket) {
    resume([&](BeastServer& self) {
      if (error) return self.may_go_on(error);
      self.take(std::move(socket));
      return true;
    });
  });
#else
  listener->acceptor.async_wait(tcp::acceptor::wait_read, [resume, listener](error_code) {
    resume([&](BeastServer& self) { return self.accept_all(*listener); });
  });
#endif
  listener->waiting = true;
}

void BeastServer::pause(const std::shared_ptr<Listener>& listener) {
  listener->pause.expires_after(accept_pause);
  listener->pause.async_wait([self = shared_from_this(), listener](error_code) {
    listener->waiting = false;
    if (!self->stopping_) self->wait_again(listener, false);
  });
  listener->waiting = true;
}

// Out of memory: gives some back. Throws when there is none to give; start() resumes then.
void BeastServer::wait_again(const std::shared_ptr<Listener>& listener, bool after_pause) {
  while (!listener->waiting) {
    try {
      after_pause ? pause(listener) : wait(listener);
    } catch (const std::exception&) {
      if (!table_.make_room()) throw;
    }
  }
}

// False when there is nothing left to accept with, and nothing to close.
bool BeastServer::accept_all(Listener& listener) noexcept {
  for (;;) {
    error_code error;
    try {
      tcp::socket socket = listener.acceptor.accept(strand_, error);
      if (!error) take(std::move(socket));
    } catch (const std::exception&) {
      continue;  // its socket is closed, and the browser tries again
    }
    if (error == asio::error::would_block) return true;
    if (error && !may_go_on(error)) return false;
  }
}

// After a failed accept().
bool BeastServer::may_go_on(error_code error) noexcept {
  const bool transient = error == asio::error::connection_aborted ||
                         error == asio::error::interrupted || error.value() == EPROTO;
  // The descriptor of what is closed is free at once.
  return transient || table_.make_room();
}

// Out of memory the socket is closed, and the browser tries again.
void BeastServer::take(tcp::socket socket) noexcept {
  try {
    add(std::move(socket));
  } catch (const std::exception&) {
  }
}

void BeastServer::add(tcp::socket socket) {
  set_close_on_exec(static_cast<NativeSocket>(socket.native_handle()));
  const auto session = std::make_shared<Session>(shared_from_this(), std::move(socket));
  const auto id = table_.add([weak = std::weak_ptr(session)] {
    if (const auto victim = weak.lock()) victim->close();
  });
  if (id == 0) return;
  try {
    sessions_.emplace(id, session);
  } catch (...) {
    table_.remove(id);
    throw;
  }
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

void BeastServer::begin_stop() noexcept {
  if (std::exchange(stopping_, true)) return;
  for (const auto& listener : listeners_) {
    error_code ignored;
    listener->acceptor.close(ignored);
    listener->pause.cancel();
  }
  listeners_.clear();
  for (auto item = sessions_.begin(); item != sessions_.end();) {
    const auto session = (item++)->second;  // stop() may erase it
    session->stop();
  }
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
