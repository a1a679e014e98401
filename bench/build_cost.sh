#!/usr/bin/env bash
# What a user's build pays: for our header, and for the library with one backend from scratch on two cores.
# usage: build_cost.sh ROUNDS MARKDOWN
set -euo pipefail
rounds=$1 markdown=$2
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
compiler=${CXX:-g++}

printf '#include <%s>\n' chrono functional optional string system_error vector > "$work/standard.cpp"
echo '#include <oauth_callback/oauth_callback.hpp>' > "$work/ours.cpp"

milliseconds() {  # COMMAND…
  local before=${EPOCHREALTIME/./}
  "$@"
  echo $(((${EPOCHREALTIME/./} - before) / 1000))
}

compile() { "$compiler" -std=c++20 -O2 -I"$root/interface/include" -I"$root/runtime_select/include" -I"$root/flow/include" \
  -c "$1" -o "$work/object.o"; }

# In turn, so that what else the machine does meets both.
for ((i = 0; i < rounds; ++i)); do
  milliseconds compile "$work/standard.cpp" >> "$work/standard"
  milliseconds compile "$work/ours.cpp" >> "$work/ours"
done
median() { sort -n "$1" | sed -n "$(((rounds + 1) / 2))p"; }
standard=$(median "$work/standard") ours=$(median "$work/ours")

configure_alone() {  # BACKEND: with nothing that is there already
  local options=() backend
  for backend in beast httplib poco; do
    options+=("-DOAUTH_CALLBACK_BACKEND_${backend^^}=$([ "$backend" = "$1" ] && echo ON || echo OFF)")
  done
  cmake -S "$root" -B "$work/$1" -G Ninja -DOAUTH_CALLBACK_CCACHE= -DOAUTH_CALLBACK_BUILD_CLI=OFF \
    -DOAUTH_CALLBACK_BUILD_TESTS=OFF -DOAUTH_CALLBACK_BUILD_CONFORMANCE=OFF -DOAUTH_CALLBACK_BUILD_EXAMPLES=OFF \
    "${options[@]}" > "$work/log"
}
build_alone() { cmake --build "$work/$1" -j 2 > "$work/log"; }

{
  printf '| what is compiled | time |\n|---|---:|\n'
  printf '| `<chrono> <functional> <optional> <string> <system_error> <vector>` | %d ms |\n' "$standard"
  printf '| `<oauth_callback/oauth_callback.hpp>` | %d ms, %d.%02dx |\n' "$ours" $((ours / standard)) $((ours * 100 / standard % 100))
  if ((rounds > 3)); then
    for backend in beast httplib poco; do
      configure_alone "$backend"
      printf '| the libraries with %s alone, `-j 2`, no ccache | %d s |\n' "$backend" $((($(milliseconds build_alone "$backend") + 500) / 1000))
    done
  fi
} | tee "$markdown"
