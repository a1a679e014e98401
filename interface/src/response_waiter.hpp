// For code that has to have the response before it returns.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {

class ResponseWaiter {
 public:
  Responder responder(Refusal refusal) {
    return Responder([shared = shared_](Response response) { shared->put(std::move(response)); },
                     std::move(refusal));
  }

  // Blocks until the responder was used, or give_up() was called: then there is none.
  std::optional<Response> wait() {
    std::unique_lock lock(shared_->mutex);
    shared_->changed.wait(lock, [&] { return shared_->response || shared_->given_up; });
    return std::move(shared_->response);
  }

  void give_up() noexcept {
    const std::lock_guard lock(shared_->mutex);
    shared_->given_up = true;
    shared_->changed.notify_all();
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<Response> response;
    bool given_up = false;

    void put(Response value) {
      const std::lock_guard lock(mutex);
      response = std::move(value);
      changed.notify_all();
    }
  };

  // The responder may outlive the one who waits.
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

}  // namespace oauth_callback
