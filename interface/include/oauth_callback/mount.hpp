// The callback on a server that the program already runs, instead of on a second one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {

// Everything an ICallbackServer is, but for the sockets: those are the host's, and with them the
// contract's part T. Part H holds. <oauth_callback/poco_adapter.hpp> and
// <oauth_callback/httplib_adapter.hpp> connect it to a server of their library; handle() connects
// it to any other.
//
// start() opens nothing. Its options give the host and the port under which the program's server is
// reached
// (`ports` holds that one port), and from them the redirect URI and the Host check.
class CallbackMount final : public ICallbackServer {
 public:
  CallbackMount();
  ~CallbackMount() override;

  void start(const ServerOptions& options) override;
  std::string redirect_uri(std::string_view path) const override;
  PendingCallback expect(Expectation expectation) override;
  Outcome submit(std::string_view redirect) noexcept override;
  void stop() noexcept override;
  void request_stop() noexcept override;
  std::string_view backend() const noexcept override { return "mount"; }

  // Answers one request of the program's server. Any thread. Before start() and after stop(): 503.
  void handle(Request request, Responder responder);

  // The same for a library whose handlers answer before they return: blocks while the request is
  // parked, its page is held, or a hook runs.
  Response handle(Request request);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace oauth_callback
