#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
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
// Until there may be memory again.
constexpr std::chrono::milliseconds out_of_memory_pause{10};

// What Asio throws is no std::system_error.
[[noreturn]] void throw_error(const boost::system::system_error& error) {
  throw Error(error.code(), std::string("the server cannot run: ") + error.what());
}

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
    try {
      auto server = std::make_shared<BeastServer>(nullptr, asio::make_strand(executor_),
                                                  std::move(request), std::move(handler));
      server->post([server] { server->start(); });
      server_ = std::move(server);
    } catch (const boost::system::system_error& error) {
      throw_error(error);
    }
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!server_) return;
    const auto end = std::chrono::steady_clock::now() + stop_limit_;
    while (!post_stop() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(out_of_memory_pause);
    }
    server_->finish_stop(stop_limit_);
    server_.reset();
  }

 private:
  bool post_stop() noexcept {
    try {
      server_->post([server = server_] { server->begin_stop(); });
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }

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
    try {
      context_ = std::make_shared<asio::io_context>(1);
      // No strand: one that could not allocate never runs anything again (Asio 1.24).
      server_ = std::make_shared<BeastServer>(context_, context_->get_executor(),
                                              std::move(request), std::move(handler));
      server_->start();
      thread_ = start_thread([this] { run(); });
    } catch (const boost::system::system_error& error) {
      forget();
      throw_error(error);
    } catch (...) {
      forget();
      throw;
    }
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    if (!server_) return;
    // Needs no memory, as a message to the thread would.
    context_->stop();
    // The context runs out of work when the last connection is gone.
    thread_.join();
    server_->finish_stop({});
    server_.reset();
    context_.reset();
  }

 private:
  // No thread runs it. What has begun holds the server, and the server the context.
  void forget() noexcept {
    if (server_) {
      context_->stop();
      run();
    }
    server_.reset();
    context_.reset();
  }

  // Until the context is stopped, and from then on until it has nothing to do.
  void run() noexcept {
    for (bool stopping = false;;) {
      try {
        if (!stopping) server_->start();
        context_->run();
        if (std::exchange(stopping, true)) return;
        context_->restart();
        server_->begin_stop();
      } catch (...) {
        // Out of memory in one connection must not end the others.
        std::this_thread::sleep_for(out_of_memory_pause);
      }
    }
  }

  std::mutex mutex_;  // held while starting or stopping
  std::shared_ptr<asio::io_context> context_;
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
