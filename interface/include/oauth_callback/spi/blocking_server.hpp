// The part that backends over blocking libraries share: sockets, time and stop. The library keeps
// what it is chosen for: it parses the request, dispatches it and writes the response.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "oauth_callback/backend.hpp"

namespace oauth_callback {

class BlockingLoop;
class ResponseWaiter;

// One vetted request on its way to its response, on a thread of its own.
class Exchange {
 public:
  // The library's input: RequestReader's canonical head, then the body, then 0 for the end. Never
  // blocks.
  std::size_t read(char* buffer, std::size_t size) noexcept;

  // The request's body, for a library that cannot read it by itself.
  const std::string& body() const noexcept { return body_; }

  // The library's output. Never blocks: the bytes leave when the exchange is over.
  void write(std::string_view bytes) { output_.append(bytes); }

  // Calls the handler and blocks until it has answered, or until the server gives the request up
  // (500).
  Response handle(Request request);

 private:
  friend class BlockingLoop;
  Exchange(std::string head, std::string body, const Handler& handler, const Refusal& refusal,
           ResponseWaiter& waiter);

  std::string input_;
  std::string body_;
  std::size_t position_ = 0;
  std::string output_;
  const Handler& handler_;
  const Refusal& refusal_;
  ResponseWaiter& waiter_;
};

// Accepts, reads, vets, writes and closes, on one thread that sleeps while nothing is to be done;
// runs a thread per complete request. A Transport in all but the library.
class BlockingServer {
 public:
  // Runs one exchange with the library. May block in Exchange::handle(). When it throws, or writes
  // nothing, the answer is a 500. Called on several threads at once.
  using Serve = std::function<void(Exchange&)>;

  explicit BlockingServer(Serve serve);
  BlockingServer(const BlockingServer&) = delete;
  BlockingServer& operator=(const BlockingServer&) = delete;
  ~BlockingServer();

  // See Transport.
  void listen(ListenRequest request, Handler handler);
  void stop() noexcept;

 private:
  const Serve serve_;
  std::mutex mutex_;  // held while starting or stopping
  std::unique_ptr<BlockingLoop> loop_;
};

}  // namespace oauth_callback
