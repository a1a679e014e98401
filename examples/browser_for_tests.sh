#!/usr/bin/env bash
# Stands in for the user's browser, the user and the provider in one, so that the examples run unattended: set BROWSER
# to this file. It takes an authorization URL and answers at its redirect_uri at once, with ANSWER (default: a code).
set -euo pipefail

parameter() {  # NAME: the decoded parameter of the URL
  local query="&${url#*\?}" value
  case "$query" in *"&$1="*) ;; *) return 0 ;; esac
  value=${query#*"&$1="}
  value=${value%%&*}
  value=${value//+/ }
  printf '%b' "${value//%/\\x}"
}

url=$1
redirect_uri=$(parameter redirect_uri)
authority=${redirect_uri#http://}
path=/${authority#*/}
authority=${authority%%/*}
host=${authority%:*}
host=${host#\[}

exec 3<>"/dev/tcp/${host%\]}/${authority##*:}"
printf 'GET %s?%s&state=%s HTTP/1.1\r\nHost: %s\r\n\r\n' \
  "$path" "${ANSWER:-code=4%2F0A%2Bb%3D%3D}" "$(parameter state)" "$authority" >&3
cat <&3 >/dev/null
