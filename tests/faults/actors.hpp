// Who takes part in a scenario: the program with its server, and the user's browser.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <system_error>

#include "check.hpp"
#include "client.hpp"
#include "injector.hpp"
#include "oauth_callback/oauth_callback.hpp"
#include "scenarios.hpp"

namespace oauth_callback::faults {

inline constexpr int max_attempts = 4;
inline const std::string secret_code = "code-of-the-user";
inline const std::string secret_state = "state-of-the-program";
// What the provider sends.
inline const std::string response =
    "/callback?code=" + secret_code + "&state=" + secret_state + "&scope=profile";
void check_result(const CallbackResult& result);

// Throws Failure when it has no message, or no fault explains it.
void note_error(const std::exception& error, Effect& effect);

// Calls until it works. It may throw as many errors as there were faults.
template <typename Function>
auto attempt(Effect& effect, Function function) {
  for (;;) {
    try {
      return function();
    } catch (const std::bad_alloc& error) {
      note_error(error, effect);
    } catch (const std::system_error& error) {
      note_error(error, effect);
    }
  }
}

// The user agent, in whose life no call fails. It opens a silent connection first.
class Browser {
 public:
  Browser(const std::string& uri, Effect& effect);

  // Loads, and reloads as a user does when there is no page or an error of the server's.
  Reply load(const std::string& target);
  // Nothing when nobody listens any more.
  Reply load_once(const std::string& target) const;
  // Sends the request only. None: the connection broke.
  Socket open(const std::string& target) const;

  static void check_page(const Reply& reply);
  void load_favicon();

 private:
  Effect& effect_;
  std::string authority_;
  std::uint16_t port_;
  Socket silent_;
};

// A program's server, on both families.
class Program {
 public:
  Program(const std::string& backend, Effect& effect);

  ServerOptions& options() { return options_; }
  ICallbackServer& server() { return *server_; }

  void start();
  PendingCallback expect();
  std::string uri();
  CallbackResult wait(PendingCallback& pending);
  // Stops, and is gone.
  void end();

 private:
  Effect& effect_;
  ServerOptions options_ = (Exempt(), ServerOptions());
  std::atomic<bool> leaked_ = false;
  std::unique_ptr<ICallbackServer> server_;
};

// A completion, for the program to wait for.
class Completed {
 public:
  void operator()(std::error_code error, const CallbackResult& result);
  bool called();
  // Throws Failure unless it was called, and with that error.
  CallbackResult expect(std::error_code error);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int calls_ = 0;
  std::error_code error_;
  CallbackResult result_;
};

}  // namespace oauth_callback::faults
