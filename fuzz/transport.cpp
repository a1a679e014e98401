// The bytes go through a real backend and its library, and must come out as RequestReader saw them;
// and what the handler answers must reach the peer, byte for byte. The backend is the environment's
// OAUTH_CALLBACK_BACKEND.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "oauth_callback/runtime_select.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "oauth_callback/spi/request_reader.hpp"
#include "oauth_callback/spi/response_writer.hpp"
#include "require.hpp"

using namespace oauth_callback;

namespace {

constexpr timeval patience{20, 0};

Response refusal(int status) {
  return {status, {{"Content-Type", "text/plain"}}, std::to_string(status)};
}

// Any byte of a request can be in the body of the answer.
Response echo(const Request& request) {
  constexpr int statuses[] = {200, 303, 400, 404, 503};
  return {statuses[request.target.size() % std::size(statuses)],
          {{"X-Frame-Options", "DENY"}, {"Cache-Control", "no-store"}},
          request.target + request.body};
}

// How the peer sends: derived from the bytes, so that an input is always played in the same way.
struct Manner {
  std::size_t first_part;
  bool half_close;
};

// One transport for the whole run, and what its handler saw since the last question.
class Peer {
 public:
  Peer() : transport_(BackendRegistry::built_in().choose().backend.create()) {
    ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), {}, refusal};
    port_ = request.sockets.front().local_port();
    transport_->listen(std::move(request), [this](Request seen, Responder responder) {
      Response response = echo(seen);
      {
        const std::lock_guard lock(mutex_);
        seen_.push_back(std::move(seen));
      }
      responder.send(std::move(response));
    });
  }

  std::string ask(std::string_view bytes, const Manner& manner) {
    const int fd = connect();
    send(fd, bytes.substr(0, manner.first_part));
    send(fd, bytes.substr(manner.first_part));
    if (manner.half_close) ::shutdown(fd, SHUT_WR);
    std::string answer = read_to_end(fd);
    ::close(fd);
    return answer;
  }

  std::vector<Request> take_seen() {
    const std::lock_guard lock(mutex_);
    return std::exchange(seen_, {});
  }

 private:
  int connect() const {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int left = 2000;; --left) {
      const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      use_other_source(fd);
      if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
      // The fuzzer's own timer; or all ports of our side are in use by exchanges that have just
      // ended.
      require((errno == EINTR || errno == EADDRNOTAVAIL) && left > 0, "the server accepts");
      ::close(fd);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  // Thousands of ports in TIME_WAIT at 127.0.0.1 would leave few for whoever binds there.
  static void use_other_source([[maybe_unused]] int fd) {
#ifdef IP_BIND_ADDRESS_NO_PORT
    const int on = 1;
    ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    require(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
            "there is a 127.0.0.2");
#endif
  }

  static std::string read_to_end(int fd) {
    std::string answer;
    char buffer[4096];
    for (;;) {
      const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got < 0 && errno == EINTR) continue;  // the fuzzer's own timer
      require(got >= 0, "the connection ends, and without a reset");
      if (got == 0) return answer;
      answer.append(buffer, static_cast<std::size_t>(got));
    }
  }

  static void send(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      require(sent > 0, "the server reads, or drains, what it is sent");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  std::mutex mutex_;
  std::vector<Request> seen_;
  std::uint16_t port_ = 0;
  const std::unique_ptr<Transport> transport_;  // last: its handler uses the others
};

std::string as_text(const Request& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const Field& field : request.fields) text += field.name + ": " + field.value + "\r\n";
  return text + "\r\n" + request.body;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Peer peer;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestReader reader({});
  // Without its end a request that is not complete would be waited for.
  const bool needs_end = reader.feed(bytes) == RequestReader::Status::need_more;
  reader.finish();
  const std::size_t sum = std::hash<std::string_view>()(bytes);
  const Manner manner{sum % (size + 1), needs_end || sum / 7 % 2 == 0};

  const std::string answer = peer.ask(bytes, manner);
  const std::vector<Request> seen = peer.take_seen();
  if (bytes.empty()) {
    require(answer.empty() && seen.empty(), "silence is not answered");
  } else if (reader.status() == RequestReader::Status::complete) {
    require(seen.size() == 1, "the handler gets a complete request, once");
    require(as_text(seen.front()) == reader.canonical_head() + reader.body(),
            "the handler gets it as it was sent");
    require(answer == serialize(echo(seen.front()), reader.is_head()),
            "the answer is the handler's");
  } else {
    require(seen.empty(), "the handler does not get what was refused");
    require(answer == serialize(refusal(reader.refusal()), reader.is_head()),
            "the answer is the refusal");
  }
  return 0;
}
