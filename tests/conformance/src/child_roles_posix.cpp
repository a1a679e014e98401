// What the other process does. Each role says in lines on standard output what it found.
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include "check.hpp"
#include "child.hpp"
#include "join_port.hpp"
#include "peer.hpp"
#include "process.hpp"

namespace oauth_callback::conformance {
namespace {

using Arguments = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

std::size_t number(const Arguments& arguments, std::size_t index) {
  return std::stoull(arguments.at(index));
}

std::uint16_t port(const Arguments& arguments) {
  return static_cast<std::uint16_t>(number(arguments, 0));
}

void say(const std::string& line) { std::cout << line << std::endl; }

// Until the parent says something, or has ended.
bool wait_for_parent() {
  std::string line;
  return static_cast<bool>(std::getline(std::cin, line));
}

void raise_descriptor_limit(std::size_t needed) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed) throw Skipped("the hard limit of descriptors is too low");
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// What waits in the sockets of a port on 127.0.0.1: bytes to be read, connections to be accepted.
std::size_t unread_by(std::uint16_t port) {
  constexpr std::size_t address_column = 1;
  constexpr std::size_t queues_column = 4;
  std::size_t unread = 0;
  std::ifstream table("/proc/net/tcp");
  for (std::string line; std::getline(table, line);) {
    std::istringstream words(line);
    std::vector<std::string> columns{std::istream_iterator<std::string>(words), {}};
    if (columns.size() <= queues_column) continue;
    const std::string& address = columns[address_column];
    const std::string& queues = columns[queues_column];
    const std::size_t colon = address.find(':');
    if (colon == std::string::npos || queues.find(':') == std::string::npos) continue;
    if (std::stoul(address.substr(colon + 1), nullptr, 16) != port) continue;
    unread += std::stoul(queues.substr(queues.find(':') + 1), nullptr, 16);
  }
  return unread;
}

// The memory of the process that is tested: what it has, and the most it has had.
class ServerMemory {
 public:
  void sample() { most_ = std::max(most_, resident_kib(::getppid())); }
  std::size_t grown_kib() const { return most_ - before_; }

  // Until the server on this port has read all that was sent.
  void settle(std::uint16_t port) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (unread_by(port) > 0 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      sample();
    }
    sample();
  }

 private:
  const std::size_t before_ = resident_kib(::getppid());
  std::size_t most_ = before_;
};

// PORT COUNT: so many connections that send nothing. "ready", and then for every line from the
// parent how many are still open, and whether the newest is.
int keep_silent(const Arguments& arguments) {
  const std::size_t count = number(arguments, 1);
  raise_descriptor_limit(count + 100);
  std::vector<Peer> peers;
  peers.reserve(count);
  while (peers.size() < count) peers.emplace_back(port(arguments));
  say("ready");
  while (wait_for_parent()) {
    const auto open =
        std::count_if(peers.begin(), peers.end(), [](Peer& p) { return p.is_quiet(); });
    say("open " + std::to_string(open) + " newest " + (peers.back().is_quiet() ? "1" : "0"));
  }
  return 0;
}

std::string block_of(std::string_view unit) {
  constexpr std::size_t block = 64 * 1024;
  std::string bytes;
  while (bytes.size() < block) bytes.append(unit);
  return bytes;
}

struct Flood {
  std::size_t sent = 0;
  bool cut = false;  // the server took no more
  Reply reply;
};

// Sends and reads at the same time; goes on sending whatever comes back.
Flood send_flood(Peer& peer, std::string bytes, const std::string& block, std::size_t total,
                 ServerMemory& memory) {
  Flood flood;
  std::array<char, 4096> buffer;
  const auto deadline = Clock::now() + patience * 2;
  bool reading = true;
  std::size_t at = 0;
  while (flood.sent < total && Clock::now() < deadline) {
    pollfd entry{peer.native(), static_cast<short>(reading ? POLLIN | POLLOUT : POLLOUT), 0};
    ::poll(&entry, 1, 1000);
    if (reading && (entry.revents & POLLIN) != 0) {
      const ssize_t got = ::recv(peer.native(), buffer.data(), buffer.size(), 0);
      if (got > 0) flood.reply.bytes.append(buffer.data(), static_cast<std::size_t>(got));
      reading = got > 0 || (got < 0 && errno == EAGAIN);
      if (got == 0) flood.reply.end = End::eof;
    }
    const ssize_t sent = ::send(peer.native(), bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
      flood.cut = true;
      return flood;
    }
    if (sent <= 0) continue;
    flood.sent += static_cast<std::size_t>(sent);
    at += static_cast<std::size_t>(sent);
    if (at < bytes.size()) continue;
    bytes = block;
    at = 0;
    memory.sample();
  }
  return flood;
}

// PORT START UNIT BYTES: START, and then UNIT again and again, about so many bytes in all. The
// first line tells how it went; the rest is what came back.
int flood(const Arguments& arguments) {
  ServerMemory memory;
  Peer peer(port(arguments));
  const std::string block = block_of(arguments.at(2));
  Flood flood = send_flood(peer, arguments.at(1) + block, block, number(arguments, 3), memory);
  memory.sample();
  if (!flood.cut && flood.reply.end != End::eof) {
    const Reply rest = peer.read_to_end();
    flood.reply = {flood.reply.bytes + rest.bytes, rest.end};
  }
  say("sent " + std::to_string(flood.sent) + " cut " + std::to_string(flood.cut ? 1 : 0) + " eof " +
      std::to_string(flood.reply.end == End::eof ? 1 : 0) + " grown " +
      std::to_string(memory.grown_kib()));
  std::cout << flood.reply.bytes;
  return 0;
}

// PORT COUNT START BYTES: so many connections, each with so many bytes of a request that does not
// end. "grown" memory, and then they stay open.
int hold(const Arguments& arguments) {
  const std::size_t count = number(arguments, 1);
  raise_descriptor_limit(count + 100);
  ServerMemory memory;
  const std::string bytes = arguments.at(2) + std::string(number(arguments, 3), 'h');
  std::vector<Peer> peers;
  for (std::size_t i = 0; i < count; ++i) {
    // False for one that was closed to make room: as it should be.
    peers.emplace_back(port(arguments)).send(bytes);
    memory.sample();
  }
  memory.settle(port(arguments));
  say("grown " + std::to_string(memory.grown_kib()));
  wait_for_parent();
  return 0;
}

// From the parent: a number, and so many bytes.
std::string read_block() {
  std::string line;
  std::getline(std::cin, line);
  std::string bytes(std::stoull(line), '\0');
  std::cin.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

// PORT COUNT, and a block: this request so many times, with a line for each: how many were
// "answered" with 200 so far, and how much memory has "grown".
int ask_again(const Arguments& arguments) {
  const std::string request = read_block();
  ServerMemory memory;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < number(arguments, 1); ++i) {
    const Reply reply = exchange(port(arguments), request);
    if (reply.end == End::eof && reply.bytes.starts_with("HTTP/1.1 200 ")) ++answered;
    memory.sample();
    say("answered " + std::to_string(answered) + " grown " + std::to_string(memory.grown_kib()));
  }
  return 0;
}

// PORT: joins it in every way there is. "ready", with the ways that a bind and listen succeeded
// by; after a line from the parent, how many connections came to it.
int join(const Arguments& arguments) {
  std::vector<JoinedPort> joined = join_port(port(arguments));
  std::string ways;
  for (const JoinedPort& one : joined) ways += "; " + one.how;
  say("ready " + std::to_string(joined.size()) + ways);
  wait_for_parent();
  std::size_t stolen = 0;
  for (JoinedPort& one : joined) stolen += one.count_waiting();
  say("stolen " + std::to_string(stolen));
  return 0;
}

// Takes a port in a way that would let others join. "port", and then holds it.
int occupy(const Arguments&) {
  const JoinedPort taken = occupy_shared();
  say("port " + std::to_string(taken.socket.local_port()));
  wait_for_parent();
  return 0;
}

// The descriptors it was started with, but for the standard ones.
int list_descriptors(const Arguments&) {
  DIR* const open = ::opendir("/proc/self/fd");
  if (open == nullptr) throw Skipped("this system has no /proc/self/fd");
  while (const dirent* entry = ::readdir(open)) {
    const int fd = std::atoi(entry->d_name);
    if (fd <= STDERR_FILENO || fd == ::dirfd(open)) continue;
    std::array<char, 512> target{};
    const std::string path = "/proc/self/fd/" + std::string(entry->d_name);
    if (::readlink(path.c_str(), target.data(), target.size() - 1) < 0) continue;
    say(std::string(entry->d_name) + " " + target.data());
  }
  ::closedir(open);
  return 0;
}

// MILLISECONDS WINDOWS ATTEMPTS THREAD…: watches the threads of the parent, but for those named.
// "quiet 1" once none has gone to sleep, so none was woken, in so many windows in a row.
int watch_sleep(const Arguments& arguments) {
  const std::chrono::milliseconds window(number(arguments, 0));
  std::set<int> others;
  for (std::size_t i = 3; i < arguments.size(); ++i) others.insert(std::stoi(arguments[i]));
  // The parent has to fall asleep first.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  std::size_t quiet = 0;
  for (std::size_t i = 0; i < number(arguments, 2) && quiet < number(arguments, 1); ++i) {
    const std::string before = describe_switches(::getppid(), others);
    std::this_thread::sleep_for(window);
    const std::string after = describe_switches(::getppid(), others);
    quiet = before == after ? quiet + 1 : 0;
  }
  say("quiet " + std::to_string(quiet == number(arguments, 1) ? 1 : 0));
  return 0;
}

}  // namespace

Role find_role(std::string_view name) {
  static const std::map<std::string_view, Role> roles{{"silent", keep_silent},
                                                      {"flood", flood},
                                                      {"hold", hold},
                                                      {"again", ask_again},
                                                      {"join", join},
                                                      {"occupy", occupy},
                                                      {"descriptors", list_descriptors},
                                                      {"sleep", watch_sleep}};
  const auto found = roles.find(name);
  check(found != roles.end(), "there is no role " + std::string(name));
  return found->second;
}

}  // namespace oauth_callback::conformance
