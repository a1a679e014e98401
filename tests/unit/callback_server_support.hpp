// The one CallbackServer over a transport without sockets of its own.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "error_of.hpp"
#include "oauth_callback/backend.hpp"
#include "oauth_callback/callback_server.hpp"

namespace oauth_callback {

// Lets a test play the peer.
class FakeTransport : public Transport {
 public:
  void listen(ListenRequest request, Handler handler) override {
    request_ = std::move(request);
    handler_ = std::move(handler);
  }
  void stop() noexcept override { request_.sockets.clear(); }

  std::future<Response> ask(Request request) {
    auto promise = std::make_shared<std::promise<Response>>();
    handler_(std::move(request),
             Responder([promise](Response response) { promise->set_value(std::move(response)); },
                       request_.refusal));
    return promise->get_future();
  }

 private:
  ListenRequest request_;
  Handler handler_;
};

class CallbackServerTest : public testing::Test {
 protected:
  CallbackServerTest() {
    auto transport = std::make_unique<FakeTransport>();
    transport_ = transport.get();
    server_ = make_callback_server("fake", std::move(transport));
  }

  std::future<Response> get(const std::string& target) {
    const std::string uri = server_->redirect_uri("/");
    return transport_->ask({"GET", target, {{"Host", uri.substr(7, uri.size() - 8)}}, ""});
  }

  FakeTransport* transport_;
  std::unique_ptr<ICallbackServer> server_;
};

}  // namespace oauth_callback
