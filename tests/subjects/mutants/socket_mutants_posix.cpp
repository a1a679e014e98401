// T3: the sockets.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <stdexcept>

#include "mutant.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"

namespace oauth_callback::mutants {
namespace {

// Binds the same ports anew, otherwise.
void rebind(ListenRequest& request, std::uint32_t address, bool shared) {
  for (Socket& socket : request.sockets) {
    const std::uint16_t port = socket.local_port();
    socket.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(address);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 ||
        ::listen(socket.get(), 128) != 0) {
      throw std::runtime_error("a mutant could not bind");
    }
  }
}

void keep_on_exec(ListenRequest& request) {
  for (const Socket& socket : request.sockets) ::fcntl(socket.get(), F_SETFD, 0);
}

void drop_ipv6(ListenRequest& request) {
  if (request.sockets.size() > 1) {
    std::erase_if(request.sockets, [](const Socket& socket) { return socket.is_ipv6(); });
  }
}

void shorten_backlog(ListenRequest& request) {
  for (const Socket& socket : request.sockets) ::listen(socket.get(), 5);
}

}  // namespace

void add_socket_mutants(Mutants& mutants) {
  mutants.push_back({"T3.takes-any-host",
                     "Whatever host is asked for, 127.0.0.1 is taken.",
                     {"T3.only-loopback", "T3.ipv6", "T3.both-families"},
                     {.on_start = [](ServerOptions& options) { options.host = "127.0.0.1"; }}});
  mutants.push_back(
      {"T3.binds-everything",
       "The listening socket is bound to every address.",
       {"T3.bound-to-loopback"},
       {.on_listen = [](ListenRequest& request) { rebind(request, INADDR_ANY, false); }}});
  mutants.push_back(
      {"T3.shares-the-port",
       "SO_REUSEPORT is set.",
       {"T3.exclusive", "T3.nobody-joins", "T3.bound-once"},
       {.on_listen = [](ListenRequest& request) { rebind(request, INADDR_LOOPBACK, true); }}});
  mutants.push_back({"T3.inherits-listeners",
                     "The listening sockets are not closed on exec.",
                     {"T3.bound-to-loopback", "T3.nothing-inherited", "T3.port-is-not-kept"},
                     {.on_listen = keep_on_exec}});
  mutants.push_back({"T3.inherits-accepted",
                     "Accepted sockets are not closed on exec.",
                     {"T3.accepted-not-inherited", "T3.nothing-inherited"},
                     {.defects = {.inherits_accepted = true}}});
  mutants.push_back(
      {"T3.any-port-will-do",
       "The candidate ports are ignored.",
       {"T3.candidates-in-order", "T3.busy-port", "T3.free-at-once", "T3.joins-nobody"},
       {.on_start = [](ServerOptions& options) { options.ports = {0}; }}});
  mutants.push_back({"T3.first-port-only",
                     "The first candidate is the only one.",
                     {"T3.candidates-in-order"},
                     {.on_start = [](ServerOptions& options) { options.ports.resize(1); }}});
  mutants.push_back({"T3.one-family",
                     "With localhost only IPv4 is served.",
                     {"T3.both-families"},
                     {.on_listen = drop_ipv6}});
  mutants.push_back({"T3.keeps-the-port",
                     "The port stays taken after stop().",
                     {"T3.free-at-once", "T3.both-families"},
                     {.defects = {.stop_keeps_listening = true}}});
  mutants.push_back({"T3.short-backlog",
                     "The library listens anew, with a backlog of 5.",
                     {"T3.backlog"},
                     {.on_listen = shorten_backlog}});
}

}  // namespace oauth_callback::mutants
