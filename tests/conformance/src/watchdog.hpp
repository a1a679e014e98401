// Ends the process when a case hangs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace oauth_callback::conformance {

class Watchdog {
 public:
  explicit Watchdog(std::chrono::seconds patience);
  Watchdog(const Watchdog&) = delete;
  ~Watchdog();

  void arm(std::string id);
  void disarm();

 private:
  void watch();

  const std::chrono::seconds patience_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string id_;
  std::chrono::steady_clock::time_point deadline_;
  bool armed_ = false;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace oauth_callback::conformance
