#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include "check.hpp"
#include "process.hpp"

namespace oauth_callback::conformance {
namespace {

std::vector<std::string> entries_of(const char* folder) {
  DIR* const open = ::opendir(folder);
  if (open == nullptr) throw Skipped(std::string("this system has no ") + folder);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(open)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  ::closedir(open);
  return names;
}

template <typename Resource>
void append_limit(std::string& text, const char* name, Resource resource) {
  rlimit limit{};
  ::getrlimit(resource, &limit);
  text += std::string(name) + " " + std::to_string(limit.rlim_cur) + "/" +
          std::to_string(limit.rlim_max) + "\n";
}

Socket bound_socket(std::uint16_t port, bool shared, bool& bound) {
  Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw std::system_error(errno, std::generic_category(), "socket");
  const int on = 1;
  if (shared) {
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  return socket;
}

}  // namespace

std::size_t count_descriptors() { return entries_of("/proc/self/fd").size(); }

std::set<int> thread_ids() {
  std::set<int> ids;
  for (const std::string& name : entries_of("/proc/self/task")) ids.insert(std::stoi(name));
  return ids;
}

std::uint64_t count_wake_ups(const std::set<int>& others) {
  constexpr std::string_view key = "voluntary_ctxt_switches:";
  std::uint64_t count = 0;
  for (const int id : thread_ids()) {
    if (others.contains(id)) continue;
    std::ifstream status("/proc/self/task/" + std::to_string(id) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with(key)) count += std::stoull(line.substr(key.size()));
    }
  }
  return count;
}

std::string describe_process() {
  std::string text;
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  for (int number = 1; number < NSIG; ++number) {
    struct sigaction action {};
    if (::sigaction(number, nullptr, &action) != 0) continue;
    const char* what = action.sa_handler == SIG_DFL   ? "default"
                       : action.sa_handler == SIG_IGN ? "ignored"
                                                      : "handled";
    text += "signal " + std::to_string(number) + " " + what + " flags " +
            std::to_string(static_cast<unsigned>(action.sa_flags)) +
            (::sigismember(&blocked, number) == 1 ? " blocked\n" : "\n");
  }
  append_limit(text, "files", RLIMIT_NOFILE);
  append_limit(text, "stack", RLIMIT_STACK);
  append_limit(text, "core", RLIMIT_CORE);
  return text;
}

struct SigpipeDisposition::Saved {
  struct sigaction action;
};

SigpipeDisposition::SigpipeDisposition(Kind kind) : saved_(new Saved{}) {
  struct sigaction action {};
  action.sa_handler = kind == Kind::handled ? [](int) {} : SIG_DFL;
  ::sigaction(SIGPIPE, &action, &saved_->action);
}

SigpipeDisposition::~SigpipeDisposition() {
  ::sigaction(SIGPIPE, &saved_->action, nullptr);
  delete saved_;
}

std::vector<InetSocket> inet_sockets() {
  std::vector<InetSocket> found;
  for (int fd = 0; fd < 4096; ++fd) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) continue;
    InetSocket one;
    if (storage.ss_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, &storage, sizeof address);
      one.port = ntohs(address.sin_port);
      one.loopback = ntohl(address.sin_addr.s_addr) == INADDR_LOOPBACK;
    } else if (storage.ss_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, &storage, sizeof address);
      one.port = ntohs(address.sin6_port);
      one.loopback = IN6_IS_ADDR_LOOPBACK(&address.sin6_addr) != 0;
    } else {
      continue;
    }
    int listening = 0;
    socklen_t option_size = sizeof listening;
    ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &option_size);
    one.listening = listening != 0;
    one.close_on_exec = (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
    found.push_back(one);
  }
  return found;
}

Socket occupy_port(std::uint16_t port) {
  bool bound = false;
  Socket socket = bound_socket(port, false, bound);
  if (!bound || ::listen(socket.get(), 1) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
  return socket;
}

bool can_bind_shared(std::uint16_t port) {
  bool bound = false;
  const Socket socket = bound_socket(port, true, bound);
  return bound;
}

bool has_ipv6_loopback() {
  const Socket socket(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return socket &&
         ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace oauth_callback::conformance
