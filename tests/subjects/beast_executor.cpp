// The Beast backend on an executor of the program's: two threads run it, so that the strand has to
// hold.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "oauth_callback/beast_adapter.hpp"
#include "oauth_callback/conformance.hpp"
#include "oauth_callback/spi/thread.hpp"

namespace {

namespace oc = oauth_callback;
namespace asio = boost::asio;

// A program and its transport in one. The threads come and go with listen() and stop(), so that the
// cases that count threads can count.
class Program final : public oc::Transport {
 public:
  ~Program() override { stop(); }

  void listen(oc::ListenRequest request, oc::Handler handler) override {
    const std::lock_guard lock(mutex_);
    transport_->listen(std::move(request), std::move(handler));
    context_.restart();
    work_.emplace(context_.get_executor());
    for (int i = 0; i < 2; ++i) threads_.push_back(oc::start_thread([this] { context_.run(); }));
  }

  void stop() noexcept override {
    const std::lock_guard lock(mutex_);
    transport_->stop();
    work_.reset();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::mutex mutex_;
  asio::io_context context_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::vector<std::thread> threads_;
  const std::unique_ptr<oc::Transport> transport_ =
      oc::beast::create_transport(context_.get_executor());
};

}  // namespace

int main(int argc, char** argv) {
  return oc::conformance::run(argc, argv,
                              {.name = "beast_executor",
                               .create = [] { return std::make_unique<Program>(); },
                               .waivers = {}});
}
