#!/usr/bin/env bash
# A live camera with the progress drawn on it.
set -euo pipefail

# shellcheck source=pipelines/camera.sh
. "$(dirname "$0")/camera.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/live-camera.sh [OPTION...] [CAMERA]

Shows a camera with the progress drawn on it: a provisional number every two
seconds, while the robot moves. CAMERA is a video device (raw or MJPEG;
default: /dev/video0) or an rtsp:// URL. Where no camera is named and there is
no /dev/video0, the toy robot of scoretestsrc plays instead. Ctrl-C ends it,
when what was seen so far has its score.

EOF
  score_server_help
  cat <<'EOF'

Options:
  --task TEXT      what the robot is to do (default: the toy's task)
  --episode N      seconds of an episode (default: 30; of the toy: 8)
  --record FILE    the scores go there, too, one line an episode
  --buffers N      end after N frames
  --headless       open no window
  --no-install     do not install packages
  --help           this text

Exit status: 0 ended, by Ctrl-C too, 1 failed, 2 wrong use.
EOF
}

task="put the banana in the bowl"
seconds=
buffers=()
record=()
sink=autovideosink
camera=
while [ $# -gt 0 ]; do
  case $1 in
    --task | --episode | --record | --buffers)
      score_needs_value "$@"
      case $1 in
        --task) task=$2 ;;
        --episode) score_needs_number "$1" "$2" 1; seconds=$2 ;;
        --record) score_needs_place "$2"; record=(results-location="$2") ;;
        --buffers) score_needs_number "$1" "$2" 1; buffers=(! identity eos-after="$2") ;;
      esac
      shift ;;
    --headless) sink=fakesink ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    --help) usage; exit 0 ;;
    -*) score_wrong_use "unknown option $1; see --help" ;;
    *)
      [ -z "$camera" ] || score_wrong_use "one camera; see --help"
      camera=$1 ;;
  esac
  shift
done

camera_find "$camera" "$task" "$seconds" -1

score_ready
score_needs_overlay
logs=$(mktemp -d)
trap 'score_stop_server; rm -rf "$logs"' EXIT
score_server "$logs"
# gst-launch-1.0 of GStreamer 1.22 may go on for ever after an error of rtspsrc:
# the progress message that follows can make it play what has failed. So what it
# says is watched, in a locale whose words are known.
launch () {
  {
    # shellcheck disable=SC2016 # the inner shell expands it
    env -u LANGUAGE LC_ALL=C.UTF-8 bash -c 'echo $$ >"$0"; exec "$@"' "$logs/pid" \
      gst-launch-1.0 --no-fault -e -m "$@" 2>&1 >&3 | watch_errors
  } 3>&1
}

watch_errors () {
  local line patience=()
  trap '' INT # is for gst-launch-1.0, which then still speaks
  while IFS= read -r "${patience[@]}" line; do
    score_say "$line"
    [ "$line" != "ERROR: pipeline doesn't want to preroll." ] || patience=(-t 2)
  done
  [ ${#patience[@]} -eq 0 ] || kill "$(cat "$logs/pid")" 2>/dev/null || true
}

launch "${camera_source[@]}" "${buffers[@]}" \
  ! videoconvert ! scoreannotate mode=live task="$task" \
  describe-batch=4 \
  episode-duration="$((${seconds:-30} * 1000000000))" "${record[@]}" "${server[@]}" \
  ! scoreoverlay ! queue leaky=downstream ! videoconvert ! "$sink" ||
  score_fail 1 "ended by the error above; the camera was $camera_name"
