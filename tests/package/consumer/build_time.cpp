// The backend is chosen when the program is built; no other one is linked.
#include <cstdio>
#include <oauth_callback/callback_server.hpp>
#include <string>

#include BACKEND_HEADER

#define STRING2(x) #x
#define STRING(x) STRING2(x)

int main() {
  auto server = oauth_callback::BACKEND::create_callback_server();
  server->start({});
  const std::string uri = server->redirect_uri("/callback");
  std::printf("%s listens at %s\n", STRING(BACKEND), uri.c_str());
  server->stop();
  return server->backend() == STRING(BACKEND) && uri.starts_with("http://127.0.0.1:") ? 0 : 1;
}
