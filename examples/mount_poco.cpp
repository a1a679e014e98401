// The callback on a Poco::Net::HTTPServer that the program already runs.
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPServer.h>

#include <chrono>
#include <iostream>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/flow.hpp>
#include <oauth_callback/poco_adapter.hpp>
#include <string>

using namespace std::chrono_literals;
namespace net = Poco::Net;

namespace {

class StatusHandler : public net::HTTPRequestHandler {
 public:
  void handleRequest(net::HTTPServerRequest&, net::HTTPServerResponse& response) override {
    response.send() << "fine";
  }
};

class StatusHandlerFactory : public net::HTTPRequestHandlerFactory {
 public:
  net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override {
    return new StatusHandler;
  }
};

std::string ask_status(std::uint16_t port) {
  net::HTTPClientSession session("127.0.0.1", port);
  net::HTTPRequest request(net::HTTPRequest::HTTP_GET, "/status", net::HTTPMessage::HTTP_1_1);
  session.sendRequest(request);
  net::HTTPResponse response;
  std::string text;
  session.receiveResponse(response) >> text;
  return text;
}

}  // namespace

int main() try {
  // [mount]
  oauth_callback::CallbackMount callbacks;

  net::ServerSocket socket(net::SocketAddress("127.0.0.1", 0));
  const std::uint16_t port = socket.address().port();
  net::HTTPServer server(new oauth_callback::poco::CallbackHandlerFactory(callbacks, "/callback",
                                                                          new StatusHandlerFactory),
                         socket, new net::HTTPServerParams);
  server.start();

  callbacks.start({.ports = {port}});
  // [mount]
  const auto state = oauth_callback::random_state();
  auto pending = callbacks.expect({.path = "/callback", .state = state});
  oauth_callback::open_browser(
      "https://provider.example/authorize?response_type=code&state=" + state +
      "&redirect_uri=" + oauth_callback::percent_encode(callbacks.redirect_uri("/callback")));
  const auto result = pending.wait(30s);
  std::cout << "signed in with " << result.code.size() << " characters of code; the server is "
            << ask_status(port) << '\n';

  callbacks.stop();
  server.stopAll(true);
  return result.code.empty() ? 1 : 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
