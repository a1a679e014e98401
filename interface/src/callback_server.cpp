#include "oauth_callback/callback_server.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/errors.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "oauth_callback/spi/thread.hpp"
#include "receiver.hpp"

namespace oauth_callback {
namespace {

Error make_error(errc code) { return Error(code, make_error_code(code).message()); }

class CallbackServer final : public ICallbackServer {
 public:
  CallbackServer(std::string_view name, std::unique_ptr<Transport> transport)
      : name_(name), transport_(std::move(transport)) {}

  ~CallbackServer() override { stop(); }

  void start(const ServerOptions& options) override {
    join_stopper();
    const std::lock_guard lifecycle(lifecycle_);
    if (current()) throw make_error(errc::already_running);
    ListenRequest request{open_loopback_listeners(options.host, options.ports), options.limits, {}};
    const auto receiver =
        std::make_shared<Receiver>(options, require_port(request.sockets.front()));
    request.refusal = [receiver](int status) { return receiver->refusal(status); };
    transport_->listen(std::move(request), [receiver](Request incoming, Responder responder) {
      receiver->handle(std::move(incoming), std::move(responder));
    });
    const std::lock_guard lock(mutex_);
    receiver_ = receiver;
  }

  std::string redirect_uri(std::string_view path) const override {
    return running()->redirect_uri(path);
  }

  PendingCallback expect(Expectation expectation) override {
    return running()->expect(std::move(expectation));
  }

  Outcome submit(std::string_view redirect) noexcept override {
    const auto receiver = current();
    return receiver ? receiver->submit(redirect) : Outcome::not_expected;
  }

  void stop() noexcept override {
    const auto receiver = current();
    if (receiver && receiver->on_hook_thread()) {
      // A hook cannot wait for its own end.
      request_stop();
      return;
    }
    stop_and_wait();
    join_stopper();
  }

  void request_stop() noexcept override {
    const auto receiver = current();
    if (!receiver) return;
    receiver->begin_stop();
    const std::lock_guard lock(mutex_);
    if (stopper_.joinable()) return;
    try {
      stopper_ = start_thread([this] { stop_and_wait(); });
    } catch (...) {
      receiver->log("no thread to stop the server with; stop() will");
    }
  }

  std::string_view backend() const noexcept override { return name_; }

 private:
  std::shared_ptr<Receiver> current() const noexcept {
    const std::lock_guard lock(mutex_);
    return receiver_;
  }

  std::shared_ptr<Receiver> running() const {
    if (auto receiver = current()) return receiver;
    throw make_error(errc::not_running);
  }

  void join_stopper() noexcept {
    std::thread stopper;
    {
      const std::lock_guard lock(mutex_);
      stopper.swap(stopper_);
    }
    if (stopper.joinable()) stopper.join();
  }

  void stop_and_wait() noexcept {
    const std::lock_guard lifecycle(lifecycle_);
    const auto receiver = current();
    if (!receiver) return;
    receiver->begin_stop();
    transport_->stop();
    receiver->finish_stop();
    const std::lock_guard lock(mutex_);
    receiver_.reset();
  }

  const std::string_view name_;
  const std::unique_ptr<Transport> transport_;
  std::mutex lifecycle_;  // held while starting or stopping; before mutex_
  mutable std::mutex mutex_;
  std::shared_ptr<Receiver> receiver_;
  std::thread stopper_;
};

Expectation any_state_on(std::string_view path) {
  Expectation expectation;
  expectation.path = path;
  expectation.any_state = true;
  return expectation;
}

}  // namespace

std::unique_ptr<ICallbackServer> make_callback_server(std::string_view name,
                                                      std::unique_ptr<Transport> transport) {
  return std::make_unique<CallbackServer>(name, std::move(transport));
}

CallbackResult ICallbackServer::wait_for_callback(std::string_view path,
                                                  std::chrono::milliseconds timeout) {
  return wait_for_callback(any_state_on(path), timeout);
}

CallbackResult ICallbackServer::wait_for_callback(Expectation expectation,
                                                  std::chrono::milliseconds timeout) {
  return expect(std::move(expectation)).wait(timeout);
}

#ifdef __cpp_lib_jthread
CallbackResult ICallbackServer::wait_for_callback(std::string_view path,
                                                  std::chrono::milliseconds timeout,
                                                  std::stop_token stop) {
  return wait_for_callback(any_state_on(path), timeout, std::move(stop));
}

CallbackResult ICallbackServer::wait_for_callback(Expectation expectation,
                                                  std::chrono::milliseconds timeout,
                                                  std::stop_token stop) {
  return expect(std::move(expectation)).wait(timeout, std::move(stop));
}
#endif

}  // namespace oauth_callback
