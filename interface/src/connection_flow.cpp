#include "oauth_callback/spi/connection_flow.hpp"

#include <algorithm>

namespace oauth_callback {

void ConnectionFlow::set_deadline(Time time) {
  deadline_ = stop_end_ ? std::min(time, *stop_end_) : time;
}

void ConnectionFlow::received(std::string_view bytes, Time now) {
  if (phase_ == Phase::lingering) {
    set_deadline(std::min(now + limits_.linger_timeout, linger_end_));
  } else if (phase_ == Phase::reading) {
    if (reader_.empty()) set_deadline(now + limits_.request_timeout);
    reader_.feed(bytes);
    judge();
  }
}

void ConnectionFlow::judge() {
  if (reader_.status() == RequestReader::Status::need_more) return;
  phase_ =
      reader_.status() == RequestReader::Status::complete ? Phase::exchanging : Phase::refusing;
  deadline_ = stop_end_;
}

void ConnectionFlow::received_all_for_now() {
  // Who has sent a whole request and got its answer will send no more: no reason to hold a stop up.
  if (phase_ == Phase::lingering && stop_end_ &&
      reader_.status() == RequestReader::Status::complete) {
    phase_ = Phase::closed;
  }
}

void ConnectionFlow::peer_closed() {
  if (phase_ == Phase::reading && !reader_.empty()) {
    reader_.finish();
    judge();
  } else if (wants_input()) {
    phase_ = Phase::closed;
  }
}

void ConnectionFlow::begin_write(Time now) {
  phase_ = Phase::writing;
  set_deadline(now + limits_.response_timeout);
}

void ConnectionFlow::written(Time now) {
  phase_ = Phase::lingering;
  linger_end_ = now + limits_.response_timeout;
  set_deadline(std::min(now + limits_.linger_timeout, linger_end_));
}

void ConnectionFlow::expire(Time now) {
  if (!deadline_ || now < *deadline_) return;
  if (phase_ == Phase::reading) {
    reader_.expire();
    judge();
  } else {
    phase_ = Phase::closed;
  }
}

void ConnectionFlow::stop(Time now) {
  if (stop_end_) return;
  stop_end_ = now + limits_.drain_timeout;
  if (phase_ == Phase::reading) {
    phase_ = Phase::closed;
  } else {
    set_deadline(deadline_.value_or(*stop_end_));
  }
}

}  // namespace oauth_callback
