#!/usr/bin/env bash
# Draws the pictures of scoreoverlay in this folder, or in the one that is
# given, with the plugin of this source tree.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/setup.sh
. "$here/../../pipelines/setup.sh"

if [ "${1:-}" = --help ]; then
  echo "usage: $0 [FOLDER]"
  exit
fi
score_need "${score_build_packages[@]}" "${score_run_packages[@]}" \
  fonts-dejavu-core
# shellcheck disable=SC2119 # the build needs no option
score_build
score_environment
"$score_build_dir/tests/check/overlay/draw-pictures" "${1:-$here}"
