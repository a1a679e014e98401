// What the mutants break in the reference transport. Nothing of it is set in the yardstick.
#pragma once

#include <functional>
#include <string>

namespace oauth_callback::reference {

struct Defects {
  std::function<void(std::string&)> on_bytes = {};   // what came, before the RequestReader
  std::function<void(std::string&)> on_answer = {};  // the bytes that are about to leave

  bool serves_refused = false;         // what is to be refused reaches the handler
  bool answers_head_like_get = false;  // with a body
  bool keeps_alive = false;            // the bytes after a request are the next request
  bool one_at_a_time = false;          // nothing else is accepted while a connection is served
  bool time_per_read = false;          // request_timeout starts anew with every byte
  bool times_silence = false;          // request_timeout starts before the first byte
  bool times_answers = false;          // an answer has to be there within request_timeout
  bool answers_silence = false;        // a connection that closes without a byte gets 400
  bool counts_complete = false;     // a connection that waits for its answer is closed to make room
  bool keeps_bytes = false;         // whatever comes is kept in memory
  bool writes_for_ever = false;     // a peer that does not read is waited for
  bool stays_open = false;          // our side is not closed after the answer
  bool closes_at_once = false;      // what the peer still sends is not drained
  bool drains_for_ever = false;     // and has no end
  bool ignores_half_close = false;  // a peer that has closed its side gets no answer
  bool raises_sigpipe = false;      // no MSG_NOSIGNAL
  bool inherits_accepted = false;   // accepted sockets are not closed on exec
  bool stop_waits_for_peers = false;    // incomplete requests hold stop() up
  bool stop_waits_for_answers = false;  // answers that are held elsewhere hold stop() up
  bool stop_cuts_answers = false;       // and what is on its way is lost
  bool stop_keeps_listening = false;    // the port stays open
};

}  // namespace oauth_callback::reference
