#include "scenarios.hpp"

#include <chrono>
#include <cstdlib>
#include <functional>
#include <optional>
#include <thread>

#include "actors.hpp"
#include "oauth_callback/errors.hpp"

namespace oauth_callback::faults {
namespace {

// Start, expect, open the browser, wait, stop.
void play_wait(const std::string& backend, Effect& effect) {
  Program program(backend, effect);
  program.start();
  PendingCallback pending = program.expect();
  const std::string uri = program.uri();
  {
    const Exempt own;
    Browser browser(uri, effect);
    browser.load_favicon();
    Browser::check_page(browser.load(response));
  }
  check_result(program.wait(pending));
  program.end();
}

// With hooks: on_request, a completion callback, and request_stop() from it.
void play_with_hooks(const std::string& backend, Effect& effect,
                     std::chrono::milliseconds duration) {
  Program program(backend, effect);
  std::atomic<int> seen = 0;
  Completed completed;
  {
    const Exempt own;
    program.options().on_request = [&](const RequestEvent& event) {
      const Exempt test;
      if (event.outcome == Outcome::completed) ++seen;
      std::this_thread::sleep_for(duration);
    };
  }
  program.start();
  PendingCallback pending = program.expect();
  attempt(effect, [&] {
    pending.on_complete([&](std::error_code error, const CallbackResult& result) {
      program.server().request_stop();
      completed(error, result);
    });
  });
  const std::string uri = program.uri();
  {
    const Exempt own;
    Browser browser(uri, effect);
    browser.load_favicon();
    // The page may be lost together with the server, which stops then.
    for (int i = 0; i < max_attempts && !completed.called(); ++i) {
      const Reply reply = browser.load_once(response);
      if (reply.status != 0 && reply.status < 500) {
        Browser::check_page(reply);
        break;
      }
      ++effect.reloads;
    }
    check_result(completed.expect({}));
    require(seen > 0, "on_request was not called for the response that completed");
  }
  program.end();
}

void play_hooks(const std::string& backend, Effect& effect) {
  play_with_hooks(backend, effect, std::chrono::milliseconds(0));
}

// Nothing else of the server runs when the hook returns.
void play_slow_hook(const std::string& backend, Effect& effect) {
  play_with_hooks(backend, effect, std::chrono::milliseconds(200));
}

// The page waits for what the program reports.
void play_held(const std::string& backend, Effect& effect) {
  Program program(backend, effect);
  program.start();
  PendingCallback pending = attempt(
      effect, [&] { return program.server().expect({.state = secret_state, .hold_page = true}); });
  Completed completed;
  attempt(effect, [&] {
    pending.on_complete([&](std::error_code error, const CallbackResult& result) {
      result.succeed();
      completed(error, result);
    });
  });
  const std::string uri = program.uri();
  {
    const Exempt own;
    Browser browser(uri, effect);
    // What is lost for want of memory is an error page, or one that says that nobody knows.
    require(browser.load(response).status == 200, "the page is neither held nor there");
    check_result(completed.expect({}));
  }
  program.end();
}

// The browser comes before the program expects it.
void play_parked(const std::string& backend, Effect& effect) {
  Program program(backend, effect);
  program.start();
  const std::string uri = program.uri();
  std::optional<Browser> browser;
  Socket early;
  {
    const Exempt own;
    browser.emplace(uri, effect);
    early = browser->open(response);
  }
  PendingCallback pending = program.expect();
  {
    const Exempt own;
    const Reply reply = early ? read_reply(early) : Reply{};
    if (reply.status == 200) {
      Browser::check_page(reply);
    } else {
      // Not parked, for want of a thread or of memory: told so, and the user reloads.
      require(reply.status == 0 || reply.status == 404 || reply.status >= 500,
              "the early response was answered with " + std::to_string(reply.status));
      ++effect.reloads;
      Browser::check_page(browser->load(response));
    }
    browser.reset();
    early.reset();
  }
  check_result(program.wait(pending));
  program.end();
}

// Stopped while somebody waits, and a browser too.
void play_stopped(const std::string& backend, Effect& effect) {
  Program program(backend, effect);
  {
    const Exempt own;
    program.options().callback_path = "/other";
  }
  program.start();
  const std::string uri = program.uri();
  PendingCallback pending = program.expect();
  Completed completed;
  attempt(effect, [&] { pending.on_complete(std::ref(completed)); });
  std::optional<Browser> browser;
  Socket parked;
  {
    const Exempt own;
    browser.emplace(uri, effect);
    browser->load_favicon();
    parked = browser->open("/other?code=x&state=y");
  }
  program.server().stop();
  {
    const Exempt own;
    completed.expect(errc::stopped);
    if (parked) {
      const int status = read_reply(parked).status;
      require(status == 0 || status == 404 || status >= 500, "an answer after stop()");
    }
    browser.reset();
    parked.reset();
  }
  program.start();  // all of it, once more
  program.end();
}

// The flow in one call.
void play_get_auth_code(const std::string& backend, Effect& effect) {
  const AuthCode code = attempt(effect, [&] {
    std::optional<Exempt> own(std::in_place);
    AuthCodeOptions options;
    options.authorization_url = "https://provider.example/authorize?client_id=x";
    options.backend = backend;
    options.timeout = patience;
    options.launch = [&](const std::string& url) {
      const Exempt test;
      const std::size_t state = url.find("state=") + 6;
      const std::size_t port = url.find("127.0.0.1%3A") + 12;
      Browser browser("http://127.0.0.1:" + std::to_string(std::atoi(url.c_str() + port)) + "/",
                      effect);
      Browser::check_page(browser.load("/callback?code=" + secret_code + "&state=" +
                                       url.substr(state, url.find('&', state) - state)));
    };
    own.reset();
    return get_auth_code(std::move(options));
  });
  require(code.code == secret_code, "the code is not what the provider sent");
}

}  // namespace

const Scenario slow_hook{"slow_hook", play_slow_hook};

const std::vector<Scenario>& all_scenarios() {
  static const std::vector<Scenario> scenarios{
      {"wait", play_wait},     {"hooks", play_hooks},     {"held", play_held},
      {"parked", play_parked}, {"stopped", play_stopped}, {"get_auth_code", play_get_auth_code}};
  return scenarios;
}

}  // namespace oauth_callback::faults
