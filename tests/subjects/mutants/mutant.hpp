// The proof that the cases have teeth: one transport and one callback server, each time broken in
// one way, and the cases that must notice.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/callback_server.hpp"
#include "oauth_callback/conformance.hpp"
#include "reference/defects.hpp"

namespace oauth_callback::mutants {

// What a broken handler knows of the server it belongs to.
struct Known {
  std::string authority;
  std::vector<Expectation> expected;
};

using OnRequest = std::function<void(Request&, const Known&)>;
using OnResponse = std::function<void(Response&, const Request&)>;

// The levers. A mutant pulls one of them.
struct Tampering {
  reference::Defects defects = {};
  std::function<void(ListenRequest&)> on_listen = {};
  OnRequest on_request = {};    // before the handler decides
  OnResponse on_response = {};  // after it
  std::function<Handler(Handler)> handler = {};
  std::function<std::unique_ptr<Transport>(std::unique_ptr<Transport>)> transport = {};
  std::function<void(ServerOptions&)> on_start = {};
  std::function<void(Expectation&)> on_expect = {};
  std::function<std::unique_ptr<ICallbackServer>(std::unique_ptr<ICallbackServer>)> server = {};
};

Tampering on_request(void (*edit)(Request&));
Tampering on_response(void (*edit)(Response&));

// How a case notices.
enum class Noticed {
  by_failing,
  by_dying,   // the process ends with a signal
  by_hanging  // the watchdog would end it
};

struct Mutant {
  std::string id;      // CLAUSE.what-is-broken
  std::string defect;  // one sentence
  // The ids of the cases, each of which must notice; '*' at the end stands for the rest of many.
  std::vector<std::string> cases;
  Tampering tampering;
  Noticed noticed = Noticed::by_failing;
  bool is_memory = false;  // what a sanitizer needs for itself would hide it
};

using Mutants = std::vector<Mutant>;

void add_request_mutants(Mutants&);     // T1
void add_answer_mutants(Mutants&);      // T2, T8
void add_socket_mutants(Mutants&);      // T3
void add_connection_mutants(Mutants&);  // T4, T5, T6
void add_grammar_mutants(Mutants&);     // T7
void add_stop_mutants(Mutants&);        // T9
void add_process_mutants(Mutants&);     // T10 to T12
void add_decision_mutants(Mutants&);    // H1 to H7
void add_response_mutants(Mutants&);    // H8 to H12, and the fields of every answer
void add_wait_mutants(Mutants&);        // H12 and H13: several waits, early responses, HEAD
void add_hold_mutants(Mutants&);        // H15
void add_order_mutants(Mutants&);       // H14
void add_paste_mutants(Mutants&);       // H16
void add_capture_mutants(Mutants&);     // C

// The reference, or the library's own server over it, with this tampering.
conformance::Subject make_subject(const Tampering& tampering);

// A transport, or a server, that does what another one does. To be derived from.
class ForwardingTransport : public Transport {
 public:
  explicit ForwardingTransport(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}
  void listen(ListenRequest request, Handler handler) override {
    inner_->listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override { inner_->stop(); }

 protected:
  std::unique_ptr<Transport> inner_;
};

class ForwardingServer : public ICallbackServer {
 public:
  explicit ForwardingServer(std::unique_ptr<ICallbackServer> inner) : inner_(std::move(inner)) {}
  void start(const ServerOptions& options) override { inner_->start(options); }
  std::string redirect_uri(std::string_view path) const override {
    return inner_->redirect_uri(path);
  }
  PendingCallback expect(Expectation expectation) override {
    return inner_->expect(std::move(expectation));
  }
  Outcome submit(std::string_view redirect) noexcept override { return inner_->submit(redirect); }
  void stop() noexcept override { inner_->stop(); }
  void request_stop() noexcept override { inner_->request_stop(); }
  std::string_view backend() const noexcept override { return inner_->backend(); }

 protected:
  std::unique_ptr<ICallbackServer> inner_;
};

// A wait with the outcome of another, as `tell` tells it to the promise behind it.
using Tell = std::function<void(const CallbackPromise&, std::error_code, const CallbackResult&)>;
PendingCallback retell(PendingCallback inner, Tell tell, CallbackPromise outer = {});
void tell_all(const CallbackPromise& outer, std::error_code error, const CallbackResult& result);

// Tampering::transport and ::server for a class of these kinds.
template <typename Broken, typename Inner>
std::function<std::unique_ptr<Inner>(std::unique_ptr<Inner>)> wrap() {
  return [](std::unique_ptr<Inner> inner) { return std::make_unique<Broken>(std::move(inner)); };
}

}  // namespace oauth_callback::mutants
