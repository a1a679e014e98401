// What the parser calls well-formed survives being encoded and parsed again.
#include <cstdint>

#include "oauth_callback/encoding.hpp"
#include "require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const oauth_callback::Form form =
      oauth_callback::parse_form({reinterpret_cast<const char*>(data), size});
  std::string encoded;
  bool all_utf8 = true;
  for (const auto& [name, value] : form.parameters) {
    all_utf8 = all_utf8 && oauth_callback::is_utf8(name) && oauth_callback::is_utf8(value);
    if (!encoded.empty()) encoded += '&';
    encoded += oauth_callback::percent_encode(name) + "=" + oauth_callback::percent_encode(value);
  }
  require(all_utf8 || !form.well_formed, "what is well-formed is UTF-8");
  require(oauth_callback::parse_form(encoded).parameters == form.parameters,
          "encoding is undone by parsing");
  return 0;
}
