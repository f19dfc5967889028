#!/usr/bin/env bash
# module-symbols.sh MODULE: a plugin exports its two entry points, no more.
set -euo pipefail
command -v nm >/dev/null || {
  echo "nm is missing"
  exit 77
}
diff -u --label wanted --label "exported by $1" \
  <(printf '%s\n' gst_plugin_score_get_desc gst_plugin_score_register) \
  <(nm -D --defined-only "$1" | awk '{ print $3 }' | LC_ALL=C sort)
