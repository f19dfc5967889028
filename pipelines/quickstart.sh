#!/usr/bin/env bash
# The whole chain in one command: builds, records an episode, scores it.
set -euo pipefail

usage () {
  cat <<'EOF'
Usage: pipelines/quickstart.sh [OPTION...] [VIDEO TASK]

Installs what is missing (Debian, as root or with sudo), builds, and scores a
video with gst-launch-1.0 and scoresink. Prints a table of the progress over
time, and leaves the record.

Without VIDEO and TASK a toy robot's episode is rendered and recorded to MP4
first, and the table shows its true progress beside the scored one.

Without a model server of yours the simulator of this project is started: a
program that looks for the toy world's colours. It is not a model, and sees
nothing in other videos. To ask a real model set one of

  SCORE_BASE_URL   URL of a server that speaks the OpenAI dialect (vLLM,
                   llama.cpp, Ollama ...), with SCORE_MODEL for its name
  OPENAI_API_KEY   asks OpenAI
  GEMINI_API_KEY   asks Gemini

The pictures of the video are sent to that server, and nowhere else.

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
      [ $# -ge 2 ] || { echo "quickstart.sh: $1 needs a value" >&2; exit 2; }
      case $1 in
        --output) output=$2 ;;
        --seed) seed=$2 ;;
        --outcome) outcome=$2 ;;
      esac
      shift ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    --help) usage; exit 0 ;;
    -*) echo "quickstart.sh: unknown option $1; see --help" >&2; exit 2 ;;
    *) words+=("$1") ;;
  esac
  shift
done
case ${#words[@]} in
  0 | 2) ;;
  *) echo "quickstart.sh: give a video and its task, or neither" >&2; exit 2 ;;
esac
case $outcome in
  success | partial | failure | wrong-object | static | half-done-at-start) ;;
  *) echo "quickstart.sh: no such outcome: $outcome; see --help" >&2; exit 2 ;;
esac
case $seed in
  '' | *[!0-9]*) echo "quickstart.sh: --seed is a number" >&2; exit 2 ;;
esac
if [ ${#words[@]} -eq 2 ] && { [ ! -f "${words[0]}" ] || [ ! -r "${words[0]}" ]; }; then
  echo "quickstart.sh: cannot read ${words[0]}" >&2
  exit 2
fi

# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/setup.sh"
score_need "${score_build_packages[@]}" "${score_run_packages[@]}"
score_configure "$score_build_dir"
score_compile gstscore gst-score-1.0
score_environment

mkdir -p "$output"
server_pid=
stop_server () {
  [ -n "$server_pid" ] || return 0
  kill "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
}
trap stop_server EXIT

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

# The server: named, or by the key that is set, or the simulator.
server=()
if [ -n "${SCORE_BASE_URL:-}" ]; then
  server=(base-url="$SCORE_BASE_URL")
elif [ -z "${OPENAI_API_KEY:-}" ] && [ -z "${GEMINI_API_KEY:-}" ]; then
  exec {from_server}< <(exec gst-score-1.0 simulate --port 0 2>"$output/simulator.log")
  server_pid=$!
  read -r -t 30 -u "$from_server" url || {
    echo "quickstart.sh: the simulator did not start:" >&2
    cat "$output/simulator.log" >&2
    exit 1
  }
  score_say "no model server named: the simulator answers at $url"
  server=(base-url="$url")
fi
[ -z "${SCORE_MODEL:-}" ] || server+=(model="$SCORE_MODEL")

rm -f "$output/results.jsonl"
score_say "scoring $video: $task"
gst-launch-1.0 -m filesrc location="$video" ! decodebin \
  ! scoresink task="$task" decoder-throttle=true \
  results-location="$output/results.jsonl" "${server[@]}" \
  >"$output/messages.log" 2>&1 || {
  # The first error says what it is; those after it are its consequences.
  grep -m 1 '^ERROR' "$output/messages.log" >&2 ||
    tail -n 5 "$output/messages.log" >&2
  exit 1
}

/usr/bin/env python3 "$(dirname "$0")/table.py" "${truth[@]}" \
  "$output/results.jsonl"
score_say "record: $output/results.jsonl; bus messages: $output/messages.log"
