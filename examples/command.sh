#!/usr/bin/env bash
# The command, as README shows it. Run as a test, with oauth-callback on the PATH and BROWSER set.
set -euo pipefail
state=$RANDOM$RANDOM$RANDOM$RANDOM
provider='https://provider.example/authorize?response_type=code&client_id=my-app'

# [code]
code=$(oauth-callback 'https://provider.example/authorize?response_type=code&client_id=my-app')
# [code]
[ "$code" = '4/0A+b==' ]

# [options]
oauth-callback --format json --timeout 2m --port 8080,8081,0 "$provider"
# [options]

# [receiver]
oauth-callback --no-browser --state "$state" | {
  read -r redirect_uri  # it listens: now send the user to the provider
  "$BROWSER" "$provider&state=$state&redirect_uri=$redirect_uri"
  read -r code
  echo "The code has ${#code} characters."
}
# [receiver]

# [backends]
oauth-callback backends
# [backends]
