#include "actors.hpp"

namespace oauth_callback::faults {

void check_result(const CallbackResult& result) {
  const Exempt own;
  require(result.code == secret_code && result.state == secret_state &&
              result.parameter("scope") == "profile",
          "the result is not what the provider sent");
}

void note_error(const std::exception& error, Effect& effect) {
  const Exempt own;
  require(*error.what() != '\0', "an error without a message");
  require(++effect.errors <= hits(), std::string("an error without a fault: ") + error.what());
}

Browser::Browser(const std::string& uri, Effect& effect)
    : effect_(effect),
      authority_(uri.substr(7, uri.find('/', 7) - 7)),
      port_(static_cast<std::uint16_t>(std::stoul(authority_.substr(authority_.rfind(':') + 1)))),
      silent_(connect_to(port_, true)) {
  require(port_ != 0, "a redirect URI without a port");
  if (!silent_) silent_ = connect_to(port_);
  require(static_cast<bool>(silent_), "nobody listens");
}

Reply Browser::load(const std::string& target) {
  for (int i = 0; i < max_attempts; ++i) {
    if (const Socket socket = open(target)) {
      Reply reply = read_reply(socket);
      if (reply.status != 0 && reply.status < 500) return reply;
    }
    ++effect_.reloads;
  }
  throw Failure("no page after " + std::to_string(max_attempts) + " attempts");
}

Reply Browser::load_once(const std::string& target) const {
  const Socket socket = connect_to(port_);
  if (!socket || !send_get(socket, authority_, target)) return {};
  return read_reply(socket);
}

Socket Browser::open(const std::string& target) const {
  Socket socket = connect_to(port_);
  require(static_cast<bool>(socket), "nobody listens any more");
  if (!send_get(socket, authority_, target)) socket.reset();
  return socket;
}

void Browser::load_favicon() {
  require(load("/favicon.ico").status == 404, "favicon.ico was not answered with 404");
}

void Browser::check_page(const Reply& reply) {
  require(reply.status == 200 && reply.body.find("Authorization received") != std::string::npos,
          "the answer to the callback has status " + std::to_string(reply.status));
}

Program::Program(const std::string& backend, Effect& effect) : effect_(effect) {
  {
    const Exempt own;
    options_.host = "localhost";
    options_.on_log = [this](std::string_view line) {
      const Exempt test;
      if (line.find(secret_code) != std::string_view::npos) leaked_ = true;
    };
  }
  server_ = attempt(effect_, [&] { return create_callback_server({.backend = backend}); });
}

void Program::start() {
  attempt(effect_, [&] { server_->start(options_); });
}

PendingCallback Program::expect() {
  return attempt(effect_, [&] { return server_->expect({.state = secret_state}); });
}

std::string Program::uri() {
  return attempt(effect_, [&] { return server_->redirect_uri("/callback"); });
}

CallbackResult Program::wait(PendingCallback& pending) {
  return attempt(effect_, [&] { return pending.wait(patience); });
}

void Program::end() {
  server_->stop();
  server_.reset();
  const Exempt own;
  require(!leaked_, "a log line holds the code");
}

void Completed::operator()(std::error_code error, const CallbackResult& result) {
  const Exempt own;
  const std::lock_guard lock(mutex_);
  ++calls_;
  error_ = error;
  result_ = result;
  changed_.notify_all();
}

bool Completed::called() {
  const std::lock_guard lock(mutex_);
  return calls_ > 0;
}

CallbackResult Completed::expect(std::error_code error) {
  const Exempt own;
  std::unique_lock lock(mutex_);
  require(changed_.wait_for(lock, patience, [&] { return calls_ > 0; }),
          "the completion callback was not called");
  require(calls_ == 1, "the completion callback was called twice");
  require(error_ == error, "the completion callback got: " + error_.message());
  return result_;
}

}  // namespace oauth_callback::faults
