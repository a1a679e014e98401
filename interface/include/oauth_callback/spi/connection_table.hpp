// Bounds on all connections of one transport together (contract clause T4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "oauth_callback/options.hpp"

namespace oauth_callback {

// Knows every connection, in the order in which they came, and which of them still owe a request.
// It closes the oldest of those when there are too many, or when together they hold too many bytes.
// Passive: no thread and no lock of its own; to be used on one thread or strand.
class ConnectionTable {
 public:
  using Id = std::uint64_t;
  // Closes the connection. Called from add() and hold(), after the entry has been removed.
  using Close = std::function<void()>;

  explicit ConnectionTable(const Limits& limits) : limits_(limits) {}

  // A new connection, silent so far. Ends the oldest incomplete one when there are too many; when
  // all have a complete request, `close` is called for the new one, and 0 is returned.
  Id add(Close close);

  // The connection's incomplete request now holds so many bytes. False when this connection itself
  // was closed to make room.
  bool hold(Id id, std::size_t bytes);

  // The connection has a complete request (or has been refused): it is not closed to make room any
  // more.
  void completed(Id id);

  // Ends the oldest connection without a complete request. False when there is none.
  bool make_room();

  void remove(Id id) { erase(connections_.find(id)); }

  std::size_t size() const noexcept { return connections_.size(); }
  std::size_t held() const noexcept { return held_; }

 private:
  struct Entry {
    Close close;
    std::size_t held = 0;
    bool complete = false;
  };
  using Entries = std::map<Id, Entry>;

  void erase(Entries::iterator entry);

  Limits limits_;
  Entries connections_;
  std::size_t held_ = 0;
  Id next_ = 1;
};

}  // namespace oauth_callback
