// One sign-in by a program that is measured: its browser is here.
#pragma once

#include <string>

#include "process_posix.hpp"

namespace oauth_callback::bench {

// What the browser does with the connection that the page came on, and with others.
enum class Client { closes, keeps, keeps_and_is_silent };

struct Flow {
  Clock::time_point asked;    // the request is on its way
  Clock::time_point page;     // the page is there as a whole
  Clock::time_point printed;  // the program has printed the code
  Exit exit;
};

// Plays it to the end of the program, which has printed its redirect URI.
Flow play(Process& process, const std::string& redirect_uri, Client client);

}  // namespace oauth_callback::bench
