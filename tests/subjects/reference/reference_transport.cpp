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

// One listen(), up to its stop().
class Session {
 public:
  Session(ListenRequest request, Handler handler)
      : listeners_(std::move(request.sockets)),
        shared_(request.limits, std::move(request.refusal), std::move(handler)) {
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

  void accept_one(int listener) noexcept {
    Socket socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) return;
    std::list<Connection> done;
    const std::lock_guard lock(shared_.mutex);
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto next = std::next(at);
      if (at->done()) done.splice(done.end(), connections_, at);
      at = next;
    }
    connections_.emplace_back(shared_, std::move(socket)).start();
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
  ~ReferenceTransport() override { stop(); }

  void listen(ListenRequest request, Handler handler) override {
    const std::lock_guard lock(mutex_);
    session_ = std::make_unique<Session>(std::move(request), std::move(handler));
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    session_.reset();
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Session> session_;
};

}  // namespace

std::unique_ptr<Transport> create_transport() { return std::make_unique<ReferenceTransport>(); }

}  // namespace oauth_callback::reference
