// windows.h has to come before bcrypt.h.
#include <windows.h>
//
#include <bcrypt.h>

#include <system_error>

#include "random_bytes.hpp"

namespace oauth_callback::detail {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  const NTSTATUS status =
      BCryptGenRandom(nullptr, reinterpret_cast<PUCHAR>(bytes.data()),
                      static_cast<ULONG>(bytes.size()), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
  if (status < 0) {
    throw std::system_error(std::make_error_code(std::errc::io_error),
                            "no random bytes from the system");
  }
  return bytes;
}

}  // namespace oauth_callback::detail
