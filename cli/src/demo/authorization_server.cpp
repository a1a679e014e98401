#include "authorization_server.hpp"

#include <utility>

#include "oauth_callback/spi/loopback_listener.hpp"
#include "provider_pages.hpp"

namespace oauth_callback::cli {

AuthorizationServer::AuthorizationServer(const Backend& backend, Provider::Narrate narrate) {
  ListenRequest request;
  request.sockets = open_loopback_listeners("127.0.0.1", {0});
  request.refusal = [](int status) {
    return problem_page(status, std::to_string(status) + " " + std::string(reason_phrase(status)));
  };
  issuer_ = "http://127.0.0.1:" + std::to_string(request.sockets.front().local_port());
  provider_ = std::make_unique<Provider>(issuer_, std::move(narrate));
  transport_ = backend.create();
  transport_->listen(std::move(request),
                     [provider = provider_.get()](Request incoming, Responder responder) {
                       responder.send(provider->handle(incoming));
                     });
}

AuthorizationServer::~AuthorizationServer() { transport_->stop(); }

}  // namespace oauth_callback::cli
