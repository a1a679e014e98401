# shellcheck shell=bash
# The part of ./dev that sees to the tests with real browsers. Sourced by it.

# The npm packages of tests/e2e/browser, pinned by its lock file, in build/npm. No script of a package is run.
npm_packages() {
  local folder=build/npm sources=tests/e2e/browser
  if cmp -s "$sources/package-lock.json" "$folder/installed"; then return; fi
  say "Installing the npm packages of the browser tests"
  mkdir -p "$folder"
  rm -f "$folder/installed"
  cp "$sources/package.json" "$sources/package-lock.json" "$folder"
  quietly npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error || return
  cp "$sources/package-lock.json" "$folder/installed"
}

# Sets up the tests with real browsers. Where that fails the other tests run all the same: browsers_missing says why.
browsers_missing=
set_up_browsers() {
  # Node and npm are Debian's only where there are none from elsewhere.
  local packages=(chromium firefox-esr) name
  for name in node npm; do
    command -v "$name" >/dev/null || packages+=("${name/%node/nodejs}")
  done
  browsers_missing=
  if command -v apt-get >/dev/null; then
    # In a shell of its own: it leaves by `die`.
    (set_up "${packages[@]}") || browsers_missing="Not installed: ${packages[*]}."
  fi
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    browsers_missing+=" There is no node or no npm."
  else
    npm_packages || browsers_missing+=" npm ci failed: see above."
  fi
  configure_options+=(-DOAUTH_CALLBACK_BROWSER_TESTS=ON)
}

# The last word of a test run: what did not run. A failure where OAUTH_CALLBACK_REQUIRE_BROWSER is set.
browser_notice() {
  local registered lost=()
  registered=$(ctest --preset dev -N)
  grep -q ': browser\.[a-z]*$' <<< "$registered" || lost+=(browser.BACKEND)
  grep -q ': browser\.firefox\.[a-z]*$' <<< "$registered" || lost+=(browser.firefox.BACKEND)
  [ ${#lost[@]} != 0 ] || return 0
  cat >&2 <<END

!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
!!! TESTS WITH REAL BROWSERS DID NOT RUN: ${lost[*]}
!!! What is above says nothing about them. They take Chromium and Firefox ESR,
!!! Node and npm, and the packages of tests/e2e/browser/package-lock.json.
!!! ${browsers_missing:-A browser or Node was not found: see tests/e2e/browser/README.md.}
!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!
END
  [ -z "${OAUTH_CALLBACK_REQUIRE_BROWSER:-}" ]
}
