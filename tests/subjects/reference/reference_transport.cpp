#include "reference_transport.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "connection.hpp"

namespace oauth_callback::reference {
namespace {

// Connections that were closed to make room, while their threads have not noticed yet.
constexpr std::size_t max_leaving = 16;

// One listen(), up to its stop().
class Session {
 public:
  Session(ListenRequest request, Handler handler, const Defects& defects)
      : listeners_(std::move(request.sockets)),
        shared_(request.limits, std::move(request.refusal), std::move(handler), defects) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe2");
    wake_reader_.reset(ends[0]);
    wake_writer_.reset(ends[1]);
    thread_ = std::thread([this] { accept_all(); });
  }

  ~Session() {
    wake_writer_.reset();
    thread_.join();
    if (shared_.defects.stop_keeps_listening) {
      static std::vector<std::vector<Socket>> kept;
      kept.push_back(std::move(listeners_));
    }
    listeners_.clear();
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.end = Clock::now() + shared_.limits.drain_timeout;
      for (Connection& connection : connections_) connection.stop();
    }
    connections_.clear();
  }

 private:
  void accept_all() noexcept {
    std::vector<pollfd> polled{{wake_reader_.get(), POLLIN, 0}};
    for (const Socket& listener : listeners_) polled.push_back({listener.get(), POLLIN, 0});
    for (;;) {
      if (::poll(polled.data(), polled.size(), -1) < 0) continue;
      if (polled.front().revents != 0) return;
      for (std::size_t i = 1; i < polled.size(); ++i) {
        if (polled[i].revents != 0) accept_one(polled[i].fd);
      }
    }
  }

  // Under shared_.mutex.
  void take_done(std::list<Connection>& done) {
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto next = std::next(at);
      if (at->done()) done.splice(done.end(), connections_, at);
      at = next;
    }
  }

  void accept_one(int listener) noexcept {
    const Defects& defects = shared_.defects;
    Socket socket(
        ::accept4(listener, nullptr, nullptr, defects.inherits_accepted ? 0 : SOCK_CLOEXEC));
    if (!socket) return;
    std::list<Connection> done;
    std::unique_lock lock(shared_.mutex);
    shared_.one_is_done.wait(lock, [&] {
      take_done(done);
      return connections_.size() < shared_.limits.max_connections + max_leaving;
    });
    Connection& connection = connections_.emplace_back(shared_, std::move(socket));
    if (!defects.one_at_a_time) {
      connection.start();
      return;
    }
    lock.unlock();
    connection.run();
  }

  std::vector<Socket> listeners_;
  Shared shared_;
  Socket wake_reader_;
  Socket wake_writer_;
  std::list<Connection> connections_;  // under shared_.mutex
  std::thread thread_;
};

class ReferenceTransport final : public Transport {
 public:
  explicit ReferenceTransport(Defects defects) : defects_(std::move(defects)) {}
  ~ReferenceTransport() override { stop(); }

  void listen(ListenRequest request, Handler handler) override {
    const std::lock_guard lock(mutex_);
    session_ = std::make_unique<Session>(std::move(request), std::move(handler), defects_);
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    session_.reset();
  }

 private:
  const Defects defects_;
  std::mutex mutex_;
  std::unique_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Transport> create_transport(Defects defects) {
  return std::make_unique<ReferenceTransport>(std::move(defects));
}

}  // namespace oauth_callback::reference
