#include "help.hpp"

namespace oauth_callback::cli {

std::string help_text() {
  return R"(Signs a user in through the browser and prints what the OAuth provider answers.

  oauth-callback demo
      Shows how it works, against a provider of its own on this machine.

  oauth-callback 'https://provider.example/authorize?response_type=code&client_id=ID'
      Opens the URL, waits for the response, prints the code. redirect_uri and state
      are added to the URL, unless it has them.

  code=$(oauth-callback "$url") || exit
  answer=$(oauth-callback --format env "$url") && eval "$answer"
  oauth-callback --format json "$url" | jq -r .code
      The same in scripts: standard output holds the answer and nothing else.

  oauth-callback --no-browser --state "$state"
      Without a URL: receives only. Prints its redirect URI on the first line, at once,
      and the answer on the next. The URL that asks for it is made and opened elsewhere.

Usage: oauth-callback [OPTION]... URL
       oauth-callback [OPTION]... --no-browser
       oauth-callback backends
       oauth-callback demo [--no-browser] [--deny] [--backend NAME] [--timeout TIME]

Waiting
  --timeout TIME        How long to wait: 30s, 5m, 1h, 500ms, or seconds [5m]
  --no-browser          Opens nothing. Prints the URL, on standard error; without a URL see above
  --state auto          A random state of 256 bits, which the response must bring back [with a URL].
                        Without a URL it is printed, on standard error
  --state VALUE         This state. Without a URL: what the response must bring
  --state none          Any response is taken, so any page in the browser can send one
                        [without a URL]
  --issuer ISSUER       The provider as it names itself: a response must bring it (RFC 9207)
  --form-post           Takes the response as a POST, too (response_mode=form_post)
  From a terminal: when the browser cannot load the page it ends on (it runs elsewhere),
  paste that page's address here and press Enter. It is not echoed.

Redirect URI (a redirect_uri in the URL decides all of these)
  --port N[,N...]       Ports, tried in order; 0 is any free one [0]
  --host HOST           127.0.0.1, ::1, or localhost for both [127.0.0.1]
  --path PATH           [/callback]
  --redirect-host HOST  The host as the provider wants it spelt, when that is not --host
  --accept-host NAME[:PORT][,...]
                        Further hosts by which the browser may come, when a port is forwarded
                        under another number

Answer
  --format code         The code
  --format json         One object with all parameters; a repeated one is an array
  --format env          OAUTH_CODE='...' and so on, for eval; the first of a repeated one
  --format query        All parameters, percent-encoded
                        json and env have redirect_uri as well: the token request must repeat it

In the browser
  --app-name NAME       Who asks, as its user knows it: shown on every page
  --return-url URL      A link back to the program, of any scheme but javascript, data and the like
  --success-html FILE, --error-html FILE
                        Pages of your own. {{error}}, {{error_description}}, {{error_uri}} and
                        {{app_name}} are filled in
  --success-url URL, --error-url URL
                        Where to go instead of a page

  --backend NAME        The HTTP library; see oauth-callback backends. The environment's
                        OAUTH_CALLBACK_BACKEND does the same
  --verbose, -v         Prints each request: method, path, outcome, status. Never a query
  --help, --version

Exit status: 0 answered, 1 failed, 2 wrong usage, 3 refused by the provider (error and
description on standard error; json, env and query print all of it), 4 timed out,
130 interrupted.

Environment: BROWSER (commands, separated by colons, %s is the URL; "none" starts none),
OAUTH_CALLBACK_BACKEND, NO_COLOR.
)";
}

std::string version_text() { return "oauth-callback " OAUTH_CALLBACK_VERSION; }

}  // namespace oauth_callback::cli
