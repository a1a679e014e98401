#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cfenv>
#include <clocale>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <new>
#include <string_view>
#include <system_error>

#include "check.hpp"
#include "peer.hpp"
#include "process.hpp"

extern char** environ;

namespace oauth_callback::conformance {
namespace {

using LimitName = decltype(RLIMIT_NOFILE);

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

// What stands after the key; empty when it is not there.
std::string status_line(const std::string& path, std::string_view key) {
  std::ifstream status(path);
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key)) return line.substr(key.size());
  }
  return {};
}

// Linux puts the backlog there.
int backlog_of([[maybe_unused]] int listener) {
#ifdef __linux__
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &size) == 0) {
    return static_cast<int>(info.tcpi_sacked);
  }
#endif
  return 0;
}

std::string address_of(void (*function)()) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(function));
}

void append_signals(std::string& text) {
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
}

void append_limit(std::string& text, int resource) {
  rlimit limit{};
  // An enumeration of its own in the GNU library, a number elsewhere.
  ::getrlimit(static_cast<LimitName>(resource), &limit);
  text += "limit " + std::to_string(resource) + " " + std::to_string(limit.rlim_cur) + "/" +
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

std::string describe_switches(int process, const std::set<int>& others) {
  const std::string folder = "/proc/" + std::to_string(process) + "/task";
  std::string text;
  for (const std::string& name : entries_of(folder.c_str())) {
    if (others.contains(std::stoi(name))) continue;
    text += name + status_line(folder + "/" + name + "/status", "voluntary_ctxt_switches:") + "\n";
  }
  return text;
}

int own_process() { return ::getpid(); }

std::size_t resident_kib(int process) {
  const std::string path = "/proc/" + std::to_string(process) + "/status";
  const std::string text = status_line(path, "VmRSS:");
  if (text.empty()) throw Skipped("this system has no " + path);
  return std::stoull(text);
}

std::string describe_process() {
  std::string text;
  append_signals(text);
  for (int resource = 0; resource < RLIM_NLIMITS; ++resource) append_limit(text, resource);
  text += "umask" + status_line("/proc/self/status", "Umask:") + "\n";
  std::array<char, 4096> folder{};
  if (::getcwd(folder.data(), folder.size()) != nullptr) text.append("in ").append(folder.data());
  text.append("\nlocale ").append(std::setlocale(LC_ALL, nullptr));
  // Its values are nobody's business.
  std::string environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.append(*entry).append("\n");
  text += "\nenvironment " + std::to_string(std::hash<std::string>()(environment));
  text += "\nrounding " + std::to_string(std::fegetround());
  text += "\npriority " + std::to_string(::getpriority(PRIO_PROCESS, 0));
  text += "\nterminate " + address_of(std::get_terminate());
  return text + "\nnew " + address_of(std::get_new_handler()) + "\n";
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

std::uint64_t socket_number([[maybe_unused]] NativeSocket socket) {
  std::uint64_t number = 0;
#ifdef SO_COOKIE
  socklen_t size = sizeof number;
  ::getsockopt(socket, SOL_SOCKET, SO_COOKIE, &number, &size);
#endif
  return number;
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
    one.backlog = one.listening ? backlog_of(fd) : 0;
    one.number = socket_number(fd);
    found.push_back(one);
  }
  return found;
}

bool still_accepts(std::uint16_t port, bool ipv6) {
  if (!Peer::can_connect(port, ipv6)) return false;
  const std::vector<InetSocket> all = inet_sockets();
  return std::any_of(all.begin(), all.end(),
                     [port](const InetSocket& one) { return one.listening && one.port == port; });
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
