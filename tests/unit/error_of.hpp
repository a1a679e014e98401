// The code of the std::system_error that a call throws; none when it throws nothing.
#pragma once

#include <system_error>

namespace oauth_callback {

template <typename Call>
std::error_code error_of(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code();
  }
  return {};
}

}  // namespace oauth_callback
