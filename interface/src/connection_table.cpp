#include "oauth_callback/spi/connection_table.hpp"

#include <algorithm>
#include <utility>

namespace oauth_callback {

ConnectionTable::Id ConnectionTable::add(Close close) {
  if (connections_.size() >= limits_.max_connections && !make_room()) {
    close();
    return 0;
  }
  const Id id = next_++;
  connections_[id].close = std::move(close);
  return id;
}

bool ConnectionTable::hold(Id id, std::size_t bytes) {
  const auto entry = connections_.find(id);
  if (entry == connections_.end()) return false;
  held_ += bytes - entry->second.held;
  entry->second.held = bytes;
  while (held_ > limits_.max_buffered_bytes && make_room()) {
  }
  return connections_.contains(id);
}

void ConnectionTable::completed(Id id) {
  const auto entry = connections_.find(id);
  if (entry != connections_.end()) entry->second.complete = true;
}

bool ConnectionTable::make_room() {
  const auto oldest = std::find_if(connections_.begin(), connections_.end(),
                                   [](const auto& item) { return !item.second.complete; });
  if (oldest == connections_.end()) return false;
  const Close close = std::move(oldest->second.close);
  erase(oldest);
  close();
  return true;
}

void ConnectionTable::erase(Entries::iterator entry) {
  if (entry == connections_.end()) return;
  held_ -= entry->second.held;
  connections_.erase(entry);
}

}  // namespace oauth_callback
