#!/usr/bin/env bash
# Records a camera, a file an episode, each with its progress as subtitles.
set -euo pipefail

# shellcheck source=pipelines/camera.sh
. "$(dirname "$0")/camera.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/record-with-progress.sh [OPTION...] FOLDER [CAMERA]

Records a camera into FOLDER: a file an episode with its name, H.264 and the
progress as a subtitle track, and scores.jsonl, a record an episode. CAMERA is a
video device (raw or MJPEG; default: /dev/video0) or an rtsp:// URL. Where no
camera is named and there is no /dev/video0, the toy robot of scoretestsrc plays
instead. Ctrl-C ends it: what was recorded is still scored and written, unless
it comes twice.

Frames wait for the result of their episode, in memory up to half a gigabyte,
then in a temporary file; so what is written is exact. An episode that the model
does not answer for is written without progress.

EOF
  score_server_help
  cat <<'EOF'

Options:
  --task TEXT      what the robot is to do (default: the toy's task)
  --episode N      seconds of an episode (default: 30; of the toy: 8)
  --episodes N     end after N episodes
  --duration N     end after N seconds
  --container WORD mkv or mp4 (default: mkv)
  --no-install     do not install packages
  --help           this text

Exit status: 0 recorded and scored, 1 something failed, 2 wrong use.
EOF
}

task="put the banana in the bowl"
seconds=
episodes=-1
duration=
container=mkv
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --task | --episode | --episodes | --duration | --container)
      score_needs_value "$@"
      case $1 in
        --task) task=$2 ;;
        --episode) score_needs_number "$1" "$2" 1; seconds=$2 ;;
        --episodes) score_needs_number "$1" "$2" 1; episodes=$2 ;;
        --duration) score_needs_number "$1" "$2" 1; duration=$2 ;;
        --container) container=$2 ;;
      esac
      shift ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    --help) usage; exit 0 ;;
    -*) score_wrong_use "unknown option $1; see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
case ${#words[@]} in
  1 | 2) ;;
  *) score_wrong_use "give a FOLDER and perhaps a CAMERA; see --help" ;;
esac
folder=${words[0]}
case $container in
  mkv | mp4) ;;
  *) score_wrong_use "no such container: $container; see --help" ;;
esac
[ ! -e "$folder" ] || [ -d "$folder" ] || score_wrong_use "$folder is no folder"
[ -z "$(ls -A "$folder" 2>/dev/null)" ] ||
  score_wrong_use "$folder is not empty: it would be mixed with another recording"
[ -d "$(dirname "$folder")" ] ||
  score_wrong_use "there is no folder $(dirname "$folder")"
camera_find "${words[1]:-}" "$task" "$seconds" "$episodes"

# The toy marks its episodes itself.
cut=()
if [ -z "$camera_is_toy" ]; then
  cut=(episode-duration="$((${seconds:-30} * 1000000000))")
  [ "$episodes" -lt 0 ] || [ -n "$duration" ] ||
    duration=$((episodes * ${seconds:-30}))
fi

score_need python3-gi python3-gst-1.0 gir1.2-gstreamer-1.0 \
  gir1.2-gst-plugins-base-1.0
score_ready
mkdir -p "$folder"
logs=$(mktemp -d)
trap 'score_stop_server; rm -rf "$logs"' EXIT
score_server "$logs"
/usr/bin/python3 "$(dirname "$0")/record.py" \
  ${duration:+--duration "$duration"} -- "$folder" "$container" \
  "${camera_source[@]}" ! videoconvert \
  ! scoreannotate name=annotate mode=hold task="$task" "${cut[@]}" \
  results-location="$folder/scores.jsonl" "${server[@]}" && exit 0
[ -s "$folder/scores.jsonl" ] || rm -f "$folder/scores.jsonl"
rmdir "$folder" 2>/dev/null || true
score_fail 1 "not all was recorded and scored; the camera was $camera_name"
