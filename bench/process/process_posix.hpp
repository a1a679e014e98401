// A program that was started to be measured.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "oauth_callback/spi/socket.hpp"

namespace oauth_callback::bench {

using Clock = std::chrono::steady_clock;

struct Exit {
  Clock::time_point at;
  double cpu_us = 0;         // of all its threads, in user and kernel mode
  std::size_t peak_kib = 0;  // the most memory it had, when it was traced
};

class Process {
 public:
  // A traced one stops once more before it ends, so that its memory can be looked at.
  Process(const std::vector<std::string>& command, bool traced);
  Process(const Process&) = delete;
  ~Process();  // ends it, whatever it does

  Clock::time_point started() const noexcept { return started_; }
  int output() const noexcept { return output_.get(); }
  // Its next line, or what has come of it at the end. Throws when it says nothing for 10 s.
  std::string read_line();
  Exit wait();  // throws unless it ends with status 0

  // A number from /proc/PID/status, such as VmRSS in KiB.
  std::size_t status(const std::string& key) const;
  // How often its threads have gone to sleep or were put aside.
  std::size_t context_switches() const;

 private:
  std::size_t peak_kib_at_its_end() const;

  pid_t pid_ = -1;
  bool traced_ = false;
  Clock::time_point started_;
  Socket output_;
  std::string buffer_;
};

}  // namespace oauth_callback::bench
