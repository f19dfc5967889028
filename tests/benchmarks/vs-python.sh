#!/usr/bin/env bash
# vs-python.sh [OPTION...] [CLIPS]: gst-score-1.0 run beside Python clients.
#
#   The same clips, samples and questions by `gst-score-1.0 run`, by a careful
#   Python client and by one that reads all frames into memory, as the loaders
#   of published reward models do: CPU time, peak memory and wall time, side by
#   side in one rotation; and `run --decode=all`, which decodes as much as the
#   Python clients do: what lies between the two is the gain, not the language.
#
# Options:
#   --help         this text
#   --gate         exit status 1 if a median misses its budget
#   --rounds N     runs of every side that count (default 5)
#   --clips "A B"  which of them (default: vga-250 vga-30 vga-2)
#
# CLIPS is the folder of make-clips.sh, which fills it where it is empty.
# SCORE_BENCH_TOOLS names the folder of bench-server, GST_PLUGIN_PATH that of
# the plugin, SCORE_TOOL is gst-score-1.0, and SCORE_PYTHON the Python (default:
# Debian's). Nothing is installed: it needs the packages
#
#   python3-requests, and python3-opencv or python3-av with python3-pil
#
# (python3-opencv alone brings a hundred others), says what is missing, and ends
# with 77. With both libraries both are measured.
#
# Fair play: every side asks the same model server, which answers at once in a
# process of its own that is not counted, 32 samples of 30 seconds (every 29th
# frame, so that they fall everywhere in groups of 30 and of 2 pictures, and not
# on their first), 512 pixels on the long side, JPEG quality 85. It is checked
# that all sides ask as often, with as many pictures, words that are the same to
# the letter, and bodies of the same size within 10 %. The first question shows
# whichever 4 samples there are when it is asked, so its labels may differ.
# Everybody decodes with one thread of the same FFmpeg. Starting Python and
# loading its libraries counts, as starting GStreamer does; the row "imports"
# says how much that is.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
rounds=5 gate='' clips="vga-250 vga-30 vga-2"
while [[ ${1:-} == --* ]]; do
  case $1 in
    --gate) gate=yes ;;
    --rounds) rounds=$2; shift ;;
    --clips) clips=$2; shift ;;
    --help) sed -n '2,/^set /{/^#/!q;s/^# \{0,1\}//p}' "$0"; exit ;;
    *) echo "vs-python.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
tools=${SCORE_BENCH_TOOLS:?names the folder of bench-server}
tool=${SCORE_TOOL:-gst-score-1.0}
python=${SCORE_PYTHON:-/usr/bin/python3}
folder=${1:-$tools/clips}
task="put the banana in the bowl"

lacks () { # what: ends as a benchmark that cannot run
  echo "vs-python.sh: needs $*" >&2
  exit 77
}

has () {
  "$python" -c "import $1" 2>/dev/null
}

for element in avdec_h264 qtdemux scoresink; do
  gst-inspect-1.0 "$element" >/dev/null 2>&1 ||
    lacks "the GStreamer element $element"
done
has requests || lacks "the Debian package python3-requests"
libraries=()
! has cv2 || libraries+=(cv2)
! has av,PIL || libraries+=(av)
[ ${#libraries[@]} -gt 0 ] || lacks "the Debian package python3-opencv," \
  "or python3-av and python3-pil"
bash "$here/make-clips.sh" "$folder"

scratch=$(mktemp -d)
mkfifo "$scratch/hold"
"$tools/bench-server" "$scratch/pictures" "$scratch/questions" \
  <"$scratch/hold" >"$scratch/url" &
exec 9>"$scratch/hold"
trap 'exec 9>&-; wait; rm -rf "$scratch"' EXIT
until [ -s "$scratch/url" ]; do sleep 0.05; done # as soon as it listens
url=$(cat "$scratch/url")

# What is in its results is not asked again, so each run has a file of its own.
run_line () { # clip, then auto or all
  echo "sh -c 'exec $tool run --quiet --jobs=1 --decode=$2 --task=\"$task\"" \
    "--base-url=$url --model=fault-model --property=framerate=30/29" \
    "--property=max-frames=40" \
    "--output=$scratch/\$\$.jsonl $1'"
}

python_line () { # careful or readall, library, clip
  echo "$python $here/vs-python-$1.py --with=$2 --task='$task' --url=$url $3"
}

sides () { # clip: NAME=COMMAND, one a line; ours is the first
  local library kind
  echo "run=$(run_line "$1" auto)"
  echo "run-all=$(run_line "$1" all)"
  for kind in careful readall; do
    for library in "${libraries[@]}"; do
      echo "$kind-$library=$(python_line "$kind" "$library" "$1")"
    done
  done
  for library in "${libraries[@]}"; do
    echo "imports-$library=$python -c 'import requests, ${library/av/av, PIL.Image}'"
  done
}

# What one side asks: to questions-NAME.
ask () {
  : >"$scratch/questions"
  bash -c "${1#*=}" >/dev/null
  sort -k4 "$scratch/questions" >"$scratch/questions-${1%%=*}"
}

total () { # column name
  awk -v column="$1" '{ sum += $column } END { print sum + 0 }' \
    "$scratch/questions-$2"
}

compare () { # name: whether it asks what ours does
  local count pictures words bytes ours=$scratch/questions-run
  count=$(wc -l <"$scratch/questions-$1")
  pictures=$(total 2 "$1")
  words=$(comm -12 <(awk '{ print $4 }' "$ours") \
    <(awk '{ print $4 }' "$scratch/questions-$1") | wc -l)
  bytes=$(awk -v a="$(total 1 "$1")" -v b="$(total 1 run)" \
    'BEGIN { printf "%.3f", a / b }')
  printf '  %-14s %d questions, %d pictures, %d of the words the same, %s of the bytes\n' \
    "$1" "$count" "$pictures" "$words" "$bytes"
  if [ "$count" -ne "$(wc -l <"$ours")" ] ||
    [ "$pictures" -ne "$(total 2 run)" ] || [ "$words" -lt $((count - 1)) ] ||
    awk -v a="$bytes" 'BEGIN { exit a >= 0.9 && a <= 1.1 }'; then
    echo "vs-python.sh: $1 does not ask what gst-score-1.0 run asks" >&2
    exit 1
  fi
}

missed=0
check () { # what side column budget
  local ratio word=kept
  ratio=$(awk -v side="$2" -v column="$3" '
    $1 == "run" { ours = $column }
    $1 == side { printf "%.3f", ours / $column }' "$scratch/medians")
  awk -v a="$ratio" -v b="$4" 'BEGIN { exit !(a <= b) }' || {
    word=MISSED
    missed=$((missed + 1))
  }
  printf '  %-34s %s, budget %-5s %s\n' "$1, run / $2" "$ratio" "$4" "$word"
}

table () {
  awk '
    NR == 1 { cpu = $2; wall = $3; memory = $4 }
    NR == 1 { printf "  %-14s%8s%8s%8s   run / it: %5s%7s%8s\n",
      "", "CPU s", "wall s", "MB", "CPU", "wall", "memory" }
    { printf "  %-14s%8.2f%8.2f%8.0f%16.2f%7.2f%8.2f\n", $1, $2, $3,
      $4 / 1024, cpu / $2, wall / $3, memory / $4 }' "$scratch/medians"
}

for clip in $clips; do
  mapfile -t commands < <(sides "$folder/$clip.mp4")
  echo "$clip: medians of $rounds runs in turns; load" \
    "$(cut -d' ' -f1-3 /proc/loadavg) before"
  for command in "${commands[@]}"; do
    [[ $command != imports-* ]] || continue
    ask "$command"
    compare "${command%%=*}"
  done
  : >"$scratch/questions"
  "$here/bench-ratio.py" --rounds "$rounds" --medians "$scratch/medians" \
    "${commands[@]}" >/dev/null
  table
  for library in "${libraries[@]}"; do
    check CPU "careful-$library" 2 0.55
    check memory "careful-$library" 4 0.6
    check CPU "readall-$library" 2 0.25
    check memory "readall-$library" 4 0.1
  done
done
[ -z "$gate" ] || [ "$missed" -eq 0 ]
