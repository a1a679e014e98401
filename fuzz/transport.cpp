// The bytes go through a real backend and its library, and must come out as RequestReader saw them.
// The backend is the environment's OAUTH_CALLBACK_BACKEND.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "oauth_callback/runtime_select.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "oauth_callback/spi/request_reader.hpp"
#include "oauth_callback/spi/response_writer.hpp"
#include "require.hpp"

using namespace oauth_callback;

namespace {

Response plain(int status) {
  return {status, {{"Content-Type", "text/plain"}}, std::to_string(status)};
}

// One transport for the whole run, and what its handler saw last.
class Peer {
 public:
  Peer() : transport_(BackendRegistry::built_in().choose().backend.create()) {
    ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), {}, plain};
    port_ = request.sockets.front().local_port();
    transport_->listen(std::move(request), [this](Request seen, Responder responder) {
      {
        const std::lock_guard lock(mutex_);
        seen_ = std::move(seen);
      }
      responder.send(plain(200));
    });
  }

  std::string ask(std::string_view bytes) {
    seen_.reset();
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0,
            "the server accepts");
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    ::shutdown(fd, SHUT_WR);
    std::string answer;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
    ::close(fd);
    return answer;
  }

  std::optional<Request> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::unique_ptr<Transport> transport_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::optional<Request> seen_;
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
  reader.feed(bytes);
  reader.finish();
  const std::string answer = peer.ask(bytes);
  const auto seen = peer.seen();
  if (bytes.empty()) {
    require(answer.empty() && !seen, "silence is not answered");
  } else if (reader.status() == RequestReader::Status::complete) {
    require(seen.has_value(), "the handler gets a complete request");
    require(as_text(*seen) == reader.canonical_head() + reader.body(),
            "the handler gets it as it was sent");
    require(answer == serialize(plain(200), reader.is_head()), "the answer is the handler's");
  } else {
    require(!seen, "the handler does not get what was refused");
    require(answer == serialize(plain(reader.refusal()), reader.is_head()),
            "the answer is the refusal");
  }
  return 0;
}
