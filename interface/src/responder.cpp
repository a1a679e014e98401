#include <utility>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {

Responder::Responder(Send send, Refusal refusal)
    : send_(std::move(send)), refusal_(std::move(refusal)) {}

Responder::Responder(Responder&& other) noexcept
    : send_(std::exchange(other.send_, nullptr)), refusal_(std::move(other.refusal_)) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    drop();
    send_ = std::exchange(other.send_, nullptr);
    refusal_ = std::move(other.refusal_);
  }
  return *this;
}

Responder::~Responder() { drop(); }

void Responder::send(Response response) {
  if (const Send send = std::exchange(send_, nullptr)) send(std::move(response));
}

void Responder::refuse(int status) { send(refusal_ ? refusal_(status) : Response{status, {}, {}}); }

void Responder::drop() noexcept {
  if (!send_) return;
  try {
    refuse(500);
  } catch (...) {
    // Out of memory: the transport's own time limit ends the connection.
  }
}

}  // namespace oauth_callback
