#include <oauth_callback/conformance.hpp>

#include "microhttpd_posix.hpp"

int main(int argc, char** argv) {
  return oauth_callback::conformance::run(
      argc, argv, {.name = "microhttpd", .create = microhttpd::create_transport});
}
