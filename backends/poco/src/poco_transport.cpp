#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerConnection.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <memory>
#include <utility>

#include "oauth_callback/poco.hpp"
#include "oauth_callback/poco_adapter.hpp"
#include "oauth_callback/spi/blocking_server.hpp"

namespace oauth_callback::poco {
namespace {

// A connected socket, as far as HTTPServerConnection can tell: its bytes are those of the exchange.
class ExchangeSocket final : public Poco::Net::StreamSocketImpl {
 public:
  explicit ExchangeSocket(Exchange& exchange) : exchange_(exchange) {
    // Any number but the invalid one makes POCO take the socket for an open one. It is never used.
    reset(0);
  }

  using StreamSocketImpl::receiveBytes;
  using StreamSocketImpl::sendBytes;

  int receiveBytes(void* buffer, int length, int /*flags*/) override {
    return static_cast<int>(
        exchange_.read(static_cast<char*>(buffer), static_cast<std::size_t>(length)));
  }
  int sendBytes(const void* buffer, int length, int /*flags*/) override {
    exchange_.write({static_cast<const char*>(buffer), static_cast<std::size_t>(length)});
    return length;
  }
  bool poll(const Poco::Timespan& /*timeout*/, int /*mode*/) override { return true; }
  void close() override {}
  void setReceiveTimeout(const Poco::Timespan& /*timeout*/) override {}
  Poco::Net::SocketAddress address() override { return {}; }
  Poco::Net::SocketAddress peerAddress() override { return {}; }

 private:
  // The base class closes what it holds.
  ~ExchangeSocket() override { reset(); }

  Exchange& exchange_;
};

class ExchangeHandler final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit ExchangeHandler(Exchange& exchange) : exchange_(exchange) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    send(exchange_.handle(to_request(request)), response);
  }

 private:
  Exchange& exchange_;
};

class ExchangeHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit ExchangeHandlerFactory(Exchange& exchange) : exchange_(exchange) {}

  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new ExchangeHandler(exchange_);
  }

 private:
  Exchange& exchange_;
};

void serve(Exchange& exchange) {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setKeepAlive(false);
  const Poco::Net::StreamSocket socket(new ExchangeSocket(exchange));
  Poco::Net::HTTPServerConnection(socket, params, new ExchangeHandlerFactory(exchange)).run();
}

class PocoTransport final : public Transport {
 public:
  void listen(ListenRequest request, Handler handler) override {
    server_.listen(std::move(request), std::move(handler));
  }
  void stop() noexcept override { server_.stop(); }

 private:
  BlockingServer server_{serve};
};

}  // namespace

std::unique_ptr<Transport> create_transport() { return std::make_unique<PocoTransport>(); }

const Backend backend{"poco", "POCO C++ Libraries, Poco::Net::HTTPServerConnection",
                      create_transport};

std::unique_ptr<ICallbackServer> create_callback_server() {
  return make_callback_server(backend.name, create_transport());
}

}  // namespace oauth_callback::poco
