#include "mutant.hpp"

#include <utility>

#include "reference/reference_transport.hpp"

namespace oauth_callback::mutants {
namespace {

struct SharedKnown {
  std::mutex mutex;
  Known known;

  Known get() {
    const std::lock_guard lock(mutex);
    return known;
  }
};

// Breaks what passes between a transport and its handler.
class TamperedTransport final : public ForwardingTransport {
 public:
  TamperedTransport(std::unique_ptr<Transport> inner, Tampering tampering,
                    std::shared_ptr<SharedKnown> known)
      : ForwardingTransport(std::move(inner)),
        tampering_(std::move(tampering)),
        known_(std::move(known)) {}

  void listen(ListenRequest request, Handler handler) override {
    if (tampering_.on_listen) tampering_.on_listen(request);
    if (tampering_.handler) handler = tampering_.handler(std::move(handler));
    if (tampering_.on_request || tampering_.on_response) {
      handler = tamper(std::move(handler), request.refusal);
    }
    inner_->listen(std::move(request), std::move(handler));
  }

 private:
  Handler tamper(Handler handler, Refusal refusal) {
    return [handler = std::move(handler), refusal = std::move(refusal), tampering = tampering_,
            known = known_](Request request, Responder responder) {
      const Request original = request;
      if (tampering.on_request) tampering.on_request(request, known->get());
      if (!tampering.on_response) return handler(std::move(request), std::move(responder));
      const auto answer = [original, responder = std::make_shared<Responder>(std::move(responder)),
                           on_response = tampering.on_response](Response response) {
        on_response(response, original);
        responder->send(std::move(response));
      };
      handler(std::move(request), Responder(answer, refusal));
    };
  }

  const Tampering tampering_;
  const std::shared_ptr<SharedKnown> known_;
};

// Breaks what passes between a program and its server.
class TamperedServer final : public ForwardingServer {
 public:
  TamperedServer(std::unique_ptr<ICallbackServer> inner, Tampering tampering,
                 std::shared_ptr<SharedKnown> known)
      : ForwardingServer(std::move(inner)),
        tampering_(std::move(tampering)),
        known_(std::move(known)) {}

  void start(const ServerOptions& options) override {
    ServerOptions tampered = options;
    if (tampering_.on_start) tampering_.on_start(tampered);
    inner_->start(tampered);
  }

  PendingCallback expect(Expectation expectation) override {
    const std::string uri = inner_->redirect_uri("/");
    {
      const std::lock_guard lock(known_->mutex);
      known_->known.authority = uri.substr(7, uri.size() - 8);
      known_->known.expected.push_back(expectation);
    }
    if (tampering_.on_expect) tampering_.on_expect(expectation);
    return inner_->expect(std::move(expectation));
  }

 private:
  const Tampering tampering_;
  const std::shared_ptr<SharedKnown> known_;
};

std::unique_ptr<Transport> make_transport(const Tampering& tampering,
                                          const std::shared_ptr<SharedKnown>& known) {
  std::unique_ptr<Transport> transport = reference::create_transport(tampering.defects);
  if (tampering.transport) transport = tampering.transport(std::move(transport));
  return std::make_unique<TamperedTransport>(std::move(transport), tampering, known);
}

std::unique_ptr<ICallbackServer> make_server(const Tampering& tampering) {
  const auto known = std::make_shared<SharedKnown>();
  std::unique_ptr<ICallbackServer> server =
      make_callback_server("mutant", make_transport(tampering, known));
  if (tampering.server) server = tampering.server(std::move(server));
  return std::make_unique<TamperedServer>(std::move(server), tampering, known);
}

}  // namespace

Tampering on_request(void (*edit)(Request&)) {
  return {.on_request = [edit](Request& request, const Known&) { edit(request); }};
}

Tampering on_response(void (*edit)(Response&)) {
  return {.on_response = [edit](Response& response, const Request&) { edit(response); }};
}

PendingCallback retell(PendingCallback pending, Tell tell, CallbackPromise outer) {
  const auto inner = std::make_shared<PendingCallback>(std::move(pending));
  inner->on_complete(
      [outer, tell = std::move(tell)](std::error_code error, const CallbackResult& result) {
        tell(outer, error, result);
      });
  outer.on_cancel([inner] { inner->cancel(); });
  return outer.pending();
}

void tell_all(const CallbackPromise& outer, std::error_code error, const CallbackResult& result) {
  if (error) {
    outer.reject(error);
  } else {
    outer.resolve(result);
  }
}

conformance::Subject make_subject(const Tampering& tampering) {
  return {
      .name = "mutant",
      .create = [tampering] { return make_transport(tampering, std::make_shared<SharedKnown>()); },
      .create_server = [tampering] { return make_server(tampering); }};
}

}  // namespace oauth_callback::mutants
