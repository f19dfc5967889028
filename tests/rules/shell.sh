#!/usr/bin/env bash
# Runs shellcheck over every shell script.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
command -v shellcheck >/dev/null || {
  echo "shellcheck is missing"
  exit 77
}
# shellcheck source=tests/rules/files.sh
. tests/rules/files.sh
text_files | while IFS= read -r file; do
  if [ "${file%.sh}" != "$file" ] ||
    head -n 1 "$file" | grep -qE '^#!.*\b(ba|da)?sh\b'; then
    printf '%s\n' "$file"
  fi
done | xargs -d '\n' shellcheck --external-sources --source-path=SCRIPTDIR \
  --source-path=.
