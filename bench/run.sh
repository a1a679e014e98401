# Functions of ./dev.
# shellcheck shell=bash

# Whole processes against a floor, the parts inside, and what a user's build pays (docs/performance.md).
bench() {  # ROUNDS SCALE-ROUNDS MICRO-OPTION…
  local out=build/bench/measured rounds=$1 scale_rounds=$2 name
  shift 2
  local state=m3VqJx0kT2uQ8cYfWnA5rZ7sB1dG6hLp programs=() commands=()
  local options="--no-browser --state $state"
  mkdir -p "$out"
  programs=("floor=build/bench/bench/floor $state" "oauth-callback=build/bench/cli/oauth-callback $options")
  for name in build/bench/bench/floor_*; do
    name=${name#*floor_}
    programs+=("floor with $name=build/bench/bench/floor_$name $state"
      "$name@floor with $name=build/bench/bench/command_$name $options")
    commands+=("$name=build/bench/bench/command_$name $options")
  done
  say "Whole processes"
  build/bench/bench/bench_process "${programs[@]}" --rounds "$rounds" --markdown "$out/process"
  say "Inside"
  build/bench/bench/bench_micro --markdown="$out/micro" "$@"
  say "Among other connections"
  build/bench/bench/bench_scale "${commands[@]}" --rounds "$scale_rounds" --markdown "$out/scale" --data "$out/scale.dat"
  gnuplot -e "data='$out/scale.dat'; picture='$out/scale.svg'" bench/scale.gnuplot
  say "A user's build"
  bench/build_cost.sh "$((rounds < 11 ? rounds : 11))" "$out/build"
}

# Puts what was measured between its markers.
write_performance() {
  local out=build/bench/measured
  awk -v out="$out" '
    /^<!-- measured: / {
      print
      file = out "/" $3
      while ((getline line < file) > 0) print line
      skipping = 1
    }
    /^<!-- end -->/ { skipping = 0 }
    !skipping' docs/performance.md > "$out/performance.md"
  cp "$out/performance.md" docs/performance.md
  cp "$out/scale.svg" docs/scale.svg
  say "Written: docs/performance.md, docs/scale.svg"
}
