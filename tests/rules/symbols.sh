#!/usr/bin/env bash
# Compares what a shared object exports with a committed list.
# usage: symbols.sh LIBRARY LIST
set -euo pipefail
library=$1
list=$2
command -v nm >/dev/null || { echo "nm is missing"; exit 77; }
# a sanitizer brings symbols of its own
diff -u --label "$list" --label "$library" <(LC_ALL=C sort "$list") \
  <(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -v -e '^__' | LC_ALL=C sort) ||
  { echo "The exported symbols are not those of $(basename "$list")."; exit 1; }
