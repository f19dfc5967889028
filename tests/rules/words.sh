#!/usr/bin/env bash
# What the project's text may not hold: somebody's paths, promises of work to
# come, numbers of a tracker, keys, hosts that packages come from. With
# --self-test the rule is run over lines that break it.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=tests/rules/files.sh
. tests/rules/files.sh

# Written so that no pattern matches its own line here.
names=(path promise tracker key host)
declare -A patterns=(
  [path]='(^|[^[:alnum:]_.:/-])/(home|root|work|Users)/[[:alnum:]_.-]+|/tmp/w[t]/'
  [promise]='\b(TO[D]O|FIX[M]E|X[X]X)\b'
  [tracker]='\b[Ii]ssue #?[0-9]+|\b[Ii]ssue #|\b([Cc]loses|[Ff]ixes|see|PR|MR) [#!][0-9]+'
  [key]='\bsk-[A-Za-z0-9_-]*[A-Za-z0-9]{20,}|\bAIza[0-9A-Za-z_-]{30,}|\bgh[pousr]_[A-Za-z0-9]{30,}|\bAKIA[0-9A-Z]{16}'
  [host]='\b(pypi|pythonhosted|crates|npmjs|rubygems|goproxy|deb\.debian|conda|anaconda)\.(org|io|com)\b'
)

# look FILE...: prints the lines against the rule; true when there are some.
look () {
  local found=1 name
  for name in "${names[@]}"; do
    grep -nHE -e "${patterns[$name]}" "$@" | sed "s|^|$name: |" && found=0
  done
  return $found
}

self_test () {
  local bad=0 line fine
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  local breaking=("see /ho""me/jo/clips" "cd /wo""rk/tree" "in /tmp/w""t/a"
    "/* TO""DO: later */" "FIX""ME" "# X""XX" "as issue ""#12 says" "Issue ""7"
    "closes #""31." "key sk-""abcdefghijklmnopqrstuvwxyz"
    "AIza""0123456789abcdefghijABCDEFGHIJ01234" "pip from py""pi.org")
  local fine_lines=("ls /tmp/episode-XXXXXX" "http://127.0.0.1:8080/v1/work/a"
    "an issue of style" "key sk-test-1234" "colour #ff0000" "a home/run"
    "frame #1 is" "/work")
  for line in "${breaking[@]}"; do
    printf '%s\n' "$line" >"$folder/text"
    look "$folder/text" >/dev/null || {
      echo "not seen: $line"
      bad=1
    }
  done
  for fine in "${fine_lines[@]}"; do
    printf '%s\n' "$fine" >"$folder/text"
    if look "$folder/text"; then
      echo "wrongly reported: $fine"
      bad=1
    fi
  done
  return $bad
}

if [ "${1:-}" = --self-test ]; then
  self_test
  exit
fi

mapfile -t files < <(text_files | grep -v '^LICENSE$')
[ "${#files[@]}" -gt 0 ] || {
  echo "no files to read"
  exit 1
}
if look "${files[@]}"; then
  echo "the project's text may not hold these"
  exit 1
fi
