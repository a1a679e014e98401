// Where the user's browser may run on another machine than this one, and what to do about it.
#pragma once

#include <functional>
#include <string>

namespace oauth_callback::cli {

enum class Place { here, ssh, codespace, dev_container, container };

// The only way to the environment; empty for a variable that is not set.
struct Surroundings {
  std::function<std::string(const char*)> variable;
  bool container_file = false;  // what Docker and Podman leave in a container

  static Surroundings of_this_process();
};

// WSL 2 is no other place: Windows forwards its 127.0.0.1 there by itself.
Place find_place(const Surroundings& surroundings);

// Whether it is worth asking for a browser: in an SSH session only one that X11 forwarding shows,
// or that BROWSER names, is in front of the user.
bool may_have_browser(Place place, const Surroundings& surroundings);

// Whether the browser that was started is one that cannot reach this machine by itself.
bool forwards_itself(Place place);

// Lines that say so, with the one command that makes it work; empty for Place::here. `origin` is
// the redirect URI's, with its port. Nothing from the environment stands in it unchecked.
std::string advice(Place place, const Surroundings& surroundings, const std::string& origin);

}  // namespace oauth_callback::cli
