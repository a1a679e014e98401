// The callback on an httplib::Server that the program already runs. The only header of this library
// that includes httplib.h: program and library must see the same CPPHTTPLIB_… macros.
#pragma once

#include <httplib.h>

#include <string>

#include "oauth_callback/http.hpp"
#include "oauth_callback/mount.hpp"

namespace oauth_callback::httplib {

// The request with its canonical fields, and the body as far as the server has read it.
Request to_request(const ::httplib::Request& request);

// Fills in the response. What the server adds by itself (Keep-Alive, Accept-Ranges) it still adds.
void fill(const Response& response, ::httplib::Response& to);

// Answers requests for `path` with the mount. Call it before the server listens. A request that is
// parked holds a thread of the server's pool, 5 s at the most. The mount must outlive the server.
void mount(::httplib::Server& server, CallbackMount& callbacks, const std::string& path);

}  // namespace oauth_callback::httplib
