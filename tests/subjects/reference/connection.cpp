#include "connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "oauth_callback/spi/response_writer.hpp"

namespace oauth_callback::reference {
namespace {

// While an answer leaves, waiting is cut into slices, because stop() may set an earlier end
// meanwhile.
constexpr std::chrono::milliseconds slice{20};

// Waits until the socket is ready, however poll() is interrupted. False when the time is over.
bool wait_ready(int fd, short events, std::optional<Clock::time_point> deadline) {
  for (;;) {
    int timeout = -1;
    if (deadline) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - Clock::now());
      if (left.count() <= 0) return false;
      timeout = static_cast<int>(left.count());
    }
    pollfd entry{fd, events, 0};
    if (::poll(&entry, 1, timeout) > 0) return true;
  }
}

bool is_half_closed(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

// The canonical head is well-formed by construction.
Request parse(std::string_view head, std::string body) {
  Request request;
  const auto take = [&head](std::string_view separator) {
    const std::size_t at = head.find(separator);
    std::string part(head.substr(0, at));
    head.remove_prefix(at + separator.size());
    return part;
  };
  request.method = take(" ");
  request.target = take(" ");
  take("\r\n");
  while (!head.starts_with("\r\n")) {
    std::string name = take(": ");
    request.fields.push_back({std::move(name), take("\r\n")});
  }
  request.body = std::move(body);
  return request;
}

}  // namespace

Connection::Connection(Shared& shared, Socket socket)
    : shared_(shared), socket_(std::move(socket)), reader_(shared.limits) {
  id_ = shared_.table.add([this] {
    evicted_ = true;
    ::shutdown(socket_.get(), SHUT_RDWR);
  });
  if (id_ == 0) phase_ = Phase::done;
}

Connection::~Connection() {
  if (thread_.joinable()) thread_.join();
}

void Connection::start() {
  if (!done()) thread_ = std::thread([this] { run(); });
}

void Connection::stop_reading() noexcept {
  // Who was answered a whole request will send no more.
  const bool answered =
      phase_ == Phase::draining && reader_.status() == RequestReader::Status::complete;
  if (phase_ == Phase::reading || answered) ::shutdown(socket_.get(), SHUT_RD);
}

void Connection::stop() noexcept {
  if (shared_.defects.stop_cuts_answers) {
    const linger at_once{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::shutdown(socket_.get(), SHUT_RDWR);
  }
  if (!shared_.defects.stop_waits_for_peers) stop_reading();
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->changed.notify_all();
}

bool Connection::enter(Phase phase) {
  const std::lock_guard lock(shared_.mutex);
  if (shared_.defects.counts_complete && phase == Phase::answering) return !evicted_;
  if (evicted_ || (shared_.end && phase == Phase::answering)) return false;
  phase_ = phase;
  shared_.table.completed(id_);
  if (shared_.end) stop_reading();
  return true;
}

Clock::time_point Connection::capped(Clock::time_point deadline) {
  const std::lock_guard lock(shared_.mutex);
  return shared_.end ? std::min(deadline, *shared_.end) : deadline;
}

void Connection::run() noexcept {
  try {
    while (serve()) reader_ = RequestReader(shared_.limits);
  } catch (const std::exception&) {
    // Out of memory: the connection closes.
  }
  const std::lock_guard lock(shared_.mutex);
  shared_.table.remove(id_);
  // A peer that still sends, and sees a full window, would not notice a mere shutdown.
  socket_.reset();
  phase_ = Phase::done;
  shared_.one_is_done.notify_all();
}

// False when that was the last request, as it always is without a defect.
bool Connection::serve() {
  const Defects& defects = shared_.defects;
  if (!read_request() || !enter(Phase::answering)) return false;
  const bool complete = reader_.status() == RequestReader::Status::complete;
  std::optional<Response> response =
      complete || defects.serves_refused ? ask_handler() : shared_.refusal(reader_.refusal());
  if (!response) return false;
  std::string bytes = serialize(*response, reader_.is_head() && !defects.answers_head_like_get);
  if (defects.on_answer) defects.on_answer(bytes);
  if (!send_all(bytes)) return false;
  if (defects.keeps_alive && complete && !rest_.empty()) return true;
  if (defects.closes_at_once) return false;
  if (!defects.stays_open && ::shutdown(socket_.get(), SHUT_WR) != 0) return false;
  if (enter(Phase::draining)) drain();
  return false;
}

// False when there is nobody to answer.
bool Connection::read_request() {
  const Defects& defects = shared_.defects;
  const auto fresh_deadline = [&] { return Clock::now() + shared_.limits.request_timeout; };
  std::optional<Clock::time_point> deadline;
  if (defects.times_silence) deadline = fresh_deadline();
  feed(std::exchange(rest_, {}));
  std::array<char, 16384> buffer;
  while (reader_.status() == RequestReader::Status::need_more) {
    if (!wait_ready(socket_.get(), POLLIN, deadline)) {
      reader_.expire();
      break;
    }
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0 || (got == 0 && reader_.empty() && !defects.answers_silence)) return false;
    if (got == 0) {
      reader_.finish();
      break;
    }
    if (!deadline || defects.time_per_read) deadline = fresh_deadline();
    feed({buffer.data(), static_cast<std::size_t>(got)});
    const std::lock_guard lock(shared_.mutex);
    if (evicted_ || !shared_.table.hold(id_, reader_.buffered())) return false;
  }
  return !defects.ignores_half_close || !is_half_closed(socket_.get());
}

void Connection::feed(std::string bytes) {
  const Defects& defects = shared_.defects;
  if (defects.on_bytes) defects.on_bytes(bytes);
  keep(bytes);
  if (!defects.keeps_alive) {
    reader_.feed(bytes);
    return;
  }
  std::size_t used = 0;
  while (used < bytes.size() && reader_.status() == RequestReader::Status::need_more) {
    reader_.feed({&bytes[used++], 1});
  }
  rest_ = bytes.substr(used);
}

std::optional<Response> Connection::ask_handler() {
  const auto put = [mailbox = mailbox_](Response response) {
    const std::lock_guard lock(mailbox->mutex);
    if (mailbox->closed || mailbox->response) return;
    mailbox->response = std::move(response);
    mailbox->changed.notify_all();
  };
  try {
    shared_.handler(parse(reader_.canonical_head(), reader_.body()),
                    Responder(put, shared_.refusal));
  } catch (...) {
    // Unwinding dropped the Responder: that is a 500.
  }
  const Clock::time_point end = shared_.defects.times_answers
                                    ? Clock::now() + shared_.limits.request_timeout
                                    : Clock::time_point::max();
  std::unique_lock lock(mailbox_->mutex);
  while (!mailbox_->response) {
    // stop() takes this mutex while it holds the other one.
    lock.unlock();
    const bool over = !shared_.defects.stop_waits_for_answers && Clock::now() >= capped(end);
    lock.lock();
    if (over) break;
    mailbox_->changed.wait_until(lock, Clock::now() + slice,
                                 [&] { return mailbox_->response.has_value(); });
  }
  mailbox_->closed = true;
  return std::move(mailbox_->response);
}

void Connection::keep(std::string_view bytes) {
  if (!shared_.defects.keeps_bytes) return;
  const std::lock_guard lock(shared_.mutex);
  shared_.kept += bytes;
}

bool Connection::send_all(const std::string& bytes) {
  const int no_signal = shared_.defects.raises_sigpipe ? 0 : MSG_NOSIGNAL;
  const Clock::time_point deadline = shared_.defects.writes_for_ever
                                         ? Clock::time_point::max()
                                         : Clock::now() + shared_.limits.response_timeout;
  for (std::size_t sent = 0; sent < bytes.size();) {
    if (Clock::now() >= capped(deadline)) return false;
    if (!wait_ready(socket_.get(), POLLOUT, Clock::now() + slice)) continue;
    const ssize_t put =
        ::send(socket_.get(), bytes.data() + sent, bytes.size() - sent, MSG_DONTWAIT | no_signal);
    if (put > 0) {
      sent += static_cast<std::size_t>(put);
    } else if (errno != EAGAIN && errno != EINTR) {
      return false;
    }
  }
  return true;
}

void Connection::drain() {
  std::array<char, 16384> buffer;
  const Clock::time_point last = Clock::now() + shared_.limits.response_timeout;
  Clock::time_point idle = Clock::now() + shared_.limits.linger_timeout;
  for (;;) {
    const auto end =
        shared_.defects.drains_for_ever ? Clock::time_point::max() : std::min(idle, last);
    if (Clock::now() >= capped(end)) return;
    if (!wait_ready(socket_.get(), POLLIN, Clock::now() + slice)) continue;
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return;
    if (got > 0) keep({buffer.data(), static_cast<std::size_t>(got)});
    idle = Clock::now() + shared_.limits.linger_timeout;
  }
}

}  // namespace oauth_callback::reference
