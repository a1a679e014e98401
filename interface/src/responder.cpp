#include <algorithm>
#include <numeric>
#include <utility>

#include "field_syntax.hpp"
#include "oauth_callback/backend.hpp"

namespace oauth_callback {
namespace {

// One library takes no field of 64 KiB, another drops one that holds a line end, and says nothing.
constexpr std::size_t max_field_bytes = 32 * 1024;

bool is_field(const Field& field) noexcept {
  return !field.name.empty() && std::all_of(field.name.begin(), field.name.end(), is_token) &&
         std::none_of(field.value.begin(), field.value.end(), is_control);
}

bool is_sendable(const Response& response) noexcept {
  const std::size_t size = std::accumulate(response.fields.begin(), response.fields.end(),
                                           std::size_t{0}, [](std::size_t sum, const Field& field) {
                                             return sum + field.name.size() + field.value.size();
                                           });
  return size <= max_field_bytes &&
         std::all_of(response.fields.begin(), response.fields.end(), is_field);
}

}  // namespace

Responder::Responder(Send send, Refusal refusal)
    : send_(std::move(send)), refusal_(std::move(refusal)) {}

Responder::Responder(Responder&& other) noexcept
    : send_(std::exchange(other.send_, nullptr)), refusal_(std::move(other.refusal_)) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    refuse(500);
    send_ = std::exchange(other.send_, nullptr);
    refusal_ = std::move(other.refusal_);
  }
  return *this;
}

Responder::~Responder() { refuse(500); }

void Responder::send(Response response) {
  if (is_sendable(response)) {
    deliver(std::move(response));
  } else {
    refuse(500);
  }
}

void Responder::deliver(Response response) {
  Send send = std::exchange(send_, nullptr);
  if (!send) return;
  try {
    send(std::move(response));
  } catch (...) {
    send_ = std::move(send);
    throw;
  }
}

void Responder::refuse(int status) noexcept {
  if (!send_) return;
  try {
    Response refusal = refusal_ ? refusal_(status) : Response{status, {}, {}};
    if (!is_sendable(refusal)) refusal.fields.clear();
    deliver(std::move(refusal));
  } catch (...) {
    try {
      deliver({status, {}, {}});
    } catch (...) {
      // Out of memory even for that: the connection waits until the server stops.
      send_ = nullptr;
    }
  }
}

}  // namespace oauth_callback
