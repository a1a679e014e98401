#include "differential/contest.hpp"

#include <map>
#include <mutex>
#include <utility>

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

Reply exchange(std::uint16_t port, const Input& input) {
  conformance::Peer peer(port, {.other_source = true});
  peer.send(input.bytes);  // a refusal may come before everything was sent
  if (input.half_close) peer.half_close();
  return peer.read_to_end();
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
    const Reply reply = exchange(port_, input);
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
    options.pages.success_url = "https://app.example/welcome";
    options.on_request = [this](const RequestEvent& event) { record(event); };
    server_->start(options);
    port_ = conformance::port_of(server_->redirect_uri("/"));
    for (const Expectation& expectation : expectations) expect(expectation);
  }

  Outcome play(const Input& input) override {
    const Reply reply = exchange(port_, input);
    Outcome outcome{reply.bytes, std::string(conformance::to_string(reply.end)), ""};
    std::string completed;
    {
      const std::lock_guard lock(mutex_);
      outcome.event = std::exchange(event_, "");
      completed = std::exchange(completed_, "");
    }
    for (const Expectation& expectation : expectations) {
      if (!completed.ends_with(expectation.path)) continue;
      const CallbackResult result = pending_[expectation.path].wait(conformance::patience);
      for (const Parameter& parameter : result.parameters) {
        outcome.event += "\n" + parameter.name + "=" + parameter.value;
      }
      expect(expectation);
    }
    return outcome;
  }

 private:
  inline static const std::vector<Expectation> expectations{
      {.state = "S", .form_post = true},
      {.path = "/issuer", .state = "S", .issuer = "https://as.example"}};

  void expect(const Expectation& expectation) {
    pending_[expectation.path] = server_->expect(expectation);
  }

  void record(const RequestEvent& event) {
    const std::lock_guard lock(mutex_);
    if (event.outcome == oauth_callback::Outcome::completed) completed_ = event.path;
    event_ = std::string(to_string(event.outcome)) + " " + std::string(event.method) + " " +
             std::string(event.path) + " from '" + std::string(event.origin) + "' " +
             std::to_string(event.status) + ", wrong states +" +
             std::to_string(event.wrong_states - std::exchange(wrong_states_, event.wrong_states));
  }

  std::mutex mutex_;
  std::string event_;
  std::string completed_;  // the path, as sent
  // So far; only what one input adds is compared, or one difference would bring a thousand.
  std::size_t wrong_states_ = 0;
  std::map<std::string, PendingCallback> pending_;
  std::uint16_t port_ = 0;
  const std::unique_ptr<ICallbackServer> server_;  // last: its hook uses the others
};

}  // namespace

std::unique_ptr<Player> make_echo_player(const Contestant& contestant) {
  return std::make_unique<EchoPlayer>(contestant);
}

std::unique_ptr<Player> make_server_player(const Contestant& contestant) {
  return std::make_unique<ServerPlayer>(contestant);
}

}  // namespace oauth_callback::differential
