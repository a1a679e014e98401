#include "rig.hpp"

#include <charconv>
#include <utility>

#include "check.hpp"
#include "oauth_callback/spi/loopback_listener.hpp"

namespace oauth_callback::conformance {

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Gate::wait() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return open_; })) fail("waited in vain");
}

bool Gate::is_open() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

void Recorder::add(Request request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  changed_.notify_all();
}

std::vector<Request> Recorder::all() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t Recorder::count() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

void Recorder::wait_for(std::size_t count) const {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [&] { return requests_.size() >= count; })) {
    fail("the handler was called " + std::to_string(requests_.size()) + " times instead of " +
         std::to_string(count));
  }
}

Limits patient_limits() {
  Limits limits;
  limits.request_timeout = patience * 2;
  limits.response_timeout = patience * 2;
  limits.linger_timeout = patience;
  limits.drain_timeout = patience;
  return limits;
}

const Response& ok_response() {
  static const Response response{200, {{"Content-Type", "text/plain"}}, "as you wish\n"};
  return response;
}

std::unique_ptr<Transport> make_transport(const Subject& subject) {
  if (!subject.create) throw Skipped("the subject is a server, and names no transport");
  std::unique_ptr<Transport> transport = subject.create();
  check(transport != nullptr, "Subject::create returned nothing");
  return transport;
}

TransportRig::TransportRig(const Subject& subject, Limits limits, Handler handler)
    : limits_(limits), handler_(std::move(handler)), transport_(make_transport(subject)) {
  if (!handler_) {
    handler_ = [seen = seen_](Request request, Responder responder) {
      seen->add(std::move(request));
      responder.send(ok_response());
    };
  }
  listen();
}

TransportRig::~TransportRig() {
  if (transport_) transport_->stop();
}

void TransportRig::listen() {
  ListenRequest request{open_loopback_listeners("127.0.0.1", {0}), limits_, test_refusal};
  port_ = request.sockets.front().local_port();
  transport_->listen(std::move(request), handler_);
}

Request TransportRig::round_trip(std::string_view bytes) {
  const std::size_t before = seen_->count();
  const bool head = bytes.starts_with("HEAD ");
  check_reply(exchange(port_, bytes), expected_bytes(ok_response(), head),
              "the answer to " + show(bytes));
  const std::vector<Request> all = seen_->all();
  check_equal(all.size(), before + 1, "calls of the handler");
  return all.back();
}

std::unique_ptr<ICallbackServer> make_server(const Subject& subject) {
  if (subject.create_server) return subject.create_server();
  return make_callback_server(subject.name, make_transport(subject));
}

struct ServerRig::Events {
  mutable std::mutex mutex;
  std::vector<Event> all;
};

ServerOptions ServerRig::patient_options() {
  ServerOptions options;
  options.limits = patient_limits();
  return options;
}

ServerRig::ServerRig(const Subject& subject, ServerOptions options)
    : events_(std::make_shared<Events>()), server_(make_server(subject)) {
  options.on_request = [events = events_,
                        hook = std::move(options.on_request)](const RequestEvent& event) {
    {
      const std::lock_guard lock(events->mutex);
      events->all.push_back({std::string(event.method), std::string(event.path),
                             std::string(event.origin), event.outcome, event.status,
                             event.wrong_states});
    }
    if (hook) hook(event);
  };
  server_->start(options);
  const std::string uri = server_->redirect_uri("/");
  port_ = port_of(uri);
  authority_ = uri.substr(7, uri.size() - 8);
}

std::vector<Event> ServerRig::events() const {
  const std::lock_guard lock(events_->mutex);
  return events_->all;
}

Event ServerRig::last_event() const {
  const std::vector<Event> all = events();
  check(!all.empty(), "on_request was not called");
  return all.back();
}

PendingCallback ServerRig::expect(Expectation expectation) {
  return server_->expect(std::move(expectation));
}

Peer ServerRig::begin(Sent sent) {
  if (sent.host == any_host) sent.host = authority_;
  Peer peer(port_, {.ipv6 = authority_.starts_with('[')});
  peer.send(to_bytes(sent));
  return peer;
}

Reply ServerRig::send(Sent sent) { return begin(std::move(sent)).read_to_end(); }

Answer ServerRig::ask(Sent sent) {
  const bool head = sent.method == "HEAD";
  return parse_answer(send(std::move(sent)), head);
}

Answer ServerRig::get(std::string target) { return ask({.target = std::move(target)}); }

void ServerRig::complete(PendingCallback& pending, std::string_view code) {
  const Answer answer = get(good_target(code));
  check_equal(answer.status, 200, "the status for the good response");
  const CallbackResult result = pending.wait(patience);
  check_equal(result.code, code, "the code that ended the wait");
}

std::string good_target(std::string_view code) {
  return "/callback?code=" + std::string(code) + "&state=" + std::string(test_state);
}

std::uint16_t port_of(std::string_view redirect_uri) {
  constexpr std::string_view scheme = "http://";
  check(redirect_uri.starts_with(scheme), "not an http URI: " + show(redirect_uri));
  redirect_uri.remove_prefix(scheme.size());
  redirect_uri = redirect_uri.substr(0, redirect_uri.find('/'));
  const std::size_t colon = redirect_uri.rfind(':');
  check(colon != std::string_view::npos, "no port in the redirect URI");
  std::uint16_t port = 0;
  std::from_chars(redirect_uri.data() + colon + 1, redirect_uri.data() + redirect_uri.size(), port);
  return port;
}

}  // namespace oauth_callback::conformance
