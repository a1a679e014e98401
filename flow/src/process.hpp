// Starting a program that is on its own from then on. POSIX only.
#pragma once

#include <string>
#include <vector>

namespace oauth_callback::detail {

// Runs `arguments`, found in PATH by its first, without a shell: in a session of its own, with
// signals as a new login has them, standard streams on /dev/null and no other descriptor. It
// becomes no child of this process, so nobody needs to wait for it. False when it could not be
// executed.
bool start_detached(const std::vector<std::string>& arguments) noexcept;

}  // namespace oauth_callback::detail
