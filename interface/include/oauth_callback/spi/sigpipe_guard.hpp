// For a library that changes the disposition of SIGPIPE (contract clause T12).
#pragma once

#include <memory>

namespace oauth_callback {

// Remembers the process's disposition of SIGPIPE, and restores it on destruction. Between the two,
// another thread's SIGPIPE meets whatever the library has set. Does nothing on Windows.
class SigpipeGuard {
 public:
  SigpipeGuard();
  SigpipeGuard(const SigpipeGuard&) = delete;
  SigpipeGuard& operator=(const SigpipeGuard&) = delete;
  ~SigpipeGuard();

 private:
  struct Disposition;
  std::unique_ptr<Disposition> previous_;
};

}  // namespace oauth_callback
