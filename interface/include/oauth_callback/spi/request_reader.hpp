// Reads one request, strictly, without doing I/O (contract clauses T1, T6 and T7).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "oauth_callback/http.hpp"
#include "oauth_callback/options.hpp"

namespace oauth_callback {

// Whether the policy reads this field, so that it goes to the library and to the handler.
bool is_canonical_field(std::string_view name) noexcept;

// Drops all other fields, and sorts by name without regard to case. For a backend's conversion to
// Request.
void keep_canonical_fields(std::vector<Field>& fields);

// Stands between a socket and a library's parser. It vets and frames, it does not route: fed raw
// bytes, it says that it needs more, that the request is refused, or that it is complete. The
// verdict depends on the bytes alone, not on how they were cut. What a complete request gives to
// the library is canonical: the request line, the fields the policy reads (Host, Content-Type,
// Content-Length, Origin, Purpose, Sec-Purpose, Sec-Fetch-*, Sec-WebSocket-Key; 32 at the most, of
// 1,024 bytes each) and the body. All other fields, cookies among them, are checked and forgotten
// as they come, so a large head costs no memory.
class RequestReader {
 public:
  enum class Status { need_more, refused, complete };

  explicit RequestReader(const Limits& limits) : limits_(limits) {}

  // Consumes bytes up to the end of the request; what follows it is ignored.
  Status feed(std::string_view bytes);

  // The peer has closed its side. A request that is not complete is refused, with 400.
  Status finish();

  // The request's time is over: refused with 408, unless it is complete.
  Status expire();

  Status status() const noexcept { return status_; }
  bool empty() const noexcept { return consumed_ == 0; }  // nothing has come yet

  // The status to refuse with: 400, 408, 411, 413, 414, 417, 431, 501 or 505.
  int refusal() const noexcept { return refusal_; }

  // Whether the answer must have no body.
  bool is_head() const noexcept { return method_ == "HEAD"; }

  // A complete request, as the library's parser is to see it: always HTTP/1.1, the fields sorted by
  // name without regard to case.
  std::string canonical_head() const;
  const std::string& body() const noexcept { return body_; }

  // The bytes held right now.
  std::size_t buffered() const noexcept;

 private:
  enum class State : std::uint8_t {
    method,
    target,
    version,
    request_line_lf,
    line_start,
    name,
    value_start,
    value,
    value_lf,
    head_lf,
    body
  };

  Status refuse(int status) noexcept;
  Status consume_head(char c);
  Status consume_name(char c);
  Status consume_value(char c);
  Status end_request_line();
  Status end_field();
  Status end_head();

  Limits limits_;
  Status status_ = Status::need_more;
  State state_ = State::method;
  int refusal_ = 0;
  std::size_t consumed_ = 0;
  std::size_t fields_seen_ = 0;
  std::string method_;
  std::string target_;
  std::string version_;
  std::string name_;
  std::string value_;
  bool keep_value_ = false;
  std::vector<Field> fields_;
  bool has_transfer_encoding_ = false;
  bool chunked_ = false;
  bool expects_ = false;
  std::size_t body_size_ = 0;
  std::string body_;
};

}  // namespace oauth_callback
