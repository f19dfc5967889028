#!/usr/bin/env bash
# make-clips.sh FOLDER: the clips of the benchmarks, with GStreamer alone.
#
# Moving patterns under some noise, so that decoding them and their JPEGs cost
# what a camera's do: H.264 at 30 frames/s, B-frames, closed groups of pictures
# whose length is in the name. The same pictures on every run. What is there
# already is kept. Exit status 77 where an encoder is missing.
set -euo pipefail

folder=${1:?usage: make-clips.sh FOLDER}
mkdir -p "$folder"
for element in compositor videotestsrc x264enc h264parse mp4mux; do
  gst-inspect-1.0 "$element" >/dev/null 2>&1 || {
    echo "make-clips.sh: needs the GStreamer element $element" >&2
    exit 77
  }
done

noisy_picture () { # width height frames: lines that end in the pad mix.src
  local raw=video/x-raw,format=I420,framerate=30/1
  echo "compositor name=mix sink_1::alpha=0.06 sink_2::alpha=0.8" \
    "sink_2::xpos=$(($1 / 4)) sink_2::ypos=$(($2 / 4))" \
    "videotestsrc num-buffers=$3 pattern=smpte horizontal-speed=2" \
    "! $raw,width=$1,height=$2 ! mix.sink_0" \
    "videotestsrc num-buffers=$3 pattern=snow" \
    "! $raw,width=$1,height=$2 ! mix.sink_1" \
    "videotestsrc num-buffers=$3 pattern=ball" \
    "! $raw,width=$(($1 / 2)),height=$(($2 / 2)) ! mix.sink_2" \
    "mix. ! $raw,width=$1,height=$2 ! tee name=picture"
}

encoding () { # kbit/s group file: a branch of the tee
  local b_frames=3
  [ "$2" -gt 2 ] || b_frames=0
  echo "picture. ! queue max-size-buffers=4 ! x264enc threads=1" \
    "speed-preset=superfast bitrate=$1 key-int-max=$2 bframes=$b_frames" \
    "b-adapt=false option-string=scenecut=0:open-gop=0 ! h264parse ! mp4mux" \
    "! filesink location=$3.part"
}

make () { # width height frames, then kbit/s group file of each clip
  local line='' missing=() width=$1 height=$2 frames=$3
  shift 3
  while [ $# -gt 0 ]; do
    if [ ! -s "$folder/$3" ]; then
      line+=" $(encoding "$1" "$2" "$folder/$3")"
      missing+=("$folder/$3")
    fi
    shift 3
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  # shellcheck disable=SC2046,SC2086
  gst-launch-1.0 -q $(noisy_picture "$width" "$height" "$frames") $line
  for line in "${missing[@]}"; do mv "$line.part" "$line"; done
}

make 640 480 900 2400 250 vga-250.mp4 2500 30 vga-30.mp4 5000 2 vga-2.mp4
make 1280 720 600 5000 250 720p-250.mp4
make 1920 1080 600 10000 250 1080p-250.mp4
