#include "remote.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

namespace oauth_callback::cli {
namespace {

bool consists_of(const std::string& text, std::string_view punctuation) {
  return !text.empty() && text.size() <= 255 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  punctuation.find(c) != std::string_view::npos;
         });
}

bool is_port(const std::string& text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    if (text.empty()) return words;
    words.emplace_back(text.substr(0, text.find(' ')));
    text.remove_prefix(words.back().size());
  }
}

// "http://127.0.0.1:49152/…"
std::string port_of(const std::string& origin) {
  const std::string authority = origin.substr(7, origin.find('/', 7) - 7);
  return authority.substr(authority.rfind(':') + 1);
}

std::string user_name(const Surroundings& surroundings) {
  for (const char* name : {"USER", "LOGNAME"}) {
    const std::string user = surroundings.variable(name);
    if (consists_of(user, "._-")) return user;
  }
  return "USER";
}

std::string ssh_command(const Surroundings& surroundings, const std::string& origin) {
  // Client, its port, server, its port.
  const std::vector<std::string> connection = words_of(surroundings.variable("SSH_CONNECTION"));
  std::string server = connection.size() > 2 ? connection[2] : "";
  const std::string server_port = connection.size() > 3 ? connection[3] : "";
  if (!consists_of(server, ".:%")) server = "HOST";
  const std::string port = port_of(origin);
  const std::string here = origin.starts_with("http://[::1]") ? "[::1]" : "127.0.0.1";
  std::string command = "ssh -N -L ";
  command.append(port).append(":").append(here).append(":").append(port);
  if (is_port(server_port) && server_port != "22") command += " -p " + server_port;
  return command + " " + user_name(surroundings) + "@" + server;
}

std::string codespace_command(const Surroundings& surroundings, const std::string& origin) {
  const std::string port = port_of(origin);
  const std::string name = surroundings.variable("CODESPACE_NAME");
  return "gh codespace ports forward " + port + ":" + port +
         (consists_of(name, "-_") ? " -c " + name : std::string());
}

}  // namespace

Surroundings Surroundings::of_this_process() {
  std::error_code ignored;
  return {[](const char* name) {
            const char* value = std::getenv(name);
            return std::string(value == nullptr ? "" : value);
          },
          std::filesystem::exists("/.dockerenv", ignored) ||
              std::filesystem::exists("/run/.containerenv", ignored)};
}

Place find_place(const Surroundings& surroundings) {
  const auto is_set = [&](const char* name) { return !surroundings.variable(name).empty(); };
  if (is_set("CODESPACES") || is_set("CODESPACE_NAME")) return Place::codespace;
  if (is_set("REMOTE_CONTAINERS") || is_set("DEVCONTAINER")) return Place::dev_container;
  if (is_set("SSH_CONNECTION") || is_set("SSH_TTY")) return Place::ssh;
  if (surroundings.container_file || is_set("container")) return Place::container;
  return Place::here;
}

bool may_have_browser(Place place, const Surroundings& surroundings) {
  if (place != Place::ssh) return true;
  const auto variables = {"BROWSER", "DISPLAY", "WAYLAND_DISPLAY"};
  return std::any_of(variables.begin(), variables.end(),
                     [&](const char* name) { return !surroundings.variable(name).empty(); });
}

bool forwards_itself(Place place) {
  return place == Place::codespace || place == Place::dev_container;
}

std::string advice(Place place, const Surroundings& surroundings, const std::string& origin) {
  const std::string port = port_of(origin);
  switch (place) {
    case Place::here:
      break;
    case Place::ssh:
      return "This is a remote session. For a browser on your own machine, run there:\n" +
             ssh_command(surroundings, origin);
    case Place::codespace:
      return "This is a codespace. For a browser on your own machine, run there:\n" +
             codespace_command(surroundings, origin);
    case Place::dev_container:
      return "This is a dev container. The editor forwards port " + port +
             " by itself. If it gives it\nanother number N, put N into the address that does not "
             "load; for that, start with\n--accept-host 127.0.0.1:N";
    case Place::container:
      return "This is a container. A browser outside reaches it only when it shares the host's\n"
             "network, which a published port does not do. Start the container with:\n"
             "docker run --network host";
  }
  return {};
}

}  // namespace oauth_callback::cli
