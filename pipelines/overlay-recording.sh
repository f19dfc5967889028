#!/usr/bin/env bash
# Scores a recording, then draws the progress on it.
set -euo pipefail

# shellcheck source=pipelines/recording.sh
. "$(dirname "$0")/recording.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/overlay-recording.sh [OPTION...] IN OUT

Asks a model how far the robot of the recording IN gets, frame by frame, and
writes OUT (.mp4 or .mkv, H.264) with the progress drawn on it. The first audio
track is kept, and re-encoded only where OUT's container does not take it. A
turned recording comes out upright; frames keep their times.

It goes through IN twice: once to score it, once to draw. So it needs no more
memory for a long recording than for a short one.

EOF
  score_server_help
  cat <<'EOF'

Options:
  --task TEXT       what the robot is to do (default: IN's title)
  --record FILE     scores that were written earlier: no model is asked.
                    Without it they go to a file beside OUT, OUT's name with
                    .jsonl
  --position WORD   top-left, top, top-right, bottom-left, bottom or
                    bottom-right (default: bottom)
  --elements WORDS  what is drawn, of bar+curve+task+description+state
  --no-install      do not install packages
  --help            this text

Exit status: 0 written, 1 not, 2 wrong use.
EOF
}

task=
record=
overlay=()
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --task | --record | --position | --elements)
      score_needs_value "$@"
      case $1 in
        --task) task=$2 ;;
        --record) record=$2 ;;
        *) overlay+=("${1#--}=$2") ;;
      esac
      shift ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    --help) usage; exit 0 ;;
    -*) score_wrong_use "unknown option $1; see --help" ;;
    *) words+=("$1") ;;
  esac
  shift
done
[ ${#words[@]} -eq 2 ] || score_wrong_use "give IN and OUT; see --help"
in=${words[0]}
out=${words[1]}
score_needs_file "$in"
muxer=$(recording_muxer "$out")
[ -n "$muxer" ] || score_wrong_use "OUT ends in .mp4 or .mkv"
score_needs_place "$out" "$in" ${record:+"$record"}
[ -z "$record" ] || score_needs_file "$record"

score_ready
score_needs_overlay
recording_logs=$(mktemp -d)
trap 'score_stop_server; rm -rf "$recording_logs"' EXIT

if [ -z "$record" ]; then
  record=${out%.*}.jsonl
  score_server "$recording_logs"
  recording_score "$in" "$task" "$record" "${server[@]}"
fi

# MP4 does not take Vorbis, FLAC or PCM: they are decoded for it.
open=(queue max-size-buffers=0 max-size-bytes=0 max-size-time=0)
kinds=$recording_audio_kinds
[ "$muxer" = matroskamux ] ||
  kinds="audio/mpeg,framed=true;audio/x-opus;audio/x-ac3;audio/x-raw"
audio=()
caps=$(recording_audio "$in" "$kinds")
if [ -n "$caps" ]; then
  audio=(d. ! "${caps%%,*}" ! "${open[@]}")
  case $caps in
    audio/x-raw*)
      [ "$muxer" = matroskamux ] ||
        audio+=(! audioconvert ! audioresample ! avenc_aac) ;;
    *mpegversion=\(int\)4*) audio+=(! aacparse) ;;
  esac
  audio+=(! m.audio_0)
fi

# Every player shows 8 bit 4:2:0, which has sizes of even numbers.
read -r width height < <(recording_size "$in") ||
  score_fail 1 "no video that can be decoded in $in"
even=(videobox right=$((-(width % 2))) bottom=$((-(height % 2))))
# The decoder of animated GIFs gives no times.
rate=()
[ "$(recording_kind "$in")" != image/gif ] || rate=(videorate !)

score_say "drawing on $out"
score_launch "$recording_logs/draw.log" \
  filesrc location="$in" \
  ! decodebin name=d caps="video/x-raw;$kinds" \
  "$muxer" name=m ! filesink location="$out" \
  d. ! video/x-raw ! queue ! "${rate[@]}" videoflip video-direction=auto ! videoconvert \
  ! scoreannotate scores-location="$record" ! scoreoverlay "${overlay[@]}" \
  ! videoconvert ! "${even[@]}" ! video/x-raw,format=I420 ! x264enc speed-preset=veryfast pass=quant quantizer=21 \
  ! "${open[@]}" ! m.video_0 "${audio[@]}"
score_say "video: $out; scores: $record"
