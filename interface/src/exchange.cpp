#include <utility>

#include "oauth_callback/spi/blocking_server.hpp"
#include "response_waiter.hpp"

namespace oauth_callback {

Exchange::Exchange(std::string head, std::string body, const Handler& handler,
                   const Refusal& refusal, ResponseWaiter& waiter)
    : input_(std::move(head)),
      body_(std::move(body)),
      handler_(handler),
      refusal_(refusal),
      waiter_(waiter) {}

std::size_t Exchange::read(char* buffer, std::size_t size) noexcept {
  const bool in_head = position_ < input_.size();
  const std::string& source = in_head ? input_ : body_;
  const std::size_t taken =
      source.copy(buffer, size, in_head ? position_ : position_ - input_.size());
  position_ += taken;
  return taken;
}

Response Exchange::handle(Request request) {
  Responder responder;
  try {
    responder = waiter_.responder(refusal_);
  } catch (...) {
    // Nobody would ever answer.
    return refusal_(500);
  }
  try {
    handler_(std::move(request), std::move(responder));
  } catch (...) {
    // The responder was dropped on the way: it has answered 500, in our words and not the
    // library's.
  }
  if (auto response = waiter_.wait()) return std::move(*response);
  return refusal_(500);
}

}  // namespace oauth_callback
