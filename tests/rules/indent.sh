#!/usr/bin/env bash
# Formats a copy of every C file as GStreamer does and shows what differs.
# With --fix the files themselves are formatted.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v indent >/dev/null || { echo "GNU indent is missing"; exit 77; }

options=(--braces-on-if-line --case-brace-indentation0 --case-indentation2
  --braces-after-struct-decl-line --line-length80 --no-tabs --cuddle-else
  --dont-line-up-parentheses --continuation-indentation4 --honour-newlines
  --tab-size8 --indent-level2 --leave-preprocessor-space)
export VERSION_CONTROL=none
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
while IFS= read -r -d '' file; do
  copy=$work/copy.c
  cp "$file" "$copy"
  indent "${options[@]}" "$copy" 2>/dev/null && indent "${options[@]}" "$copy" 2>/dev/null
  if ! cmp -s "$file" "$copy"; then
    if [ "${1:-}" = --fix ]; then
      cp "$copy" "$file"
    else
      diff -u --label "$file" --label "$file (indented)" "$file" "$copy" || true
      bad=$((bad + 1))
    fi
  fi
done < <(find gst plugin examples tests -name '*.c' -print0 | sort -z)
[ "$bad" -eq 0 ] || { echo "$bad files are not indented; run tests/rules/indent.sh --fix"; exit 1; }
