#include "blocking_loop.hpp"

#include <algorithm>
#include <utility>

#include "oauth_callback/spi/response_writer.hpp"
#include "oauth_callback/spi/thread.hpp"

namespace oauth_callback {
namespace {

// Out of descriptors or memory, with no connection to close: all rests for so long.
constexpr std::chrono::milliseconds accept_pause{100};
// One peer that sends without end must not keep the others waiting.
constexpr int reads_per_turn = 16;

}  // namespace

BlockingLoop::Connection::Connection(Socket new_socket, const Limits& limits)
    : socket(std::move(new_socket)), flow(limits) {}

BlockingLoop::Connection::~Connection() {
  waiter.give_up();
  if (thread.joinable()) thread.join();
}

BlockingLoop::BlockingLoop(const BlockingServer::Serve& serve, ListenRequest request,
                           Handler handler)
    : serve_(serve),
      request_(std::move(request)),
      handler_(std::move(handler)),
      table_(request_.limits) {}

BlockingLoop::~BlockingLoop() {
  stop_requested_ = true;
  wakeup_.signal();
  if (thread_.joinable()) thread_.join();
}

void BlockingLoop::start() {
  thread_ = start_thread([this] { run(); });
}

void BlockingLoop::run() noexcept {
  while (!stopping_ || !connections_.empty()) {
    try {
      step();
    } catch (const std::exception&) {
      // Out of memory: give some back, or wait for others to do so.
      if (!table_.make_room()) std::this_thread::sleep_for(accept_pause);
    }
    remove_closed();
  }
}

void BlockingLoop::step() {
  wait();
  if (stop_requested_ && !stopping_) begin_stop();
  for (std::size_t i = 0; i < polled_.size(); ++i) {
    try {
      advance(*polled_[i], poll_set_.ready(1 + i));
    } catch (const std::exception&) {
      polled_[i]->flow.failed();
    }
  }
  for (std::size_t i = 0; i < request_.sockets.size(); ++i) {
    if (poll_set_.ready(1 + polled_.size() + i)) accept_all(request_.sockets[i].get());
  }
}

// The order in the set: the wake-up, the connections, the listeners.
void BlockingLoop::wait() {
  poll_set_.clear();
  polled_.clear();
  poll_set_.add(wakeup_.socket());
  for (const auto& [id, connection] : connections_) {
    polled_.push_back(connection.get());
    // A peer that hangs up during the exchange would make poll return at once, again and again.
    const bool idle = connection->flow.phase() == Phase::exchanging;
    poll_set_.add(idle ? no_socket : connection->socket.get(),
                  connection->flow.phase() == Phase::writing);
  }
  if (accept_again_ && Clock::now() >= *accept_again_) accept_again_.reset();
  for (const Socket& listener : request_.sockets) {
    poll_set_.add(accept_again_ ? no_socket : listener.get());
  }
  poll_set_.wait(time_to_next_deadline());
  if (poll_set_.ready(0)) wakeup_.clear();
}

std::optional<std::chrono::milliseconds> BlockingLoop::time_to_next_deadline() const {
  auto next = accept_again_;
  for (const auto& [id, connection] : connections_) {
    const auto deadline = connection->flow.deadline();
    if (deadline && (!next || *deadline < *next)) next = deadline;
  }
  if (!next) return std::nullopt;
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now()),
                  std::chrono::milliseconds(0));
}

void BlockingLoop::begin_stop() {
  stopping_ = true;
  request_.sockets.clear();
  accept_again_.reset();
  for (const auto& [id, connection] : connections_) {
    connection->flow.stop(Clock::now());
    if (connection->flow.phase() != Phase::lingering) continue;
    try {
      receive(*connection);
    } catch (const std::exception&) {
      connection->flow.failed();
    }
  }
}

void BlockingLoop::accept_all(NativeSocket listener) {
  for (;;) {
    std::error_code error;
    Socket socket = os::accept_connection(listener, error);
    if (error) {
      if (table_.make_room()) return;  // its descriptor is free after this turn
      accept_again_ = Clock::now() + accept_pause;
    }
    if (!socket) return;
    auto connection = std::make_unique<Connection>(std::move(socket), request_.limits);
    const ConnectionTable::Id id = table_.add([raw = connection.get()] { raw->flow.failed(); });
    if (id == 0) continue;
    connection->id = id;
    try {
      connections_.emplace(id, std::move(connection));
    } catch (...) {
      table_.remove(id);
      throw;
    }
  }
}

void BlockingLoop::advance(Connection& connection, bool ready) {
  if (connection.flow.phase() == Phase::exchanging && connection.exchanged) {
    answer(connection, std::move(connection.output));
  } else if (ready && connection.flow.phase() == Phase::writing) {
    send(connection);
  } else if (ready && connection.flow.wants_input()) {
    receive(connection);
  }
  if (connection.flow.deadline()) {
    const bool was_reading = connection.flow.phase() == Phase::reading;
    connection.flow.expire(Clock::now());
    if (was_reading) react(connection);
  }
}

void BlockingLoop::receive(Connection& connection) {
  ConnectionFlow& flow = connection.flow;
  for (int turn = 0; turn < reads_per_turn && flow.wants_input(); ++turn) {
    const os::IoResult got = os::receive(connection.socket.get(), buffer_.data(), buffer_.size());
    switch (got.io) {
      case os::Io::done:
        flow.received({buffer_.data(), got.bytes}, Clock::now());
        break;
      case os::Io::would_block:
        flow.received_all_for_now();
        return;
      case os::Io::closed:
        flow.peer_closed();
        break;
      case os::Io::failed:
        flow.failed();
        break;
    }
    react(connection);
  }
}

void BlockingLoop::react(Connection& connection) {
  const RequestReader& reader = connection.flow.reader();
  switch (connection.flow.phase()) {
    case Phase::reading:
      table_.hold(connection.id, reader.buffered());
      break;
    case Phase::exchanging:
      table_.completed(connection.id);
      begin_exchange(connection);
      break;
    case Phase::refusing:
      table_.completed(connection.id);
      answer(connection, serialize(request_.refusal(reader.refusal()), reader.is_head()));
      break;
    default:
      break;
  }
}

void BlockingLoop::begin_exchange(Connection& connection) {
  try {
    connection.thread = start_thread([this, &connection] { exchange(connection); });
  } catch (const std::exception&) {
    answer(connection, serialize(request_.refusal(503), connection.flow.reader().is_head()));
  }
}

// On a thread of its own.
void BlockingLoop::exchange(Connection& connection) noexcept {
  try {
    const RequestReader& reader = connection.flow.reader();
    Exchange one(reader.canonical_head(), reader.body(), handler_, request_.refusal,
                 connection.waiter);
    serve_(one);
    connection.output = std::move(one.output_);
  } catch (...) {
    // Nothing was written: answer() makes it a 500.
  }
  connection.exchanged = true;
  wakeup_.signal();
}

void BlockingLoop::answer(Connection& connection, std::string output) {
  if (output.empty()) output = serialize(request_.refusal(500), connection.flow.reader().is_head());
  connection.output = std::move(output);
  connection.flow.begin_write(Clock::now());
  send(connection);
}

void BlockingLoop::send(Connection& connection) {
  const std::string& output = connection.output;
  while (connection.sent < output.size()) {
    const os::IoResult put = os::send(connection.socket.get(), output.data() + connection.sent,
                                      output.size() - connection.sent);
    if (put.io == os::Io::would_block) return;
    if (put.io != os::Io::done) {
      connection.flow.failed();
      return;
    }
    connection.sent += put.bytes;
  }
  os::shutdown_send(connection.socket.get());
  connection.flow.written(Clock::now());
  receive(connection);
}

void BlockingLoop::remove_closed() {
  std::erase_if(connections_, [this](const auto& item) {
    if (item.second->flow.phase() != Phase::closed) return false;
    table_.remove(item.first);
    return true;
  });
}

}  // namespace oauth_callback
