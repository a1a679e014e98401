// The callback on a Poco::Net::HTTPServer that the program already runs. The only header of this
// library that includes POCO's.
#pragma once

#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <string>

#include "oauth_callback/http.hpp"
#include "oauth_callback/mount.hpp"

namespace oauth_callback::poco {

// The request with its canonical fields and its body, of which no more is read than a callback may
// have. Throws Poco::Net::NetException when the peer is gone.
Request to_request(Poco::Net::HTTPServerRequest& request);

// Sends the response, whole.
void send(const Response& response, Poco::Net::HTTPServerResponse& to);

// Answers requests for `path` with the mount and leaves all others to `otherwise` (which may be
// null: then POCO answers 501). A request that is parked holds a thread of the server's pool, 5 s
// at the most. The mount must outlive the server.
class CallbackHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  CallbackHandlerFactory(CallbackMount& mount, std::string path,
                         Poco::Net::HTTPRequestHandlerFactory::Ptr otherwise);

  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& request) override;

 private:
  CallbackMount& mount_;
  const std::string path_;
  Poco::Net::HTTPRequestHandlerFactory::Ptr otherwise_;
};

}  // namespace oauth_callback::poco
