#!/usr/bin/env bash
# The evaluation of the SCORE paper in miniature: a benchmark, five methods,
# models of four prices, and a page with the table and the figures.
set -euo pipefail

# shellcheck source=pipelines/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/paper-in-miniature.sh [OPTION...]

Renders a benchmark with the toy robot (6 tasks; 10 episodes of each that
succeed, 10 that half succeed, 10 that fail), has it judged by the five methods
and by four models, and leaves

  manifest.csv     what the episodes are
  videos/          180 of them
  results/         records: METHOD.jsonl of the best model, and score-MODEL.jsonl
                   of the other three; those of score.jsonl have every video
                   with every task
  eval.txt         every figure, a column a file of results; eval.json the same
  paper.txt        Table I, Figure 1 and Figure 2 as numbers
  report.html      the page: table, confusion matrix, tau against price, and
                   every episode with its curve and pictures

This checks the chain and not a model. The models are simulators of this
project, which find the toys by their colours; "better" is less noise, and the
prices are made up. docs/paper.md says how the same is done with real models on
a real benchmark.

What is there already is not done again, so a run that was stopped goes on.

Options:
  --output DIR     where the files go (default: ./paper-in-miniature)
  --quick          2 tasks with 2 episodes of each kind
  --episodes N     episodes of each kind (default: 10)
  --seed N         which episodes (default: 1)
  --jobs N         videos at a time (default: a processor each)
  --no-install     do not install packages
  --help           this text

Exit status: 0 done, 1 something failed, 2 wrong use.
EOF
}

output=paper-in-miniature
episodes=10
seed=1
jobs=$(nproc)
tasks=("put the banana in the bowl" "put the cup on the plate"
  "put the ice cream cone in the drawer" "put the block in the bowl"
  "put the banana in the drawer" "put the block on the plate")
while [ $# -gt 0 ]; do
  case $1 in
    --output | --episodes | --seed | --jobs)
      score_needs_value "$@"
      case $1 in
        --output) output=$2 ;;
        --episodes) episodes=$2 ;;
        --seed) seed=$2 ;;
        --jobs) jobs=$2 ;;
      esac
      shift ;;
    --quick)
      episodes=2
      tasks=("${tasks[@]:0:2}") ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    --help) usage; exit 0 ;;
    *) score_wrong_use "unknown option $1; see --help" ;;
  esac
  shift
done
score_needs_number --episodes "$episodes" 1
score_needs_number --seed "$seed"
score_needs_number --jobs "$jobs" 1

# From worst to best: name, noise of what it says in cm, share of what it says
# that is not so, and dollars a million tokens in and out. All of it is made up.
models=("toy-nano 25 0.35 0.05 0.20" "toy-small 12 0.18 0.25 1.00"
  "toy-medium 5 0.06 1.00 4.00" "toy-large 1 0 4.00 16.00")
best=toy-large
# What scoretestsrc calls it, and what the data sets do.
outcomes=("success successful" "partial suboptimal" "failure failure")
# Every other video of those that do not succeed is cut where the robot is
# nearest to its goal, as videos of real failures are. Frames, of 50.
declare -A cut=([partial]=25 [failure]=15)
methods=(score gvl topreward roboreward robometer)

# slug TASK: banana-in-bowl
slug () {
  local text=${1#put the }
  text=${text/ the / }
  printf '%s\n' "${text// /-}"
}

# A line an episode: id, task, label, outcome, seed and number of frames.
list_episodes () {
  local task outcome word label n frames first=$seed
  for task in "${tasks[@]}"; do
    for outcome in "${outcomes[@]}"; do
      read -r word label <<<"$outcome"
      for ((n = 1; n <= episodes; n++)); do
        frames=50
        [ $((n % 2)) -eq 1 ] || frames=${cut[$word]:-50}
        echo "$(slug "$task")-$word-$n,$task,$label,$word,$((first + n)),$frames"
      done
    done
    first=$((first + episodes))
  done
}

# Those of one task and outcome, in one process; what is done has its name.
render_group () {
  local id task word number frames video line=()
  while IFS=, read -r id task _ word number frames; do
    video=$output/videos/$id.mp4
    [ ! -s "$video" ] || continue
    line+=(scoretestsrc task="$task" outcome="$word" seed="$number"
      num-buffers="$frames" episode-duration=5000000000 truth-location="$output/truth/$id.jsonl"
      ! "video/x-raw,width=320,height=240,framerate=10/1"
      ! x264enc speed-preset=veryfast threads=1 key-int-max=50
      ! h264parse ! mp4mux ! filesink location="$video.part")
  done
  [ ${#line[@]} -gt 0 ] || return 0
  score_launch "$output/logs/render.log" -q "${line[@]}" || return 1
  for video in "$output"/videos/*.mp4.part; do
    mv "$video" "${video%.part}"
  done
}

render () {
  local task outcome
  for task in "${tasks[@]}"; do
    for outcome in "${outcomes[@]}"; do
      grep ",$task,${outcome#* },${outcome% *}," "$output/episodes.csv" |
        render_group || score_fail 1 "the videos were not rendered"
    done
  done
}

# How far a toy episode is at its end is known: that is its partial_success.
write_manifest () {
  local id task label truth
  echo "id,task,video,quality_label,data_source,partial_success"
  while IFS=, read -r id task label _; do
    truth=$(tail -n 1 "$output/truth/$id.jsonl" |
      sed -n 's/.*"progress": *\([0-9.e-]*\).*/\1/p')
    echo "$id,$task,videos/$id.mp4,$label,toys,$truth"
  done <"$output/episodes.csv"
}

# ask FILE MODEL OPTION...: one file of results, by that model's simulator.
ask () {
  local results=$1 model=$2
  shift 2
  score_say "asking $model, for $results: $*"
  gst-score-1.0 run --quiet --jobs="$jobs" --manifest="$output/manifest.csv" \
    --output="$output/results/$results" --base-url="${urls[$model]}" \
    --model="$model" "$@" ||
    score_fail 1 "not every episode was scored by $model: see $results"
}

# ask_method METHOD OPTION...: the best model, by that method.
ask_method () {
  local method=$1 own=()
  shift
  case $method in
    score) read -ra own <<<"${prices[$best]}" ;; # of Figure 2
    robometer) own=(--base-url="${urls[$best]%/v1}") ;; # has no /v1
  esac
  ask "$method.jsonl" "$best" --method="$method" "${own[@]}" "$@"
}

score_ready
mkdir -p "$output"/{videos,truth,results,logs}
list_episodes >"$output/episodes.new"
if [ -e "$output/episodes.csv" ] &&
  ! cmp -s "$output/episodes.new" "$output/episodes.csv"; then
  rm "$output/episodes.new"
  score_wrong_use "$output holds other episodes; name another with --output"
fi
mv "$output/episodes.new" "$output/episodes.csv"
rm -f "$output"/videos/*.part
began=$SECONDS
score_say "rendering $(wc -l <"$output/episodes.csv") episodes"
render
write_manifest >"$output/manifest.csv"
rendered=$SECONDS

trap score_stop_server EXIT
declare -A urls prices
files=()
for model in "${models[@]}"; do
  read -r name noise lies input tokens <<<"$model"
  score_simulator "$output/logs/$name.log" --seed "$seed" --model "$name" \
    --noise "$noise" --hallucinate "$lies"
  urls[$name]=$score_simulator_url
  prices[$name]="--price-input=$input --price-output=$tokens"
done

for method in "${methods[@]}"; do
  pictures=() # the same for all: one set is enough for the page
  [ "$method" != score ] || pictures=(--samples="$output/samples")
  ask_method "$method" "${pictures[@]}"
  ask_method "$method" --confusion
  files+=("$method.jsonl")
done
for model in "${models[@]}"; do
  name=${model%% *}
  [ "$name" != "$best" ] || continue
  # shellcheck disable=SC2086 # two options
  ask "score-$name.jsonl" "$name" --method=score ${prices[$name]}
  files+=("score-$name.jsonl")
done
asked=$SECONDS

eval_files () {
  (cd "$output/results" &&
    gst-score-1.0 eval --manifest=../manifest.csv "$@" "${files[@]}")
}
eval_files >"$output/eval.txt"
eval_files --json >"$output/eval.json"
(cd "$output/results" && gst-score-1.0 report --manifest=../manifest.csv \
  --samples=../samples --thumbnails=6 --title="The paper in miniature" \
  --output=../report.html "${files[@]}")
/usr/bin/env python3 "$(dirname "$0")/paper-table.py" "$output" \
  >"$output/paper.txt"
cat "$output/paper.txt"
score_say "rendered in $((rendered - began)) s, asked in" \
  "$((asked - rendered)) s, measured in $((SECONDS - asked)) s"
score_say "figures: $output/eval.txt; the page: $output/report.html"
