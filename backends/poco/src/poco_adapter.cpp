#include "oauth_callback/poco_adapter.hpp"

#include <Poco/Net/HTTPRequestHandler.h>

#include <algorithm>
#include <array>
#include <istream>
#include <utility>

#include "oauth_callback/options.hpp"
#include "oauth_callback/spi/request_reader.hpp"
#include "oauth_callback/spi/response_writer.hpp"

namespace oauth_callback::poco {
namespace {

// One byte more than allowed is enough to see that it is too much.
std::string read_body(std::istream& stream) {
  const std::size_t limit = Limits{}.max_body_bytes + 1;
  std::string body(limit, '\0');
  stream.read(body.data(), static_cast<std::streamsize>(limit));
  body.resize(static_cast<std::size_t>(stream.gcount()));
  return body;
}

class MountedHandler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit MountedHandler(CallbackMount& mount) : mount_(mount) {}

  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    send(mount_.handle(to_request(request)), response);
  }

 private:
  CallbackMount& mount_;
};

}  // namespace

Request to_request(Poco::Net::HTTPServerRequest& request) {
  Request out{request.getMethod(), request.getURI(), {}, {}};
  for (const auto& [name, value] : request) out.fields.push_back({name, value});
  keep_canonical_fields(out.fields);
  // Without a length POCO would read until the peer closes.
  if (request.hasContentLength() || request.getChunkedTransferEncoding()) {
    out.body = read_body(request.stream());
  }
  return out;
}

void send(const Response& response, Poco::Net::HTTPServerResponse& to) {
  to.clear();
  to.setVersion(Poco::Net::HTTPMessage::HTTP_1_1);
  to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status),
                        std::string(reason_phrase(response.status)));
  for (const Field& field : wire_fields(response)) to.add(field.name, field.value);
  to.sendBuffer(response.body.data(), response.body.size());
}

CallbackHandlerFactory::CallbackHandlerFactory(CallbackMount& mount, std::string path,
                                               Poco::Net::HTTPRequestHandlerFactory::Ptr otherwise)
    : mount_(mount), path_(std::move(path)), otherwise_(std::move(otherwise)) {}

Poco::Net::HTTPRequestHandler* CallbackHandlerFactory::createRequestHandler(
    const Poco::Net::HTTPServerRequest& request) {
  const std::string& target = request.getURI();
  if (target.substr(0, target.find('?')) == path_) return new MountedHandler(mount_);
  return otherwise_.isNull() ? nullptr : otherwise_->createRequestHandler(request);
}

}  // namespace oauth_callback::poco
