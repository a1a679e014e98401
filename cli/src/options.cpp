#include "options.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <map>

#include "exit_status.hpp"
#include "help.hpp"
#include "oauth_callback/encoding.hpp"
#include "text.hpp"
#include "values.hpp"

namespace oauth_callback::cli {
namespace {

struct Raw {
  std::string ports = "0";
  std::string timeout = "5m";
  std::string format = "code";
  std::string state;
  std::string success_html;
  std::string error_html;
  bool no_browser = false;
};

[[noreturn]] void wrong(const std::string& message) { throw UsageError(message); }

void declare_shared(CLI::App& app, Options& options, Raw& raw) {
  app.add_option("--backend", options.backend);
  app.add_option("--timeout", raw.timeout);
  app.add_flag("--no-browser", raw.no_browser);
  app.add_flag("--verbose,-v", options.verbose);
}

void declare_receive(CLI::App& app, Options& options, Raw& raw) {
  declare_shared(app, options, raw);
  app.add_option("URL", options.url);
  app.add_option("--port", raw.ports);
  app.add_option("--host", options.server.host);
  app.add_option("--path", options.path);
  app.add_option("--redirect-host", options.server.redirect_host);
  app.add_option("--accept-host", options.server.accepted_hosts)
      ->expected(1)
      ->delimiter(',')
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--state", raw.state);
  app.add_option("--issuer", options.issuer);
  app.add_flag("--form-post", options.form_post);
  app.add_option("--format", raw.format);
  app.add_option("--app-name", options.server.pages.app_name);
  app.add_option("--return-url", options.server.pages.return_url);
  app.add_option("--success-html", raw.success_html);
  app.add_option("--error-html", raw.error_html);
  app.add_option("--success-url", options.server.pages.success_url);
  app.add_option("--error-url", options.server.pages.error_url);
}

Format parse_format(const std::string& text) {
  const std::map<std::string, Format> formats = {{"code", Format::code},
                                                 {"json", Format::json},
                                                 {"env", Format::env},
                                                 {"query", Format::query}};
  const auto found = formats.find(text);
  if (found == formats.end()) {
    wrong("--format: '" + printable(text) + "' is unknown: choose code, json, env or query");
  }
  return found->second;
}

void read_pages(const Raw& raw, Pages& pages) {
  if (!raw.success_html.empty() && !pages.success_url.empty()) {
    wrong("--success-html and --success-url: choose one of them");
  }
  if (!raw.error_html.empty() && !pages.error_url.empty()) {
    wrong("--error-html and --error-url: choose one of them");
  }
  if (!raw.success_html.empty()) pages.success_html = read_page("--success-html", raw.success_html);
  if (!raw.error_html.empty()) pages.error_html = read_page("--error-html", raw.error_html);
}

// An empty value comes from a script whose variable is not set; to take it as the default would
// hide that.
void refuse_empty_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0 || option->get_expected_max() == 0) continue;
    for (const auto& value : option->results()) {
      if (value.empty()) wrong(option->get_name() + " is empty: give it a value, or leave it out");
    }
  }
}

void finish_receive(const CLI::App& app, const Raw& raw, Options& options) {
  if (app.count("URL") == 0 && !raw.no_browser) {
    wrong("no URL: give the authorization URL, or --no-browser to receive only (see --help)");
  }
  if (app.count("--state") > 0) options.state = raw.state;
  if (!options.path.starts_with('/')) {
    wrong("--path: '" + printable(options.path) + "' is not a path: it has to begin with /");
  }
  options.server.ports = parse_ports(raw.ports);
  check_redirect_host(options.server.redirect_host);
  const Pages& pages = options.server.pages;
  if (!pages.success_url.empty()) check_web_url("--success-url", pages.success_url);
  if (!pages.error_url.empty()) check_web_url("--error-url", pages.error_url);
  if (!pages.return_url.empty()) check_return_url(pages.return_url);
  if (!is_utf8(pages.app_name)) wrong("--app-name is not UTF-8");
  options.format = parse_format(raw.format);
  read_pages(raw, options.server.pages);
}

// CLI11's messages may have several lines.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  return printable(text) + " (see oauth-callback --help)";
}

}  // namespace

Options parse_options(int argc, const char* const* argv) {
  Options options;
  Raw raw;
  CLI::App app;
  app.option_defaults()->take_last();  // so that a script's option can be overridden
  app.formatter_fn(
      [](const CLI::App*, const std::string&, CLI::AppFormatMode) { return help_text(); });
  app.set_version_flag("--version", version_text());
  app.set_help_flag("--help,-h");
  declare_receive(app, options, raw);
  CLI::App* backends = app.add_subcommand("backends");
  backends->add_option("--backend", options.backend);
  CLI::App* demo = app.add_subcommand("demo");
  declare_shared(*demo, options, raw);
  demo->add_flag("--deny", options.deny);
  app.require_subcommand(0, 1);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    options.text = help_text();
  } catch (const CLI::CallForVersion&) {
    options.text = version_text() + "\n";
  } catch (const CLI::ParseError& error) {
    wrong(one_line(error.what()));
  }
  if (!options.text.empty()) {
    options.command = Command::show;
    return options;
  }
  for (const CLI::App* part :
       {static_cast<const CLI::App*>(&app), static_cast<const CLI::App*>(backends),
        static_cast<const CLI::App*>(demo)}) {
    refuse_empty_values(*part);
  }
  options.browser = !raw.no_browser;
  options.timeout = parse_duration(raw.timeout);
  if (backends->parsed() || demo->parsed()) {
    if (!options.url.empty())
      wrong("a URL does not go with " + std::string(demo->parsed() ? "demo" : "backends"));
    options.command = demo->parsed() ? Command::demo : Command::backends;
  } else {
    finish_receive(app, raw, options);
  }
  return options;
}

}  // namespace oauth_callback::cli
