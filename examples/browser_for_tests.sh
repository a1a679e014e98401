#!/usr/bin/env bash
# Stands in for the user's browser, the user and the provider in one, so that the examples run unattended: set BROWSER
# to this file. It takes an authorization URL and answers at its redirect_uri at once, with ANSWER (default: a code).
# With response_mode=form_post it posts the answer. forwarded_to is the URI to which a tunnel leads the redirect_uri's.
set -euo pipefail

parameter() {  # NAME: the decoded parameter of the URL
  local query="&${url#*\?}" value
  case "$query" in *"&$1="*) ;; *) return 0 ;; esac
  value=${query#*"&$1="}
  value=${value%%&*}
  value=${value//+/ }
  printf '%b' "${value//%/\\x}"
}

authority_of() {  # URI
  local rest=${1#http://}
  echo "${rest%%/*}"
}

url=$1
redirect_uri=$(parameter redirect_uri)
forwarded_to=$(parameter forwarded_to)
authority=$(authority_of "$redirect_uri")
path=${redirect_uri#"http://$authority"}
peer=$(authority_of "${forwarded_to:-$redirect_uri}")
host=${peer%:*}
host=${host#\[}
answer="${ANSWER:-code=4%2F0A%2Bb%3D%3D}&state=$(parameter state)"

exec 3<>"/dev/tcp/${host%\]}/${peer##*:}"
if [ "$(parameter response_mode)" = form_post ]; then
  printf 'POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s' \
    "$path" "$authority" "${#answer}" "$answer" >&3
else
  printf 'GET %s?%s HTTP/1.1\r\nHost: %s\r\n\r\n' "$path" "$answer" "$authority" >&3
fi
cat <&3 >/dev/null
