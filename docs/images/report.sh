#!/usr/bin/env bash
# Takes the pictures of a report in this folder, or in the one that is given, with
# the tool of this source tree and a headless Chromium.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=pipelines/setup.sh
. "$here/../../pipelines/setup.sh"

if [ "${1:-}" = --help ]; then
  echo "usage: $0 [FOLDER]"
  exit
fi
score_need "${score_build_packages[@]}" "${score_run_packages[@]}" \
  chromium chromium-driver ffmpeg fonts-dejavu-core
# shellcheck disable=SC2119 # the build needs no option
score_build
score_environment
export G_TEST_BUILDDIR=$score_build_dir/tests G_TEST_SRCDIR=$score_root/tests
export SCORE_TOOL=$score_build_dir/gst/tools/gst-score-1.0
/usr/bin/env python3 "$here/report.py" "${1:-$here}"
