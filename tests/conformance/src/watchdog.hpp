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
  Watchdog();
  Watchdog(const Watchdog&) = delete;
  ~Watchdog();

  void arm(std::string id, std::chrono::seconds patience);
  void disarm();

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string id_;
  std::chrono::seconds patience_{};
  std::chrono::steady_clock::time_point deadline_;
  bool armed_ = false;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace oauth_callback::conformance
