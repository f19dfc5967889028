# shellcheck shell=bash
# What the scripts of this folder share. Source it, do not run it:
#
#   . "$(dirname "$0")/common.sh"
#
# With setup.sh it makes the plugin usable, says what is wrong in one line, and
# runs gst-launch-1.0.

# shellcheck source=pipelines/setup.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

score_script=$(basename "$0")

# score_fail STATUS TEXT...: ends the script with one line on stderr.
score_fail () {
  local status=$1
  shift
  score_say "$score_script: $*"
  exit "$status"
}

score_wrong_use () {
  score_fail 2 "$@"
}

# score_needs_value "$@": for options that come with a value.
score_needs_value () {
  [ $# -ge 2 ] || score_wrong_use "$1 needs a value"
}

# score_needs_number OPTION VALUE [LEAST]
score_needs_number () {
  case $2 in
    '' | *[!0-9]*) score_wrong_use "$1 is a whole number" ;;
  esac
  [ "$2" -ge "${3:-0}" ] || score_wrong_use "$1 is at least $3"
}

score_needs_file () {
  if [ ! -f "$1" ] || [ ! -r "$1" ]; then
    score_wrong_use "cannot read $1"
  fi
}

# Where a file is to be written: its folder is there, and it is no folder and
# none of the files that follow.
score_needs_place () {
  local place=$1 other
  [ -d "$(dirname "$place")" ] ||
    score_wrong_use "there is no folder $(dirname "$place")"
  [ ! -d "$place" ] || score_wrong_use "$place is a folder"
  shift
  for other in "$@"; do
    [ ! "$place" -ef "$other" ] ||
      score_wrong_use "$place would be written over"
  done
}

# Builds the plugin and the tool, where that was not done.
score_ready () {
  score_need "${score_build_packages[@]}" "${score_run_packages[@]}"
  score_configure "$score_build_dir"
  score_compile gstscore gst-score-1.0
  score_environment
}

# For scripts that draw.
score_needs_overlay () {
  gst-inspect-1.0 scoreoverlay >/dev/null 2>&1 ||
    score_fail 1 "this build has no scoreoverlay to draw with" \
      "(-Doverlay=disabled, or no cairo and Pango)"
}

# score_launch LOG WORD...: gst-launch-1.0, its output in LOG. The first error
# says what it is; those after it are its consequences.
score_launch () {
  local log=$1
  shift
  gst-launch-1.0 --no-fault "$@" >"$log" 2>&1 </dev/null && return 0
  score_show_error "$log"
  return 1
}

score_show_error () {
  grep -m 1 '^ERROR' "$1" >&2 || tail -n 5 "$1" >&2
}
