#!/usr/bin/env bash
# bench-testsrc.sh [FRAMES]: frames a second of scoretestsrc on one core, and
# how that compares with videotestsrc at the same size. GST_PLUGIN_PATH must
# name the folder of libgstscore.so.
set -euo pipefail
frames=${1:-3000}

seconds() { # what a source takes for the frames at a size
  local caps="video/x-raw,format=I420,width=$2,height=$3" start end
  start=$(date +%s%N)
  # shellcheck disable=SC2086
  taskset -c 0 gst-launch-1.0 -q $1 num-buffers="$frames" ! "$caps" ! fakesink
  end=$(date +%s%N)
  echo $(((end - start) / 1000))
}

printf '%-10s %12s %12s %8s\n' size scoretestsrc videotestsrc ratio
for size in 320x180 640x480 1280x720 1920x1080; do
  width=${size%x*} height=${size#*x}
  ours=$(seconds 'scoretestsrc num-episodes=-1' "$width" "$height")
  theirs=$(seconds videotestsrc "$width" "$height")
  awk -v size="$size" -v n="$frames" -v a="$ours" -v b="$theirs" 'BEGIN {
    printf "%-10s %8.0f fps %8.0f fps %8.2f\n", size, n * 1e6 / a, n * 1e6 / b, a / b }'
done
