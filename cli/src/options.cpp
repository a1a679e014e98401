#include "options.hpp"

#include <getopt.h>

#include <array>
#include <utility>
#include <vector>

#include "exit_status.hpp"
#include "help.hpp"
#include "oauth_callback/encoding.hpp"
#include "text.hpp"
#include "values.hpp"

namespace oauth_callback::cli {
namespace {

// What stands on the command line, before it is looked at as a whole.
struct Given {
  Options options;
  std::vector<std::string> operands;
  std::vector<const struct Flag*> flags;
  std::string ports = "0";
  std::string timeout = "5m";
  std::string format = "code";
  std::string success_html;
  std::string error_html;
};

constexpr unsigned with_receive = 1;
constexpr unsigned with_backends = 2;
constexpr unsigned with_demo = 4;

struct Flag {
  const char* name;
  char letter;     // 0: none
  int has_value;   // as getopt_long() takes it
  unsigned where;  // the commands that it goes with
  void (*take)(Given& given, const std::string& value);
};

[[noreturn]] void wrong(const std::string& message) { throw UsageError(message); }

[[noreturn]] void misused(const std::string& message) {
  wrong(message + " (see oauth-callback --help)");
}

// An empty value comes from a script whose variable is not set; to take it as the default would
// hide that.
void refuse_empty(const std::string& name, const std::string& value) {
  if (value.empty()) wrong(name + " is empty: give it a value, or leave it out");
}

void take_hosts(Given& given, const std::string& list) {
  std::string_view rest = list;
  for (;;) {
    const std::size_t end = rest.find(',');
    const std::string host(rest.substr(0, end));
    refuse_empty("--accept-host", host);
    given.options.server.accepted_hosts.push_back(host);
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

// Of one that is repeated the last counts, so that a script's can be overridden; but for
// --accept-host, which adds.
constexpr std::array flags = {
    Flag{"backend", 0, required_argument, with_receive | with_backends | with_demo,
         [](Given& g, const std::string& v) { g.options.backend = v; }},
    Flag{"timeout", 0, required_argument, with_receive | with_demo,
         [](Given& g, const std::string& v) { g.timeout = v; }},
    Flag{"no-browser", 0, no_argument, with_receive | with_demo,
         [](Given& g, const std::string&) { g.options.browser = false; }},
    Flag{"verbose", 'v', no_argument, with_receive | with_demo,
         [](Given& g, const std::string&) { g.options.verbose = true; }},
    Flag{"deny", 0, no_argument, with_demo,
         [](Given& g, const std::string&) { g.options.deny = true; }},
    Flag{"port", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.ports = v; }},
    Flag{"host", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.host = v; }},
    Flag{"path", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.path = v; }},
    Flag{"redirect-host", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.redirect_host = v; }},
    Flag{"accept-host", 0, required_argument, with_receive, take_hosts},
    Flag{"state", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.state = v; }},
    Flag{"issuer", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.issuer = v; }},
    Flag{"form-post", 0, no_argument, with_receive,
         [](Given& g, const std::string&) { g.options.form_post = true; }},
    Flag{"format", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.format = v; }},
    Flag{"app-name", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.pages.app_name = v; }},
    Flag{"return-url", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.pages.return_url = v; }},
    Flag{"success-html", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.success_html = v; }},
    Flag{"error-html", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.error_html = v; }},
    Flag{"success-url", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.pages.success_url = v; }},
    Flag{"error-url", 0, required_argument, with_receive,
         [](Given& g, const std::string& v) { g.options.server.pages.error_url = v; }},
    Flag{"help", 'h', no_argument, with_receive | with_backends | with_demo,
         [](Given& g, const std::string&) { g.options.text = help_text(); }},
    Flag{"version", 0, no_argument, with_receive | with_backends | with_demo,
         [](Given& g, const std::string&) { g.options.text = version_text() + "\n"; }}};

Format parse_format(const std::string& text) {
  if (text == "code") return Format::code;
  if (text == "json") return Format::json;
  if (text == "env") return Format::env;
  if (text == "query") return Format::query;
  wrong("--format: '" + printable(text) + "' is unknown: choose code, json, env or query");
}

void read_pages(const Given& given, Pages& pages) {
  if (!given.success_html.empty() && !pages.success_url.empty()) {
    wrong("--success-html and --success-url: choose one of them");
  }
  if (!given.error_html.empty() && !pages.error_url.empty()) {
    wrong("--error-html and --error-url: choose one of them");
  }
  if (!given.success_html.empty())
    pages.success_html = read_page("--success-html", given.success_html);
  if (!given.error_html.empty()) pages.error_html = read_page("--error-html", given.error_html);
}

// The values of getopt_long() for flags with no letter begin here.
constexpr int first_value = 256;

std::vector<option> long_options() {
  std::vector<option> options;
  for (const Flag& flag : flags) {
    options.push_back(
        {flag.name, flag.has_value, nullptr, first_value + static_cast<int>(options.size())});
  }
  options.push_back({});
  return options;
}

const Flag* find_flag(int value) {
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (value == first_value + static_cast<int>(i) || (value != 0 && value == flags[i].letter))
      return &flags[i];
  }
  return nullptr;
}

void take(Given& given, const Flag& flag, const char* text) {
  const std::string value = text == nullptr ? "" : text;
  if (flag.has_value == required_argument) refuse_empty(std::string("--") + flag.name, value);
  flag.take(given, value);
  given.flags.push_back(&flag);
}

// What getopt_long() stopped at.
std::string rejected(char* const* argv) {
  if (optopt > 0 && optopt < first_value) return std::string("-") + static_cast<char>(optopt);
  return argv[optind - 1];
}

Given read_arguments(int argc, char* const* argv) {
  const std::vector<option> options = long_options();
  Given given;
  opterr = 0;  // the messages are ours
  // "-": operands in their place, whatever POSIXLY_CORRECT says; ":": a missing value is told
  // apart.
  for (int value; (value = getopt_long(argc, argv, "-:hv", options.data(), nullptr)) != -1;) {
    if (value == ':') misused("a value is missing: " + printable(argv[optind - 1]));
    if (value == '?') misused("there is no such option: " + printable(rejected(argv)));
    if (value == 1) {
      given.operands.push_back(optarg);
    } else {
      take(given, *find_flag(value), optarg);
    }
    if (!given.options.text.empty()) break;
  }
  given.operands.insert(given.operands.end(), argv + optind, argv + argc);
  return given;
}

// Takes the name of the command from the operands.
unsigned find_command(Given& given) {
  const std::string first = given.operands.empty() ? "" : given.operands.front();
  if (first != "demo" && first != "backends") return with_receive;
  given.options.command = first == "demo" ? Command::demo : Command::backends;
  if (given.operands.size() > 1) misused(first + " takes no URL: " + printable(given.operands[1]));
  given.operands.clear();
  return first == "demo" ? with_demo : with_backends;
}

void finish_receive(Given& given) {
  Options& options = given.options;
  if (given.operands.size() > 1) misused("one URL is enough: " + printable(given.operands[1]));
  if (given.operands.empty() && options.browser)
    wrong("no URL: give the authorization URL, or --no-browser to receive only (see --help)");
  if (!given.operands.empty()) {
    options.url = given.operands.front();
    refuse_empty("URL", options.url);
  }
  if (!options.path.starts_with('/')) {
    wrong("--path: '" + printable(options.path) + "' is not a path: it has to begin with /");
  }
  options.server.ports = parse_ports(given.ports);
  check_redirect_host(options.server.redirect_host);
  const Pages& pages = options.server.pages;
  if (!pages.success_url.empty()) check_web_url("--success-url", pages.success_url);
  if (!pages.error_url.empty()) check_web_url("--error-url", pages.error_url);
  if (!pages.return_url.empty()) check_return_url(pages.return_url);
  if (!is_utf8(pages.app_name)) wrong("--app-name is not UTF-8");
  options.format = parse_format(given.format);
  read_pages(given, options.server.pages);
}

}  // namespace

Options parse_options(int argc, char* const* argv) {
  Given given = read_arguments(argc, argv);
  if (!given.options.text.empty()) {
    given.options.command = Command::show;
    return std::move(given.options);
  }
  const unsigned command = find_command(given);
  for (const Flag* flag : given.flags) {
    if ((flag->where & command) == 0) {
      const bool general = given.options.command == Command::receive;
      misused(std::string("--") + flag->name + " goes with " +
              (general ? "demo only" : "a sign-in, not with this command"));
    }
  }
  given.options.timeout = parse_duration(given.timeout);
  if (command == with_receive) finish_receive(given);
  return std::move(given.options);
}

}  // namespace oauth_callback::cli
