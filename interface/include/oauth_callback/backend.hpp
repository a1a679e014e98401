// What the author of a backend implements: a Transport that moves HTTP messages and knows nothing
// of OAuth. docs/backend_authors.md walks through one; <oauth_callback/spi/…> holds the parts that
// keep the contract.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "oauth_callback/callback_server.hpp"
#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"
#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback {

// Makes the answer for a status the transport itself has to give: a refusal, a time-out, a 500.
// Pure, any thread.
using Refusal = std::function<Response(int status)>;

// Answers one request. Movable; to be used once, from any thread, also after the transport has
// stopped (then nothing happens). Dropped unused, it answers 500.
class Responder {
 public:
  // Takes the response, or throws and has not.
  using Send = std::function<void(Response)>;

  Responder() = default;
  Responder(Send send, Refusal refusal);
  Responder(Responder&& other) noexcept;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  // Sends. A second call does nothing, unless the first threw: then nothing was sent. Fields that
  // are none (RFC 9110 section 5), or more than 32 KiB of them, make it a 500.
  void send(Response response);

  // Sends what the refusal for that status is; out of memory, the status without a page.
  void refuse(int status) noexcept;

 private:
  void deliver(Response response);

  Send send_;
  Refusal refusal_;
};

// Receives every well-formed request (contract clauses T1, T7). It returns soon, on a thread of the
// transport's; what takes long keeps the Responder and answers later.
using Handler = std::function<void(Request, Responder)>;

// Listening sockets, bound and accepting into their backlog already, and what the transport needs
// to know. The sockets are non-blocking, close-on-exec and owned by whoever holds this.
struct ListenRequest {
  std::vector<Socket> sockets;
  Limits limits;
  Refusal refusal;
};

// One HTTP server of some library. Members may be called from any thread but the transport's own.
class Transport {
 public:
  virtual ~Transport() = default;  // stops

  // Accepts on return. May throw; then nothing is left behind. At most once between two stops.
  virtual void listen(ListenRequest request, Handler handler) = 0;

  // Contract clause T9. Afterwards the handler is not called. Idempotent, and fine before listen().
  virtual void stop() noexcept = 0;
};

// An entry of the table from which a backend is chosen.
struct Backend {
  std::string_view name;  // lower case, as users type it
  std::string_view description;
  std::unique_ptr<Transport> (*create)() = nullptr;
};

// The one callback server, over a transport. `name` is what backend() returns, and outlives the
// server.
std::unique_ptr<ICallbackServer> make_callback_server(std::string_view name,
                                                      std::unique_ptr<Transport> transport);

}  // namespace oauth_callback
