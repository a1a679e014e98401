#!/usr/bin/env bash
# The command, as README and the guide show it. Run as a test, with oauth-callback on the PATH and BROWSER set to
# browser_for_tests.sh, which answers for every provider: nothing leaves this machine.
set -euo pipefail
state=$RANDOM$RANDOM$RANDOM$RANDOM
provider='https://provider.example/authorize?response_type=code&client_id=my-app'
expect() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; exit 1; }; }
answered='4/0A+b=='

# [code]
code=$(oauth-callback 'https://provider.example/authorize?response_type=code&client_id=my-app')
# [code]
expect "$code" "$answered"

client_id=my-app
# [github]
code=$(oauth-callback "https://github.com/login/oauth/authorize?client_id=$client_id&scope=read:user")
# [github]
expect "$code" "$answered"

code=
# [google]
scope=https://www.googleapis.com/auth/drive.readonly
code=$(oauth-callback \
  "https://accounts.google.com/o/oauth2/v2/auth?response_type=code&client_id=$client_id&scope=$scope")
# [google]
expect "$code" "$answered"

code=
# [microsoft]
code=$(oauth-callback --host localhost \
  "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?response_type=code&client_id=$client_id&scope=User.Read")
# [microsoft]
expect "$code" "$answered"

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

# [pkce]
base64url() { base64 -w 0 | tr '+/' '-_' | tr -d =; }
challenge_of() { printf %b "$(printf %s "$1" | sha256sum | cut -c 1-64 | sed 's/../\\x&/g')" | base64url; }

verifier=$(head -c 32 /dev/urandom | base64url)
answer=$(oauth-callback --format env \
  "$provider&code_challenge_method=S256&code_challenge=$(challenge_of "$verifier")")
eval "$answer"
# The token request takes $OAUTH_CODE, $OAUTH_REDIRECT_URI and $verifier.
# [pkce]
expect "$OAUTH_CODE" "$answered"
case "$OAUTH_REDIRECT_URI" in http://127.0.0.1:*/callback) ;; *) expect "$OAUTH_REDIRECT_URI" "a redirect URI" ;; esac
# Appendix B of RFC 7636.
expect "$(challenge_of dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk)" E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM

# [backends]
oauth-callback backends
# [backends]
