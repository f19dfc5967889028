#!/usr/bin/env bash
# bench-ir.sh BASE TEST...: instructions of pipelines over those of the first.
#
# Each argument is a line for gst-launch-1.0. Prints for each the instructions
# in millions and the ratio, which repeats to 0.00001 without a network thread
# and to 0.0001 with one, on a busy machine too. Exit status 77 without valgrind.
set -euo pipefail

[ $# -ge 2 ] || { echo "usage: bench-ir.sh BASE TEST..." >&2; exit 2; }
command -v valgrind >/dev/null || {
  echo "bench-ir.sh: needs valgrind" >&2
  exit 77
}
# Valgrind counts every byte that `rep movsb` copies as an instruction.
export GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000
log=$(mktemp)
trap 'rm -f "$log"' EXIT

count () { # instructions of a line, all threads
  # The threads take turns fairly, or the network's starves.
  # shellcheck disable=SC2086
  valgrind --tool=callgrind --callgrind-out-file=/dev/null --fair-sched=yes \
    --log-file="$log" gst-launch-1.0 -q $1 >/dev/null
  awk '/Collected/ { print $NF }' "$log"
}

base=
for line; do
  n=$(count "$line")
  base=${base:-$n}
  awk -v n="$n" -v base="$base" -v line="$line" 'BEGIN {
    sub(/^.*! */, "", line); sub(/ .*/, "", line)
    printf "%-12s %10.1f M  ratio %.5f\n", line, n / 1e6, n / base }'
done
