// What goes over the wire for a Response (contract clause T2).
#pragma once

#include <string>
#include <vector>

#include "oauth_callback/http.hpp"

namespace oauth_callback {

// The fields of the response head, complete and in the order in which they are sent: alphabetical,
// with `Connection: close` and `Content-Length`.
std::vector<Field> wire_fields(const Response& response);

// The whole response, for transports that write it themselves. For HEAD, without the body.
std::string serialize(const Response& response, bool head);

}  // namespace oauth_callback
