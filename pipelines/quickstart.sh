#!/usr/bin/env bash
# The whole chain in one command: builds, records an episode, scores it.
set -euo pipefail

# shellcheck source=pipelines/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/quickstart.sh [OPTION...] [VIDEO TASK]

Installs what is missing (Debian, as root or with sudo), builds, and scores a
video with gst-launch-1.0 and scoresink. Prints a table of the progress over
time, and leaves the record.

Without VIDEO and TASK a toy robot's episode is rendered and recorded to MP4
first, and the table shows its true progress beside the scored one.

EOF
  score_server_help
  cat <<'EOF'

Options:
  --output DIR     where the files go (default: ./quickstart)
  --seed N         which toy episode (default: 7)
  --outcome WORD   success, partial, failure, wrong-object, static or
                   half-done-at-start (default: success)
  --no-install     do not install packages
  --help           this text

Exit status: 0 scored, 1 not scored, 2 wrong use.
EOF
}

output=quickstart
seed=7
outcome=success
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --output | --seed | --outcome)
      score_needs_value "$@"
      case $1 in
        --output) output=$2 ;;
        --seed) seed=$2 ;;
        --outcome) outcome=$2 ;;
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
  0 | 2) ;;
  *) score_wrong_use "give a video and its task, or neither" ;;
esac
case $outcome in
  success | partial | failure | wrong-object | static | half-done-at-start) ;;
  *) score_wrong_use "no such outcome: $outcome; see --help" ;;
esac
score_needs_number --seed "$seed"
[ ${#words[@]} -eq 0 ] || score_needs_file "${words[0]}"

score_ready
mkdir -p "$output"
trap score_stop_server EXIT

truth=()
if [ ${#words[@]} -eq 2 ]; then
  video=${words[0]}
  task=${words[1]}
else
  video=$output/episode.mp4
  task="put the banana in the bowl"
  truth=(--truth "$output/truth.jsonl")
  score_say "recording a toy episode to $video"
  gst-launch-1.0 -q -e scoretestsrc task="$task" outcome="$outcome" \
    seed="$seed" truth-location="$output/truth.jsonl" \
    ! video/x-raw,width=640,height=480,framerate=30/1 \
    ! x264enc speed-preset=veryfast ! h264parse ! mp4mux \
    ! filesink location="$video"
fi

score_server "$output"
rm -f "$output/results.jsonl"
score_say "scoring $video: $task"
score_launch "$output/messages.log" -m \
  filesrc location="$video" ! decodebin \
  ! scoresink task="$task" decoder-throttle=true \
  results-location="$output/results.jsonl" "${server[@]}"

/usr/bin/env python3 "$(dirname "$0")/table.py" "${truth[@]}" \
  "$output/results.jsonl"
score_say "record: $output/results.jsonl; bus messages: $output/messages.log"
