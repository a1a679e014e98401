// The callback on an Asio executor, or on a Beast server, that the program already runs. The only
// header of this library that includes Boost's.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>

#include "oauth_callback/backend.hpp"
#include "oauth_callback/http.hpp"

namespace oauth_callback::beast {

// A server whose I/O runs on the program's executor, without a thread of its own. The whole
// contract holds. start() and expect() may be called on any thread; stop() waits for the executor,
// so a thread that runs the executor uses request_stop() instead, and where the executor does not
// run, stop() gives up waiting after Limits::drain_timeout. Keep the execution context until the
// server is destroyed. Where memory runs out, an Asio strand may never run again, and what it
// throws leaves the executor's run(): the server with a thread of its own survives that.
std::unique_ptr<ICallbackServer> create_callback_server(boost::asio::any_io_executor executor);

// The transport alone.
std::unique_ptr<Transport> create_transport(boost::asio::any_io_executor executor);

// For a Beast server of the program's own, together with CallbackMount::handle().
Request to_request(const boost::beast::http::request<boost::beast::http::string_body>& request);
boost::beast::http::response<boost::beast::http::string_body> to_beast(const Response& response,
                                                                       bool head);

}  // namespace oauth_callback::beast
