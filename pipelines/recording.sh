# shellcheck shell=bash
# What is in a recording, and its scores. Source it, do not run it, and set
# recording_logs, a folder.

# shellcheck source=pipelines/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
recording_logs=

# recording_kind FILE: its type, as video/quicktime. What typefind says comes
# after the name, which may be anything.
recording_kind () {
  local said
  said=$(gst-typefind-1.0 "$1" 2>/dev/null) || true
  said=${said##* - }
  printf '%s\n' "${said%%,*}"
}

# recording_demuxer FILE: the element for a container whose packets can be
# passed on as they are; nothing for others.
recording_demuxer () {
  case $(recording_kind "$1") in
    video/quicktime | audio/x-m4a | application/x-3gp) echo qtdemux ;;
    video/x-matroska | video/webm) echo matroskademux ;;
  esac
}

recording_muxer () {
  case ${1##*.} in
    mp4) echo mp4mux ;;
    mkv) echo matroskamux ;;
  esac
}

# recording_tracks FILE DEMUXER: "PAD CAPS" of every track, one a line. A branch
# of a pad that there is not stays empty.
recording_tracks () {
  local kind n branches=()
  for kind in video audio subtitle; do
    for n in 0 1 2 3 4 5 6 7; do
      branches+=("d.${kind}_$n" ! identity name="${kind}_$n" ! all.)
    done
  done
  recording_probe filesrc location="$1" ! "$2" name=d funnel name=all \
    ! fakesink "${branches[@]}" |
    sed -n 's|.*/GstIdentity:\([a-z]*_[0-9]\)\.GstPad:sink: caps = |\1 |p' |
    awk '!seen[$1]++'
}

# recording_probe WORD...: what gst-launch-1.0 -v says until the first buffers
# are there. It is ended then, since sinks that get nothing would keep it.
recording_probe () {
  local line from pid
  exec {from}< <(exec timeout 60 gst-launch-1.0 --no-fault -v "$@" \
    2>&1 </dev/null)
  pid=$!
  while read -r -u "$from" line; do
    printf '%s\n' "$line"
    case $line in
      'Pipeline is PREROLLED'* | ERROR* | 'Execution ended'*) break ;;
    esac
  done
  kill "$pid" 2>/dev/null || true
  exec {from}<&-
}

# Audio as containers hold it.
# shellcheck disable=SC2034 # the scripts use it
recording_audio_kinds="audio/mpeg,framed=true;audio/x-opus;audio/x-vorbis;\
audio/x-flac;audio/x-ac3;audio/x-raw"

# recording_audio FILE KINDS: the caps of the first audio track, decoded until
# it is of one of these kinds; nothing without audio.
recording_audio () {
  recording_probe filesrc location="$1" \
    ! decodebin caps="$2" expose-all-streams=false \
    ! fakesink name=probe |
    sed -n 's/.*probe.GstPad:sink: caps = audio/audio/p' | tail -n 1
}

# recording_size FILE: width and height of the picture, when it is upright.
recording_size () {
  recording_probe filesrc location="$1" ! decodebin caps=video/x-raw \
    ! videoflip video-direction=auto ! fakesink name=probe |
    sed -n '/probe.GstPad:sink: caps = video/ {
      s/.* width=(int)\([0-9]*\), height=(int)\([0-9]*\).*/\1 \2/p
    }' | tail -n 1
}

# recording_score FILE TASK RECORD SERVER...: one record, of the whole file.
recording_score () {
  local file=$1 task=$2 record=$3
  shift 3
  rm -f "$record"
  score_say "scoring $file: $task"
  score_launch "$recording_logs/score.log" -m \
    filesrc location="$file" ! decodebin \
    ! scoresink task="$task" results-location="$record" "$@" || return 1
  grep -q '"status":"scored"' "$record" && return 0
  score_say "$score_script: not scored:" \
    "$(sed -n 's/.*"error":{[^}]*"message":"\([^"]*\)".*/\1/p' "$record")"
  return 1
}

# recording_fits CAPS MUXER KIND: whether the muxer takes such a track.
recording_fits () {
  ! timeout 60 gst-launch-1.0 --no-fault fakesrc num-buffers=0 ! "$1" ! "m.$3_0" \
    "$2" name=m ! fakesink 2>&1 </dev/null | grep -q 'could not link'
}

# recording_turn FILE: rotate-90 and the like, nothing where it is upright.
recording_turn () {
  recording_probe -t filesrc location="$1" ! "$2" name=d \
    d.video_0 ! fakesink |
    sed -n '/rotate-0$/d; s/^ *image orientation: //p' | tail -n 1
}

# recording_packets FILE DEMUXER PAD: size and time of every packet, in seconds
# from the first one on, in the order of the file.
recording_packets () {
  gst-launch-1.0 --no-fault -v filesrc location="$1" ! "$2" name=d "d.$3" \
    ! identity name=packet silent=false ! fakesink 2>&1 </dev/null |
    sed -n 's/.*(packet:sink) (\([0-9]*\) bytes.* pts: \([0-9:.]*\), .*/\1 \2/p' |
    awk '{
      split ($2, t, ":")
      time = (t[1] * 60 + t[2]) * 60 + t[3]
      if (NR == 1)
        first = time
      printf "%d %.6f\n", $1, time - first
    }'
}

recording_bytes () {
  gst-launch-1.0 --no-fault -q filesrc location="$1" ! "$2" name=d "d.$3" \
    ! fdsink fd=3 3>&1 >/dev/null 2>&1 </dev/null
}

# recording_same A DEMUXER B DEMUXER: whether the first video track of both has
# the same packets at the same times, to the millisecond of Matroska.
recording_same () {
  cmp -s <(recording_bytes "$1" "$2" video_0) \
    <(recording_bytes "$3" "$4" video_0) &&
    paste <(recording_packets "$1" "$2" video_0) \
      <(recording_packets "$3" "$4" video_0) |
    awk '
      NF != 4 || $1 != $3 || $2 - $4 > 0.0021 || $4 - $2 > 0.0021 { bad = 1 }
      END { exit bad || NR == 0 }'
}
