#include <mutex>
#include <utility>

#include "oauth_callback/errors.hpp"
#include "oauth_callback/mount.hpp"
#include "oauth_callback/spi/request_reader.hpp"
#include "receiver.hpp"
#include "response_waiter.hpp"

namespace oauth_callback {
namespace {

// A host's parser may let through what RequestReader would not: the policy must see each field
// once.
bool is_ambiguous(const std::vector<Field>& fields) {
  for (std::size_t i = 1; i < fields.size(); ++i) {
    if (iequals(fields[i - 1].name, fields[i].name)) return true;
  }
  return false;
}

}  // namespace

class CallbackMount::Impl {
 public:
  std::shared_ptr<Receiver> current() const {
    const std::lock_guard lock(mutex_);
    return receiver_;
  }

  std::shared_ptr<Receiver> running() const {
    if (auto receiver = current()) return receiver;
    throw Error(errc::not_running, make_error_code(errc::not_running).message());
  }

  void start(const ServerOptions& options) {
    if (options.ports.size() != 1 || options.ports.front() == 0) {
      throw Error(errc::invalid_option,
                  "ports must hold the one port of the server that the callback is mounted on");
    }
    auto receiver = std::make_shared<Receiver>(options, options.ports.front());
    const std::lock_guard lock(mutex_);
    if (receiver_)
      throw Error(errc::already_running, make_error_code(errc::already_running).message());
    receiver_ = std::move(receiver);
  }

  void request_stop() noexcept {
    if (const auto receiver = current()) receiver->begin_stop();
  }

  void stop() noexcept {
    const auto receiver = current();
    if (!receiver) return;
    receiver->begin_stop();
    if (receiver->on_hook_thread()) return;
    receiver->finish_stop();
    const std::lock_guard lock(mutex_);
    receiver_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Receiver> receiver_;
};

CallbackMount::CallbackMount() : impl_(std::make_shared<Impl>()) {}

CallbackMount::~CallbackMount() { impl_->stop(); }

void CallbackMount::start(const ServerOptions& options) { impl_->start(options); }

std::string CallbackMount::redirect_uri(std::string_view path) const {
  return impl_->running()->redirect_uri(path);
}

PendingCallback CallbackMount::expect(Expectation expectation) {
  return impl_->running()->expect(std::move(expectation));
}

Outcome CallbackMount::submit(std::string_view redirect) noexcept {
  const auto receiver = impl_->current();
  return receiver ? receiver->submit(redirect) : Outcome::not_expected;
}

void CallbackMount::stop() noexcept { impl_->stop(); }

void CallbackMount::request_stop() noexcept { impl_->request_stop(); }

void CallbackMount::handle(Request request, Responder responder) {
  keep_canonical_fields(request.fields);
  const auto receiver = impl_->current();
  if (!receiver) {
    responder.send(PageSet({}).refusal(503));
  } else if (is_ambiguous(request.fields)) {
    responder.send(receiver->refusal(400));
  } else if (request.body.size() > Limits{}.max_body_bytes) {
    responder.send(receiver->refusal(413));
  } else {
    receiver->handle(std::move(request), std::move(responder));
  }
}

Response CallbackMount::handle(Request request) {
  ResponseWaiter waiter;
  handle(std::move(request), waiter.responder({}));
  return waiter.wait().value_or(Response{500, {}, {}});
}

}  // namespace oauth_callback
