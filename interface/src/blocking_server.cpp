#include "oauth_callback/spi/blocking_server.hpp"

#include <utility>

#include "blocking_loop.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback {

BlockingServer::BlockingServer(Serve serve) : serve_(std::move(serve)) {}

BlockingServer::~BlockingServer() { stop(); }

void BlockingServer::listen(ListenRequest request, Handler handler) {
  const std::lock_guard lock(mutex_);
  if (loop_) throw Error(errc::already_running, make_error_code(errc::already_running).message());
  auto loop = std::make_unique<BlockingLoop>(serve_, std::move(request), std::move(handler));
  loop->start();
  loop_ = std::move(loop);
}

void BlockingServer::stop() noexcept {
  const std::lock_guard lock(mutex_);
  loop_.reset();
}

}  // namespace oauth_callback
