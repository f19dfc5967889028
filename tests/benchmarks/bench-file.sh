#!/usr/bin/env bash
# bench-file.sh [OPTION...] [CLIPS]: what `gst-score-1.0 run` takes for a file.
#
#   the file job of 32 samples, encoded, sent to a model and recorded, over
#   decode ! fakesink: decoding what the samples need, and decoding everything;
#   and whether the samples are the same. For key frames every 250, 30 and 2.
#
# Options:
#   --help         this text
#   --time, --ir   only CPU time, or only instructions (default: both)
#   --gate         exit status 1 if instructions or samples miss the budget
#   --rounds N     of CPU time (default 7)
#   --clips "A B"  which of them (default: vga-250 vga-30 vga-2)
#
# CLIPS is the folder of make-clips.sh, which fills it where it is empty.
# SCORE_TOOL is the tool, SCORE_BENCH_TOOLS names the folder of bench-server, and
# GST_PLUGIN_PATH that of the plugin. The model server is a process of its own
# on loopback that answers at once, so what it takes is not counted.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
by_time=yes by_ir=yes gate='' rounds=7 clips="vga-250 vga-30 vga-2"
while [[ ${1:-} == --* ]]; do
  case $1 in
    --time) by_ir= ;;
    --ir) by_time= ;;
    --gate) gate=yes ;;
    --rounds) rounds=$2; shift ;;
    --clips) clips=$2; shift ;;
    --help) sed -n '2,/^set /{/^#/!q;s/^# \{0,1\}//p}' "$0"; exit ;;
    *) echo "bench-file.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift
done
tools=${SCORE_BENCH_TOOLS:?names the folder of bench-server}
tool=${SCORE_TOOL:?names gst-score-1.0}
folder=${1:-$tools/clips}
for element in avdec_h264 qtdemux scoresink; do
  gst-inspect-1.0 "$element" >/dev/null 2>&1 || {
    echo "bench-file.sh: needs the GStreamer element $element" >&2
    exit 77
  }
done
[ -z "$by_ir" ] || command -v valgrind >/dev/null || {
  echo "bench-file.sh: needs valgrind, or --time" >&2
  exit 77
}
bash "$here/make-clips.sh" "$folder"

scratch=$(mktemp -d)
mkfifo "$scratch/hold"
"$tools/bench-server" <"$scratch/hold" >"$scratch/url" &
exec 9>"$scratch/hold"
trap 'exec 9>&-; wait; rm -rf "$scratch"' EXIT
until [ -s "$scratch/url" ]; do sleep 0.05; done # as soon as it listens
url=$(cat "$scratch/url")
missed=0
# A run goes on from the records that are there: each begins with none.
cat >"$scratch/anew" <<END
#!/usr/bin/env bash
: >"$scratch/records"
exec "\$@"
END
chmod +x "$scratch/anew"

# Valgrind counts every byte that `rep movsb` copies as an instruction.
tunables=glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000

floor () { # clip: a line for gst-launch-1.0
  echo "gst-launch-1.0 -q filesrc location=$folder/$1.mp4 ! qtdemux" \
    "! avdec_h264 max-threads=1 ! fakesink sync=false"
}

# Of several, so that each has one decoder thread; at a rate that gives 31 steps
# of which few fall on key frames, and the last frame.
job () { # clip auto|all [WORD...]
  local clip=$1 decode=$2
  shift 2
  echo "$tool run --quiet --jobs=2 --task=banana --base-url=$url" \
    "--model=fault-model --property=framerate=103/100" \
    "--output=$scratch/records --decode=$decode $* $folder/$clip.mp4"
}

count () { # COMMAND...: instructions, all threads
  : >"$scratch/records"
  GLIBC_TUNABLES=$tunables valgrind --tool=callgrind \
    --callgrind-out-file=/dev/null --fair-sched=yes \
    --log-file="$scratch/log" "$@" >/dev/null
  awk '/Collected/ { print $NF }' "$scratch/log"
}

check () { # what ratio budget: says whether it is kept
  local word=kept
  awk -v a="$2" -v b="$3" 'BEGIN { exit !(a <= b) }' || {
    word=MISSED
    missed=$((missed + 1))
  }
  printf '  %-44s %8s, budget %-6s %s\n' "$1" "$2" "$3" "$word"
}

measure_time () { # clip
  "$here/bench-ratio.py" --rounds "$rounds" fakesink="$(floor "$1")" \
    run="$scratch/anew $(job "$1" auto)" \
    everything="$scratch/anew $(job "$1" all)" | sed 's/^/  /'
}

# The words of a command have no spaces of their own.
measure_ir () { # clip budget
  local base auto all
  # shellcheck disable=SC2046
  base=$(count $(floor "$1"))
  # shellcheck disable=SC2046
  auto=$(count $(job "$1" auto))
  # shellcheck disable=SC2046
  all=$(count $(job "$1" all))
  awk -v base="$base" -v auto="$auto" -v all="$all" 'BEGIN {
    printf "%.4f %.4f %.1f\n", auto / base, all / base, base / 1e6 }' \
    >"$scratch/ratios"
  read -r auto all base <"$scratch/ratios"
  check "instructions, run / fakesink ($base M)" "$auto" "$2"
  echo "  instructions, run --decode=all / fakesink        $all"
}

compare_samples () { # clip
  local decode
  for decode in auto all; do
    # shellcheck disable=SC2046
    "$scratch/anew" $(job "$1" "$decode" "--samples=$scratch/$decode")
  done
  if (cd "$scratch" && diff -rq -x '*.json' auto all); then
    echo "  samples: $(find "$scratch/auto" -name '*.jpg' | wc -l), the same"
  else
    missed=$((missed + 1))
    echo "  samples: DIFFERENT"
  fi
  rm -r "$scratch/auto" "$scratch/all"
}

for clip in $clips; do
  budget=0.70
  case $clip in
    *-30) budget=0.55 ;;
    *-2) budget=0.15 ;;
  esac
  echo "$clip, 32 samples; budget $budget"
  [ -z "$by_ir" ] || measure_ir "$clip" "$budget"
  [ -z "$by_time" ] || measure_time "$clip"
  compare_samples "$clip"
done
[ -z "$gate" ] || [ "$missed" -eq 0 ]
