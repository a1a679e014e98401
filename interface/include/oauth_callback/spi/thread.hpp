// Threads that a backend starts.
#pragma once

#include <functional>
#include <thread>

namespace oauth_callback {

// A thread that leaves the program's signals to the program's threads (contract clause T12). Throws
// std::system_error when there is none to be had.
std::thread start_thread(std::function<void()> body);

}  // namespace oauth_callback
