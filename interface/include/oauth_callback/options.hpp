// What a caller can set. Every default is meant to be right for a program that signs its user in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oauth_callback {

// Bounds of the HTTP receiver (contract clauses T4 to T6 and T9). Sizes in bytes.
struct Limits {
  // A request has this long from its first byte to its last. A connection that has sent nothing has
  // no timer: browsers keep such connections for minutes and then use them.
  std::chrono::milliseconds request_timeout{10'000};
  // A peer has this long to take the response, and then to close its side.
  std::chrono::milliseconds response_timeout{10'000};
  std::chrono::milliseconds linger_timeout{1'000};
  // stop() waits this long for responses on their way.
  std::chrono::milliseconds drain_timeout{1'000};
  std::size_t max_connections = 256;
  std::size_t max_head_bytes = 1024 * 1024;  // other ports' cookies come along
  std::size_t max_fields = 1'000;
  std::size_t max_target_bytes = 8'000;
  std::size_t max_body_bytes = 64 * 1024;
  std::size_t max_buffered_bytes = 16 * 1024 * 1024;  // over all connections
};

// What our pages say: plain text, escaped for HTML. {{app_name}}, {{error}}, {{error_description}}
// and {{error_uri}} may stand anywhere in it. A translation is one value of this type.
struct PageTexts {
  std::string lang = "en";              // the language of the rest (BCP 47)
  std::string dir = "ltr";              // "rtl" where it is written from right to left
  std::string program = "the program";  // {{app_name}}, when there is no app_name

  // The authorization server granted what was asked for.
  std::string success_title = "Authorization received";
  std::string success_text = "Your sign-in has reached {{app_name}}. You can go on there.";
  // It did not.
  std::string refused_title = "Authorization refused";
  std::string refused_text = "The sign-in did not go through, and {{app_name}} got no access.";
  std::string provider_text = "The provider answered";  // above its error and description
  std::string refused_advice = "If this was not meant, return to {{app_name}} and sign in again.";
  // The program could not finish the sign-in. The text is for when it does not say why.
  std::string failed_title = "The sign-in was not finished";
  std::string failed_text = "Your sign-in arrived, but {{app_name}} could not complete it.";
  std::string failed_advice = "Return to {{app_name}} and start the sign-in again.";
  // The program has not said yet what became of it.
  std::string undecided_title = "Sign-in received";
  std::string undecided_text = "Look at {{app_name}}: it has not said yet whether this worked.";

  // Below each of these: the link to return_url, and what becomes of the tab.
  std::string return_text = "Return to {{app_name}}";
  std::string close_text = "You can close this tab.";
  std::string closing_text = "This tab closes by itself in a moment.";

  // What the receiver refuses: most 4xx; 404; 421; 500 and 503.
  std::string wrong_request_title = "This is not the sign-in we wait for";
  std::string wrong_request_text =
      "It belongs to no sign-in that is under way, so it was not used. Return to {{app_name}}, and "
      "continue or start again from there.";
  std::string not_found_title = "Nothing here";
  std::string not_found_text =
      "This address only receives sign-ins. If you have just signed in, return to {{app_name}} and "
      "start again from there.";
  std::string wrong_address_title = "Wrong address";
  std::string wrong_address_text =
      "This server answers only to the address it was started with. Return to {{app_name}}, and "
      "start the sign-in again from there.";
  std::string not_ready_title = "Not ready";
  std::string not_ready_text =
      "This request could not be taken. Return to {{app_name}}, and start the sign-in again from "
      "there.";
};

// The pages the user sees. An own page may use {{error}}, {{error_description}}, {{error_uri}} and
// {{app_name}}: each is escaped for HTML. Inline <style> and <script> elements without a
// placeholder in them are allowed by hash in the Content-Security-Policy; everything external is
// blocked.
struct Pages {
  std::string app_name = "";  // the program that asks, as its user knows it
  std::string success_html = "";
  // Shown when the authorization server refused, and for CallbackResult::fail(), whose message is
  // then the {{error_description}}.
  std::string error_html = "";
  std::string success_url = "";  // http(s): answer with 303 to this URL instead of a page
  std::string error_url = "";
  // A link back to the program ("my-app://signed-in") for our own pages. Nobody follows it unasked.
  std::string return_url = "";
  // The page of a success closes its tab after 5 s where the browser allows that, which is where
  // the tab has shown nothing else; says so before; and stays when a key or a pointer is used. It
  // always stays where there is a return_url.
  bool auto_close = true;
  PageTexts texts = {};
};

// Whether it can be Pages::return_url: a URL with a scheme, of printable ASCII without quotes,
// angle brackets and backslashes. javascript, data and other schemes that show or run what no
// server sent are none.
bool is_return_url(std::string_view url) noexcept;

// What became of a request (contract, part H), in the order in which it is decided.
enum class Outcome {
  wrong_host,        // 421
  speculative,       // 503: prefetch or prerender
  not_expected,      // 404
  bad_method,        // 405
  not_navigation,    // 403: Sec-Fetch-* says that no person navigated
  bad_content_type,  // 415
  malformed,         // 400: repeated parameter, broken percent-encoding or UTF-8
  repeated,          // the page again: the response that completed earlier, sent once more
  wrong_state,       // 400
  wrong_issuer,      // 400 (RFC 9207 section 2.4)
  incomplete,        // 400: neither code nor error
  probed,            // HEAD: what GET would get, without effect
  completed,         // 200 or 303: ends the wait
};

std::string_view to_string(Outcome) noexcept;

// What on_request sees. Never a code, a state or a query.
struct RequestEvent {
  std::string_view method;  // empty when it came through submit()
  std::string_view path;    // without the query, as sent
  std::string_view origin;  // the Origin field, if one was sent
  Outcome outcome = Outcome::not_expected;
  int status = 0;                // of a page that is held: 200, whatever it will be
  std::size_t wrong_states = 0;  // so far on this server, this one included
};

struct ServerOptions {
  // "127.0.0.1", "::1", or "localhost": both families on one port, or the one there is.
  std::string host = "127.0.0.1";
  // Tried in order; 0 lets the system choose. An ephemeral port is the safer choice: an earlier
  // server on a fixed port may have left a service worker or a cached redirect in the browser.
  std::vector<std::uint16_t> ports = {0};
  // The host as the provider dictates it in the redirect URI, when that is not `host`.
  std::string redirect_host = "";
  // Further names to accept in the Host field, for a forwarded port: "name" (with our port) or
  // "name:port".
  std::vector<std::string> accepted_hosts = {};
  // A response for this path that comes before anybody expects one waits, 5 s at the most, and is
  // judged when somebody does.
  std::string callback_path = "/callback";
  Pages pages = {};
  Limits limits = {};
  // Called for every request that reached the handler, before it is answered, on a thread of the
  // server's. It may block or throw: that harms only this request (500). So does a lack of threads:
  // then it is not called, and the wait goes on. From inside it use request_stop(), not stop().
  std::function<void(const RequestEvent&)> on_request = {};
  // One line of text, without a newline, about something that went wrong; also about the first
  // response with a wrong state. Any thread.
  std::function<void(std::string_view)> on_log = {};
};

// What a caller waits for.
struct Expectation {
  // The redirect URI's path, as it stands in the authorization request (RFC 8252 section 8.10).
  std::string path = "/callback";
  // The state sent in the authorization request. Required, unless any_state is set.
  std::string state = "";
  // Takes a response whatever its state. This gives up the protection against forged responses
  // (RFC 6749 section 10.12): any page in the user's browser can then end the wait.
  bool any_state = false;
  // When set, `iss` must be present and equal (RFC 9207 section 2.4).
  std::string issuer = "";
  // Accept the response as a POST too (OAuth 2.0 Form Post Response Mode).
  bool form_post = false;
  // One of these parameters, with a value, makes the response complete.
  std::vector<std::string> completed_by = {"code", "error"};
  // The browser's answer waits until the program has said what became of the response, with
  // CallbackResult::succeed() or fail(): a token request that fails is not announced as a success.
  // A refusal by the authorization server is shown at once. The program has hold_timeout, from when
  // it gets the result; then, and when the server stops, the page says that the outcome is not
  // known. Other connections are served meanwhile.
  bool hold_page = false;
  std::chrono::milliseconds hold_timeout{10'000};
};

}  // namespace oauth_callback
