// The verdict depends on the bytes, not on the cuts; and a complete request is canonical: read
// again, it gives itself.
#include "oauth_callback/spi/request_reader.hpp"

#include <algorithm>
#include <cstdint>

#include "require.hpp"

using oauth_callback::RequestReader;
using Status = RequestReader::Status;

namespace {

oauth_callback::Limits small_limits() {
  oauth_callback::Limits limits;
  limits.max_head_bytes = 4096;
  limits.max_fields = 20;
  limits.max_target_bytes = 200;
  limits.max_body_bytes = 100;
  return limits;
}

bool is_known_refusal(int status) {
  constexpr int known[] = {400, 411, 413, 414, 417, 431, 501, 505};
  return std::find(std::begin(known), std::end(known), status) != std::end(known);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const oauth_callback::Limits limits = small_limits();

  RequestReader whole(limits);
  whole.feed(bytes);
  RequestReader dripped(limits);
  for (std::size_t i = 0; i < size; ++i) dripped.feed(bytes.substr(i, 1));
  require(whole.status() == dripped.status(), "the cuts do not change the status");
  require(whole.refusal() == dripped.refusal(), "the cuts do not change the refusal");
  require(whole.canonical_head() == dripped.canonical_head(), "the cuts do not change the head");
  require(whole.body() == dripped.body(), "the cuts do not change the body");
  require(whole.buffered() <= 4096 + 100, "what is held is bounded");

  if (whole.status() == Status::refused) {
    require(is_known_refusal(whole.refusal()), "the refusal is one of ours");
  } else if (whole.status() == Status::complete) {
    RequestReader again(limits);
    require(again.feed(whole.canonical_head() + whole.body()) == Status::complete,
            "canonical is complete");
    require(again.canonical_head() == whole.canonical_head(), "canonical is a fixed point");
    require(again.body() == whole.body(), "the body stays");
  } else {
    require(whole.finish() == Status::refused && whole.refusal() == 400,
            "a cut request is malformed");
  }
  return 0;
}
