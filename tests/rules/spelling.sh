#!/usr/bin/env bash
# codespell over the project's text.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
command -v codespell >/dev/null || {
  echo "codespell is missing"
  exit 77
}
# shellcheck source=tests/rules/files.sh
. tests/rules/files.sh
text_files | grep -vE '^(LICENSE|tests/data/|tests/fuzz/corpus/)' |
  xargs -d '\n' codespell --ignore-words tests/rules/spelling-ignore.txt
