#include "oauth_callback/conformance.hpp"
#include "reference/reference_transport.hpp"

int main(int argc, char** argv) {
  return oauth_callback::conformance::run(argc, argv,
                                          {.name = "reference", .create = [] {
                                             return oauth_callback::reference::create_transport();
                                           }});
}
