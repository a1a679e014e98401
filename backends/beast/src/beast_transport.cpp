#include <boost/asio/io_context.hpp>
#include <mutex>
#include <thread>
#include <utility>

#include "beast_server.hpp"
#include "oauth_callback/beast.hpp"
#include "oauth_callback/beast_adapter.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/thread.hpp"

namespace oauth_callback::beast {
namespace {

namespace asio = boost::asio;

// What a stop may take beyond the connections' own time.
constexpr std::chrono::milliseconds stop_margin{100};

// On an executor of the program's.
class ExecutorTransport final : public Transport {
 public:
  explicit ExecutorTransport(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  ~ExecutorTransport() override { stop(); }

  void listen(ListenRequest request, Handler handler) override {
    const std::lock_guard lock(mutex_);
    if (server_)
      throw Error(errc::already_running, make_error_code(errc::already_running).message());
    stop_limit_ = request.limits.drain_timeout + stop_margin;
    auto server =
        std::make_shared<BeastServer>(nullptr, executor_, std::move(request), std::move(handler));
    server->start();
    server_ = std::move(server);
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!server_) return;
    server_->request_stop();
    server_->finish_stop(stop_limit_);
    server_.reset();
  }

 private:
  const asio::any_io_executor executor_;
  std::mutex mutex_;  // held while starting or stopping
  std::chrono::milliseconds stop_limit_{};
  std::shared_ptr<BeastServer> server_;
};

// On an io_context and a thread of its own.
class BeastTransport final : public Transport {
 public:
  ~BeastTransport() override { stop(); }

  void listen(ListenRequest request, Handler handler) override {
    const std::lock_guard lock(mutex_);
    if (server_)
      throw Error(errc::already_running, make_error_code(errc::already_running).message());
    const auto context = std::make_shared<asio::io_context>(1);
    auto server = std::make_shared<BeastServer>(context, context->get_executor(),
                                                std::move(request), std::move(handler));
    server->start();
    try {
      thread_ = start_thread([context] { run(*context); });
    } catch (...) {
      // What start() has posted holds the server, and the server the context.
      server->request_stop();
      run(*context);
      throw;
    }
    server_ = std::move(server);
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!server_) return;
    server_->request_stop();
    // The context runs out of work when the last connection is gone.
    thread_.join();
    server_->finish_stop({});
    server_.reset();
  }

 private:
  static void run(asio::io_context& context) noexcept {
    for (bool done = false; !done;) {
      try {
        context.run();
        done = true;
      } catch (...) {
        // Out of memory in one connection must not end the others.
      }
    }
  }

  std::mutex mutex_;  // held while starting or stopping
  std::shared_ptr<BeastServer> server_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Transport> create_transport() { return std::make_unique<BeastTransport>(); }

std::unique_ptr<Transport> create_transport(asio::any_io_executor executor) {
  return std::make_unique<ExecutorTransport>(std::move(executor));
}

const Backend backend{"beast", "Boost.Beast, asynchronous on Boost.Asio", create_transport};

std::unique_ptr<ICallbackServer> create_callback_server() {
  return make_callback_server(backend.name, create_transport());
}

std::unique_ptr<ICallbackServer> create_callback_server(asio::any_io_executor executor) {
  return make_callback_server(backend.name, create_transport(std::move(executor)));
}

}  // namespace oauth_callback::beast
