#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#endif

#include <cerrno>
#include <system_error>

#include "random_bytes.hpp"

namespace oauth_callback::detail {

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (getentropy(bytes.data(), bytes.size()) != 0) {
    throw std::system_error(errno, std::generic_category(), "no random bytes from the system");
  }
  return bytes;
}

}  // namespace oauth_callback::detail
