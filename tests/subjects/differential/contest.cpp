#include "differential/contest.hpp"

#include <mutex>

#include "messages.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"
#include "rig.hpp"

namespace oauth_callback::differential {
namespace {

using conformance::Reply;

Response echo(const Request& request) {
  std::string body = request.method + "\n" + request.target + "\n";
  for (const Field& field : request.fields) body += field.name + ": " + field.value + "\n";
  return {200, {{"Content-Type", "application/octet-stream"}}, body + "\n" + request.body};
}

class EchoPlayer final : public Player {
 public:
  explicit EchoPlayer(const Contestant& contestant) : transport_(contestant.create()) {
    ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), conformance::patient_limits(),
                          conformance::test_refusal};
    port_ = request.sockets.front().local_port();
    transport_->listen(std::move(request), [](const Request& received, Responder responder) {
      responder.send(echo(received));
    });
  }

  Outcome play(const Input& input) override {
    const Reply reply = conformance::exchange(port_, input.bytes, input.half_close);
    return {reply.bytes, std::string(conformance::to_string(reply.end)), ""};
  }

 private:
  const std::unique_ptr<Transport> transport_;
  std::uint16_t port_ = 0;
};

class ServerPlayer final : public Player {
 public:
  explicit ServerPlayer(const Contestant& contestant)
      : server_(make_callback_server(contestant.name, contestant.create())) {
    ServerOptions options = conformance::ServerRig::patient_options();
    options.accepted_hosts = {std::string(conformance::any_host)};
    options.callback_path = "";
    options.on_request = [this](const RequestEvent& event) {
      const std::lock_guard lock(mutex_);
      completed_ = event.outcome == oauth_callback::Outcome::completed;
      event_ = std::string(to_string(event.outcome)) + " " + std::string(event.method) + " " +
               std::string(event.path) + " from '" + std::string(event.origin) + "' " +
               std::to_string(event.status) + ", wrong states " +
               std::to_string(event.wrong_states);
    };
    server_->start(options);
    port_ = conformance::port_of(server_->redirect_uri("/"));
    expect();
    never_completed_ =
        server_->expect({.path = "/issuer", .state = "S", .issuer = "https://as.example"});
  }

  Outcome play(const Input& input) override {
    {
      const std::lock_guard lock(mutex_);
      event_.clear();
      completed_ = false;
    }
    const Reply reply = conformance::exchange(port_, input.bytes, input.half_close);
    Outcome outcome{reply.bytes, std::string(conformance::to_string(reply.end)), ""};
    bool completed = false;
    {
      const std::lock_guard lock(mutex_);
      outcome.event = event_;
      completed = completed_;
    }
    if (completed) {
      for (const Parameter& parameter : pending_.wait(conformance::patience).parameters) {
        outcome.event += "\n" + parameter.name + "=" + parameter.value;
      }
      expect();
    }
    return outcome;
  }

 private:
  void expect() { pending_ = server_->expect({.state = "S", .form_post = true}); }

  std::mutex mutex_;
  std::string event_;
  bool completed_ = false;
  PendingCallback pending_;
  PendingCallback never_completed_;
  std::uint16_t port_ = 0;
  const std::unique_ptr<ICallbackServer> server_;
};

}  // namespace

std::unique_ptr<Player> make_echo_player(const Contestant& contestant) {
  return std::make_unique<EchoPlayer>(contestant);
}

std::unique_ptr<Player> make_server_player(const Contestant& contestant) {
  return std::make_unique<ServerPlayer>(contestant);
}

}  // namespace oauth_callback::differential
