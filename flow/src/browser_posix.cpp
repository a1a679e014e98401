#include <sys/utsname.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "browser.hpp"
#include "process.hpp"

namespace oauth_callback::detail {
namespace {

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

#ifndef __APPLE__
bool is_wsl() {
  utsname system{};
  if (uname(&system) != 0) return false;
  return std::string_view(system.release).find("icrosoft") != std::string_view::npos;
}

bool has_display() { return is_set("DISPLAY") || is_set("WAYLAND_DISPLAY"); }
#endif

void add_system_commands(const std::string& url, std::vector<Command>& commands) {
#ifdef __APPLE__
  commands.push_back({"/usr/bin/open", url});
#else
  // No PowerShell and no cmd.exe: they would read the URL as program text.
  if (is_wsl()) {
    commands.push_back({"wslview", url});
    commands.push_back({"rundll32.exe", "url.dll,FileProtocolHandler", url});
    commands.push_back(
        {"/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler", url});
  }
  // Without a display these would start a text browser, or nothing, and we could not tell.
  if (has_display()) {
    commands.push_back({"xdg-open", url});
    commands.push_back({"gio", "open", url});
    commands.push_back({"x-www-browser", url});
    commands.push_back({"firefox", url});
    commands.push_back({"chromium", url});
  }
#endif
}

}  // namespace

bool start_browser(const std::string& url) {
  std::vector<Command> commands;
  if (is_set("BROWSER")) commands = browser_commands(std::getenv("BROWSER"), url);
  add_system_commands(url, commands);
  for (const Command& command : commands) {
    if (start_detached(command)) return true;
  }
  return false;
}

}  // namespace oauth_callback::detail
