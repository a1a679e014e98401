#include <algorithm>
#include <memory>
#include <utility>

#include "oauth_callback/httplib.hpp"
#include "oauth_callback/httplib_adapter.hpp"
#include "oauth_callback/spi/blocking_server.hpp"
#include "oauth_callback/spi/response_writer.hpp"
#include "oauth_callback/spi/sigpipe_guard.hpp"

namespace oauth_callback::httplib {
namespace {

// httplib refuses a second '?' before version 0.16. RequestReader lets no such byte through, so it
// can stand in.
constexpr char stand_in = '\xff';

// The exchange as a stream. No `override`: which of these functions exist differs between versions.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#pragma clang diagnostic ignored "-Wsuggest-override"
#endif
class ExchangeStream final : public ::httplib::Stream {
 public:
  explicit ExchangeStream(Exchange& exchange) : exchange_(exchange) {}

  bool is_readable() const { return true; }
  bool is_writable() const { return true; }
  bool wait_readable() const { return true; }
  bool wait_writable() const { return true; }
  ssize_t read(char* buffer, size_t size) {
    const std::size_t taken = exchange_.read(buffer, size);
    std::for_each(buffer, buffer + taken, [this](char& c) { hide_question_mark(c); });
    return static_cast<ssize_t>(taken);
  }
  ssize_t write(const char* data, size_t size) {
    exchange_.write({data, size});
    return static_cast<ssize_t>(size);
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const { ip.clear(), port = 0; }
  void get_local_ip_and_port(std::string& ip, int& port) const { ip.clear(), port = 0; }
  socket_t socket() const { return 0; }
  time_t duration() const { return 0; }

 private:
  // All but the first of the request line.
  void hide_question_mark(char& c) noexcept {
    if (c == '\n') in_request_line_ = false;
    if (!in_request_line_ || c != '?') return;
    if (std::exchange(seen_question_mark_, true)) c = stand_in;
  }

  Exchange& exchange_;
  bool in_request_line_ = true;
  bool seen_question_mark_ = false;
};

// An httplib::Server that listens on nothing: it is given one request at a time, on any thread.
class ExchangeServer final : public ::httplib::Server {
 public:
  ExchangeServer() {
    // Before routing: the routes of httplib match a regular expression, and read forms by
    // themselves.
    set_pre_routing_handler([](const ::httplib::Request& request, ::httplib::Response& response) {
      Request converted = to_request(request);
      std::replace(converted.target.begin(), converted.target.end(), stand_in, '?');
      converted.body = current_->exchange.body();
      current_->response = current_->exchange.handle(std::move(converted));
      fill(current_->response, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const ::httplib::Request&, ::httplib::Response& response) {
      response.headers.clear();
      for (const Field& field : wire_fields(current_->response)) {
        response.headers.emplace(field.name, field.value);
      }
    });
  }

  void serve(Exchange& exchange) {
    Current current{exchange, {}};
    current_ = &current;
    ExchangeStream stream(exchange);
    process(*this, stream);
    current_ = nullptr;
  }

 private:
  struct Current {
    Exchange& exchange;
    Response response;
  };

  // The signature changed in version 0.18.
  template <typename Self>
  static void process(Self& self, ExchangeStream& stream) {
    bool closed = false;
    if constexpr (requires { self.process_request(stream, true, closed, nullptr); }) {
      self.process_request(stream, true, closed, nullptr);
    } else {
      self.process_request(stream, "", 0, "", 0, true, closed, nullptr);
    }
  }

  static thread_local Current* current_;  // an exchange has a thread of its own
};

thread_local ExchangeServer::Current* ExchangeServer::current_ = nullptr;

// The constructor of httplib::Server ignores SIGPIPE for the whole process.
std::unique_ptr<ExchangeServer> make_server() {
  const SigpipeGuard guard;
  return std::make_unique<ExchangeServer>();
}

class HttplibTransport final : public Transport {
 public:
  void listen(ListenRequest request, Handler handler) override {
    server_.listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override { server_.stop(); }

 private:
  const std::unique_ptr<ExchangeServer> httplib_ = make_server();
  BlockingServer server_{[this](Exchange& exchange) { httplib_->serve(exchange); }};
};

}  // namespace

std::unique_ptr<Transport> create_transport() { return std::make_unique<HttplibTransport>(); }

const Backend backend{"httplib", "cpp-httplib, httplib::Server::process_request", create_transport};

std::unique_ptr<ICallbackServer> create_callback_server() {
  return make_callback_server(backend.name, create_transport());
}

}  // namespace oauth_callback::httplib
