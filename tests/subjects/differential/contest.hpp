// All backends against each other: the same bytes in give the same bytes out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "differential/inputs.hpp"
#include "oauth_callback/backend.hpp"

namespace oauth_callback::differential {

struct Contestant {
  std::string name;
  std::function<std::unique_ptr<Transport>()> create;
};

// The reference first, then every backend that is built.
std::vector<Contestant> contestants();

// What one contestant made of an input.
struct Outcome {
  std::string answer;
  std::string end;    // how the connection ended
  std::string event;  // what on_request was told

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Answers inputs, one after the other.
class Player {
 public:
  virtual ~Player() = default;
  virtual Outcome play(const Input& input) = 0;
};

// A transport with a handler that answers with all it was given: shows what reaches the handler.
std::unique_ptr<Player> make_echo_player(const Contestant& contestant);
// A callback server that always waits for the state S on /callback, and on /issuer, there from
// https://as.example. Its success page is elsewhere.
std::unique_ptr<Player> make_server_player(const Contestant& contestant);

}  // namespace oauth_callback::differential
