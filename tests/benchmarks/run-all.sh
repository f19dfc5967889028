#!/usr/bin/env bash
# run-all.sh [OPTION...] [CLIPS]: what scoresink costs beside the decoder.
#
#   decode ! scoresink, one sample a second, over decode ! fakesink, with and
#   without decoder-throttle, for every size: CPU time and instructions; whether
#   the samples are the same; and the streaming thread, held by one sample.
#
# Options:
#   --help         this text
#   --time, --ir   only CPU time, or only instructions (default: both)
#   --gate         exit status 1 if instructions or samples miss the budget
#   --rounds N     of CPU time (default 7)
#   --clips "A B"  which of them (default: vga-250 vga-30 vga-2 720p-250 1080p-250)
#   --ir-frames N  frames to count the instructions of (default 600)
#
# CLIPS is the folder of make-clips.sh, which fills it where it is empty.
# SCORE_BENCH_TOOLS names the folder of bench-server and bench-chain, and
# GST_PLUGIN_PATH that of the plugin. The model server is a process of its own
# on loopback that answers at once, so what it takes is not counted.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
by_time=yes by_ir=yes gate='' rounds=7 frames=600
clips="vga-250 vga-30 vga-2 720p-250 1080p-250"
while [[ ${1:-} == --* ]]; do
  case $1 in
    --time) by_ir= ;;
    --ir) by_time= ;;
    --gate) gate=yes ;;
    --rounds) rounds=$2; shift ;;
    --clips) clips=$2; shift ;;
    --ir-frames) frames=$2; shift ;;
    --help) sed -n '2,/^set /{/^#/!q;s/^# \{0,1\}//p}' "$0"; exit ;;
    *) echo "run-all.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
tools=${SCORE_BENCH_TOOLS:?names the folder of bench-server and bench-chain}
folder=${1:-$tools/clips}
for element in avdec_h264 qtdemux scoresink; do
  gst-inspect-1.0 "$element" >/dev/null 2>&1 || {
    echo "run-all.sh: needs the GStreamer element $element" >&2
    exit 77
  }
done
bash "$here/make-clips.sh" "$folder"

scratch=$(mktemp -d)
mkfifo "$scratch/hold"
"$tools/bench-server" "$scratch/pictures" <"$scratch/hold" >"$scratch/url" &
exec 9>"$scratch/hold"
trap 'exec 9>&-; wait; rm -rf "$scratch"' EXIT
until [ -s "$scratch/url" ]; do sleep 0.05; done # as soon as it listens
url=$(cat "$scratch/url")

sink="scoresink base-url=$url model=fault-model framerate=1/1 task=banana"
missed=0

decode () { # clip, then what goes before the decoder
  echo "filesrc location=$folder/$1.mp4 ! qtdemux ! ${2:-}" \
    "avdec_h264 max-threads=1"
}

check () { # what ratio budget: says whether it is kept
  local word=kept
  awk -v a="$2" -v b="$3" 'BEGIN { exit !(a <= b) }' || {
    word=MISSED
    missed=$((missed + 1))
  }
  printf '  %-44s %8s, budget %-6s %s\n' "$1" "$2" "$3" "$word"
}

measure_time () {
  local base
  base=$(decode "$1")
  "$here/bench-ratio.py" --rounds "$rounds" \
    fakesink="gst-launch-1.0 -q $base ! fakesink sync=false" \
    scoresink="gst-launch-1.0 -q $base ! $sink" \
    throttled="gst-launch-1.0 -q $base ! $sink decoder-throttle=true" |
    sed 's/^/  /'
}

measure_ir () { # clip budget throttled-budget
  local base ratios
  base=$(decode "$1" "identity eos-after=$frames !")
  "$here/bench-ir.sh" "$base ! fakesink sync=false" "$base ! $sink" \
    "$base ! $sink decoder-throttle=true" >"$scratch/ir"
  sed 's/^/  /' "$scratch/ir"
  mapfile -t ratios < <(awk '{ print $NF }' "$scratch/ir")
  check "instructions, scoresink / fakesink" "${ratios[1]}" "$2"
  check "instructions, throttled / fakesink" "${ratios[2]}" "$3"
}

sample () { # clip throttle: pictures that came to the server, and frames
  : >"$scratch/pictures"
  # shellcheck disable=SC2046,SC2086
  gst-launch-1.0 -q $(decode "$1") ! $sink decoder-throttle="$2" \
    results-location="$scratch/record" >/dev/null
  awk '!seen[$0]++' "$scratch/pictures" >"$scratch/pictures-$2"
  sed -E 's/.*"n_frames":([0-9]+).*/\1/' "$scratch/record"
  rm "$scratch/record"
}

# The last frame of a stream may be one that a throttled decoder left out.
compare_samples () {
  local all some word="the same"
  all=$(sample "$1" false)
  some=$(sample "$1" true)
  if ! cmp -s "$scratch/pictures-false" "$scratch/pictures-true"; then
    word=DIFFERENT
    if cmp -s <(sed '$d' "$scratch/pictures-false") \
      <(sed '$d' "$scratch/pictures-true"); then
      word="the same but the last"
    else
      missed=$((missed + 1))
    fi
  fi
  echo "  frames at the sink $all, throttled $some;" \
    "samples $(wc -l <"$scratch/pictures-false"), throttled $word"
}

for clip in $clips; do
  # A stream without non-reference frames cannot be decoded less.
  throttled=0.75
  case $clip in
    vga-2) throttled=1.05 budget=1.03 ;;
    vga-*) budget=1.03 ;;
    720p-*) budget=1.015 ;;
    *) budget=1.01 ;;
  esac
  echo "$clip, one sample a second; budgets $budget, throttled $throttled"
  [ -z "$by_time" ] || measure_time "$clip"
  [ -z "$by_ir" ] || measure_ir "$clip" "$budget" "$throttled"
  compare_samples "$clip"
done
"$tools/bench-chain"
[ -z "$gate" ] || [ "$missed" -eq 0 ]
