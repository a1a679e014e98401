// What a case runs against: a transport with a handler of the suite's own, or a whole callback
// server.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "messages.hpp"
#include "oauth_callback/backend.hpp"
#include "oauth_callback/conformance.hpp"

namespace oauth_callback::conformance {

// Opened once, waited for by many. Waiting fails the case when it takes longer than `patience`.
class Gate {
 public:
  void open();
  void wait();
  bool is_open() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

// Joined at the end, also when a check has thrown before.
class Thread {
 public:
  explicit Thread(std::function<void()> body) : thread_(std::move(body)) {}
  Thread(Thread&&) = default;
  ~Thread() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  std::thread thread_;
};

// The requests that reached a handler.
class Recorder {
 public:
  void add(Request request);
  std::vector<Request> all() const;
  std::size_t count() const;
  void wait_for(std::size_t count) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Request> requests_;
};

// Limits with times that only a hanging server reaches.
Limits patient_limits();

// Fails with Skipped when the subject is a whole server.
std::unique_ptr<Transport> make_transport(const Subject& subject);

// A listening transport. Without a handler, requests are recorded and get ok_response().
class TransportRig {
 public:
  explicit TransportRig(const Subject& subject, Limits limits = patient_limits(),
                        Handler handler = {});
  ~TransportRig();

  // On any free port.
  void listen();
  void stop() { transport_->stop(); }
  void destroy() { transport_.reset(); }

  std::uint16_t port() const noexcept { return port_; }
  Transport& transport() { return *transport_; }
  Recorder& seen() { return *seen_; }

  // The one request that was sent, as the handler saw it.
  Request round_trip(std::string_view bytes);

 private:
  const Limits limits_;
  const std::shared_ptr<Recorder> seen_ = std::make_shared<Recorder>();
  Handler handler_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Transport> transport_;
};

const Response& ok_response();

struct Event {
  std::string method;
  std::string path;
  std::string origin;
  Outcome outcome = Outcome::not_expected;
  int status = 0;
  std::size_t wrong_states = 0;
};

inline constexpr std::string_view test_state = "xyzABC123-._~state";

// A callback server over the subject's transport, or the subject's own.
std::unique_ptr<ICallbackServer> make_server(const Subject& subject);

// A started callback server that records its events.
class ServerRig {
 public:
  explicit ServerRig(const Subject& subject, ServerOptions options = patient_options());
  static ServerOptions patient_options();

  ICallbackServer& server() { return *server_; }
  void destroy() { server_.reset(); }
  std::uint16_t port() const noexcept { return port_; }
  const std::string& authority() const noexcept { return authority_; }
  std::vector<Event> events() const;
  Event last_event() const;

  // By default: for test_state on /callback.
  PendingCallback expect(Expectation expectation = {.state = std::string(test_state)});

  // Fills in our Host, unless one is given.
  Reply send(Sent sent);
  Answer ask(Sent sent);
  Answer get(std::string target);
  // Without waiting for the answer.
  Peer begin(Sent sent);

  // A good response to what expect() expects by default. Fails the case unless `pending` gets this
  // very one.
  void complete(PendingCallback& pending, std::string_view code = "GOOD");

 private:
  struct Events;
  const std::shared_ptr<Events> events_;
  std::unique_ptr<ICallbackServer> server_;
  std::uint16_t port_ = 0;
  std::string authority_;
};

// The target of a good response.
std::string good_target(std::string_view code = "GOOD");

std::uint16_t port_of(std::string_view redirect_uri);

}  // namespace oauth_callback::conformance
