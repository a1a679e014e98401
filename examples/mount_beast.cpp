// A program whose io_context has other work to do, too: no thread is added, and nothing blocks.
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <iostream>
#include <oauth_callback/beast_adapter.hpp>
#include <oauth_callback/encoding.hpp>
#include <oauth_callback/flow.hpp>
#include <string>

using namespace std::chrono_literals;

int main() try {
  boost::asio::io_context context;

  // The other work: it goes on while the user signs in.
  int ticks = 0;
  bool signed_in = false;
  boost::asio::steady_timer timer(context);
  std::function<void()> tick = [&] {
    ++ticks;
    if (signed_in && ticks > 3) return;
    timer.expires_after(1ms);
    timer.async_wait([&](boost::system::error_code) { tick(); });
  };
  tick();

  // [executor]
  auto server = oauth_callback::beast::create_callback_server(context.get_executor());
  server->start({});
  const auto state = oauth_callback::random_state();
  auto pending = server->expect({.path = "/callback", .state = state});
  std::string code;
  pending.on_complete([&](std::error_code error, const oauth_callback::CallbackResult& result) {
    server->request_stop();  // the context goes on to send the page
    boost::asio::post(context, [&, error, result] {
      if (!error) code = result.code;
      signed_in = true;
    });
  });
  // [executor]
  oauth_callback::open_browser(
      "https://provider.example/authorize?response_type=code&state=" + state +
      "&redirect_uri=" + oauth_callback::percent_encode(server->redirect_uri("/callback")));

  context.run();  // ends when the server has stopped and the other work is done
  server->stop();
  std::cout << "signed in with " << code.size() << " characters of code, after " << ticks
            << " ticks\n";
  return code.empty() ? 1 : 0;
} catch (const std::system_error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
