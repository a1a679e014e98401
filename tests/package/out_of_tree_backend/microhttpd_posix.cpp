#include "microhttpd_posix.hpp"

#include <microhttpd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <oauth_callback/spi/blocking_server.hpp>
#include <oauth_callback/spi/response_writer.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace microhttpd {
namespace {

using oauth_callback::Exchange;
using oauth_callback::Field;
using oauth_callback::Request;
using oauth_callback::Response;
using oauth_callback::Socket;

using Daemon = std::unique_ptr<MHD_Daemon, decltype(&MHD_stop_daemon)>;
using LibraryResponse = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;

// For both heads, the library's default of 32 KiB is too little.
constexpr std::size_t connection_memory = 1024 * 1024;

// What the callbacks know of one request.
struct Conversation {
  Exchange& exchange;
  Request request = {};
  std::optional<Response> response = {};
  bool begun = false;
};

MHD_Result add_field(void* self, MHD_ValueKind /*kind*/, const char* name, std::size_t name_size,
                     const char* value, std::size_t value_size) noexcept try {
  Request& request = static_cast<Conversation*>(self)->request;
  request.fields.push_back({{name, name_size}, {value, value_size}});
  return MHD_YES;
} catch (const std::bad_alloc&) {
  return MHD_NO;
}

// The library takes no empty values; put_in_order() takes the blank out again.
const char* value_of(const Field& field) noexcept {
  return field.value.empty() ? " " : field.value.c_str();
}

// As RFC 9110 section 8.6 has it, but the contract knows no tunnels.
bool gets_no_length(std::string_view method, int status) noexcept {
  return method == MHD_HTTP_METHOD_CONNECT && status / 100 == 2;
}

MHD_Result send(const Conversation& conversation, MHD_Connection* connection) {
  const Response& response = *conversation.response;
  // The body is not copied: it stays where it is until the daemon has stopped.
  const LibraryResponse out(
      MHD_create_response_from_buffer(response.body.size(), const_cast<char*>(response.body.data()),
                                      MHD_RESPMEM_PERSISTENT),
      MHD_destroy_response);
  if (!out) return MHD_NO;
  const bool own_length = gets_no_length(conversation.request.method, response.status);
  if (own_length) {
    MHD_set_response_options(out.get(), MHD_RF_INSANITY_HEADER_CONTENT_LENGTH, MHD_RO_END);
  }
  for (const Field& field : oauth_callback::wire_fields(response)) {
    // Otherwise the library adds that one, even when it is there already.
    if (field.name == MHD_HTTP_HEADER_CONTENT_LENGTH && !own_length) continue;
    if (MHD_add_response_header(out.get(), field.name.c_str(), value_of(field)) != MHD_YES)
      return MHD_NO;
  }
  return MHD_queue_response(connection, static_cast<unsigned>(response.status), out.get());
}

// The library calls this before it decodes and cuts the target. What it returns comes back as
// `conversation` below.
void* keep_target(void* self, const char* target, MHD_Connection* /*connection*/) noexcept try {
  static_cast<Conversation*>(self)->request.target = target;
  return self;
} catch (const std::bad_alloc&) {
  return nullptr;
}

// The library calls this with the head, with each part of the body, and at the end. MHD_NO closes
// the connection, which makes the answer a 500. No exception may pass through the library: it is C.
MHD_Result answer(void* /*self*/, MHD_Connection* connection, const char* /*path*/,
                  const char* method, const char* /*version*/, const char* data, std::size_t* size,
                  void** conversation) noexcept try {
  if (*conversation == nullptr) return MHD_NO;
  Conversation& now = *static_cast<Conversation*>(*conversation);
  if (!std::exchange(now.begun, true)) {
    now.request.method = method;
    // Only the canonical ones are there, and they are sorted.
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, add_field, &now);
    return MHD_YES;
  }
  if (*size != 0) {
    now.request.body.append(data, std::exchange(*size, 0));
    return MHD_YES;
  }
  now.response = now.exchange.handle(now.request);
  return send(now, connection);
} catch (...) {
  return MHD_NO;
}

Daemon start_daemon(Conversation& conversation) {
  // No socket and no thread of its own. Date is left out. epoll, because select() ends at 1,024
  // descriptors.
  return {MHD_start_daemon(
              MHD_USE_NO_LISTEN_SOCKET | MHD_USE_EPOLL | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0, nullptr,
              nullptr, answer, nullptr, MHD_OPTION_URI_LOG_CALLBACK, keep_target, &conversation,
              MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory, MHD_OPTION_END),
          MHD_stop_daemon};
}

// The head as it has to be: the library puts Connection first, whatever it is given, and has a
// newer name for 413.
std::string put_in_order(std::string_view head, int status) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    lines.push_back(head.substr(0, end));
    head.remove_prefix(end + 2);
  }
  const auto name = [](std::string_view line) { return line.substr(0, line.find(':')); };
  std::stable_sort(lines.begin() + 1, lines.end(), [&](std::string_view a, std::string_view b) {
    return oauth_callback::iless(name(a), name(b));
  });
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out += oauth_callback::reason_phrase(status);
  out += "\r\n";
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    out += line->ends_with(":  ") ? line->substr(0, line->size() - 1) : *line;
    out += "\r\n";
  }
  return out;
}

std::string read_all(Exchange& exchange) {
  std::string all;
  std::array<char, 4096> part;
  while (const std::size_t size = exchange.read(part.data(), part.size())) {
    all.append(part.data(), size);
  }
  return all;
}

// The library reads and writes nothing but sockets: it gets one end of a pair, and we keep the
// other.
std::pair<Socket, Socket> make_pair_of_sockets() {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  return {Socket(pair[0]), Socket(pair[1])};
}

// Lets the library work until it has answered and closed its end. Nothing is waited for: what one
// end writes the other can read at once.
std::string run(MHD_Daemon* daemon, int ours, std::string_view input) {
  std::string output;
  std::array<char, 16 * 1024> part;
  for (;;) {
    const ssize_t sent = ::send(ours, input.data(), input.size(), MSG_NOSIGNAL);
    if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
    if (MHD_run(daemon) != MHD_YES) return output;
    const ssize_t received = ::recv(ours, part.data(), part.size(), 0);
    if (received > 0) output.append(part.data(), static_cast<std::size_t>(received));
    if (received == 0 || (received < 0 && errno != EAGAIN)) return output;
  }
}

// [transport]
// One request that was read and vetted, on a thread of its own.
void serve(Exchange& exchange) {
  const std::string input = read_all(exchange);
  Conversation conversation{exchange};
  auto [ours, theirs] = make_pair_of_sockets();
  const Daemon daemon = start_daemon(conversation);
  const sockaddr address{AF_UNIX, {}};
  if (!daemon ||
      MHD_add_connection(daemon.get(), theirs.release(), &address, sizeof(address)) != MHD_YES) {
    throw std::runtime_error("libmicrohttpd takes no connection");
  }
  const std::string output = run(daemon.get(), ours.get(), input);
  const std::size_t end = output.find("\r\n\r\n");
  // Without an answer of the handler's it is the library that refuses, in its own words: 500.
  if (!conversation.response || end == std::string::npos) return;
  exchange.write(put_in_order({output.data(), end + 2}, conversation.response->status));
  exchange.write(std::string_view(output).substr(end + 2));
}

class MicrohttpdTransport final : public oauth_callback::Transport {
 public:
  void listen(oauth_callback::ListenRequest request, oauth_callback::Handler handler) override {
    server_.listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override { server_.stop(); }

 private:
  oauth_callback::BlockingServer server_{serve};
};
// [transport]

}  // namespace

std::unique_ptr<oauth_callback::Transport> create_transport() {
  return std::make_unique<MicrohttpdTransport>();
}

const oauth_callback::Backend backend{"microhttpd", "GNU libmicrohttpd", create_transport};

}  // namespace microhttpd
