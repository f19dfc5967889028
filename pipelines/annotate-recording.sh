#!/usr/bin/env bash
# Scores a recording, then adds the progress as a subtitle track, and leaves
# the video as it is.
set -euo pipefail

# shellcheck source=pipelines/recording.sh
. "$(dirname "$0")/recording.sh"
# shellcheck source=pipelines/server.sh
. "$(dirname "$0")/server.sh"

usage () {
  cat <<'EOF'
Usage: pipelines/annotate-recording.sh [OPTION...] IN OUT

Asks a model how far the robot of the recording IN gets, frame by frame, and
writes OUT (.mp4 or .mkv) with the progress as a subtitle track, and the same
as WebVTT beside it, OUT's name with .vtt. Nothing is encoded again: the video
packets are the same, bit by bit, which is looked at before OUT gets its name.
The other video, audio and subtitle tracks are kept; chapters, attachments and
data tracks are not.

IN is MP4, MOV, Matroska or WebM. Of any other recording, an OUT that ends in
.vtt gets the subtitles alone.

EOF
  score_server_help
  cat <<'EOF'

Options:
  --task TEXT      what the robot is to do (default: IN's title)
  --record FILE    scores that were written earlier: no model is asked. Without
                   it they go to a file beside OUT, OUT's name with .jsonl
  --format WORD    what the subtitles say: percent (42%), progress (0.420),
                   description or json (default: percent)
  --every-frame    a subtitle a frame, not one a change
  --no-install     do not install packages
  --help           this text

Exit status: 0 written, 1 not, 2 wrong use.
EOF
}

task=
record=
format=percent
every=false
words=()
while [ $# -gt 0 ]; do
  case $1 in
    --task | --record | --format)
      score_needs_value "$@"
      case $1 in
        --task) task=$2 ;;
        --record) record=$2 ;;
        --format) format=$2 ;;
      esac
      shift ;;
    --every-frame) every=true ;;
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
case $format in
  percent | progress | description | json) ;;
  *) score_wrong_use "no such format: $format; see --help" ;;
esac
score_needs_file "$in"
muxer=$(recording_muxer "$out")
[ -n "$muxer" ] || [ "${out##*.}" = vtt ] ||
  score_wrong_use "OUT ends in .mp4, .mkv or .vtt"
score_needs_place "$out" "$in" ${record:+"$record"}
[ -z "$record" ] || score_needs_file "$record"

score_ready
recording_logs=$(mktemp -d)
part=$out.part
trap 'score_stop_server; rm -rf "$recording_logs" "$part"' EXIT
open=(queue max-size-buffers=0 max-size-bytes=0 max-size-time=0)
annotate=(scoreannotate name=a "text_src::format=$format"
  "text_src::every-frame=$every")

# tracks: every track of IN to one of the same kind in OUT, the first video
# track by way of scoreannotate.
tracks=()
n_texts=0
add_track () {
  local track=$1 caps=$2 kind=${1%_*} through=("${open[@]}")
  # Text of Matroska may hold markup, which is passed on as it is.
  case $track:$caps in
    subtitle_*:text/x-raw*)
      caps=text/x-raw,format=utf8
      through+=(! capssetter replace=true caps="$caps") ;;
  esac
  # GStreamer 1.22 crashes over VP9 in MP4.
  if [ "$muxer:${caps%%,*}" = mp4mux:video/x-vp9 ] ||
    ! recording_fits "$caps" "$muxer" "$kind"; then
    score_fail 1 "$track of $in is ${caps%%,*}, which cannot be put into" \
      "${out##*.} as it is; try the other of .mp4 and .mkv"
  fi
  # Frames that are coded out of order have no decoding times in Matroska, and
  # need them in MP4.
  case $demuxer:$muxer:$caps in
    matroskademux:mp4mux:video/x-h26[45]*)
      caps=${caps%%,*}
      through+=(! "${caps#video/x-}timestamper") ;;
  esac
  [ "$track" != video_0 ] ||
    through=("${annotate[@]}" scores-location="$record" ! "${through[@]}")
  [ "$kind" != subtitle ] || n_texts=$((n_texts + 1))
  tracks+=("d.$track" ! "${through[@]}" ! "m.$track")
}

demuxer=$(recording_demuxer "$in")
if [ -n "$muxer" ]; then
  [ -n "$demuxer" ] || score_fail 1 "$in is $(recording_kind "$in"): its packets" \
    "cannot be put into another file as they are; an OUT that ends in .vtt can be had"
fi

if [ -z "$record" ]; then
  record=${out%.*}.jsonl
  score_server "$recording_logs"
  recording_score "$in" "$task" "$record" "${server[@]}"
fi

if [ -n "$muxer" ]; then
  while read -r track caps; do
    add_track "$track" "$caps"
  done < <(recording_tracks "$in" "$demuxer")
  [[ " ${tracks[*]}" = *" d.video_0 "* ]] ||
    score_fail 1 "no video track in $in"
  score_say "writing $out"
  score_launch "$recording_logs/mux.log" filesrc location="$in" \
    ! "$demuxer" name=d "$muxer" name=m \
    ! filesink location="$part" "${tracks[@]}" \
    a.text_src ! queue ! "m.subtitle_$n_texts"
  recording_same "$in" "$demuxer" "$part" "$(recording_demuxer "$part")" ||
    score_fail 1 "GStreamer does not bring the video of $in into OUT as it is:" \
      "its edit list or its time stamps are unusual. An OUT that ends in .vtt can be had"
  turn=$(recording_turn "$in" "$demuxer")
  [ -z "$turn" ] || score_say "note: $in says that it is to be turned" \
    "($turn), and $muxer cannot say that"
  mv "$part" "$out"
fi

# WebVTT has the times of the stream, buffers those of the container.
if [ -n "$demuxer" ]; then
  frames=("$demuxer" name=d d.video_0 !)
else
  frames=(decodebin !)
  [ "$(recording_kind "$in")" != image/gif ] || frames+=(videorate !)
fi
ahead=$(sed -n '1s/.*"timestamp":\([0-9]*\),"stream_time":\([0-9]*\).*/\2 - \1/p' \
  "$record")
vtt=${out%.*}.vtt
score_launch "$recording_logs/vtt.log" filesrc location="$in" \
  ! "${frames[@]}" "${annotate[@]}" "scores-location=$record" \
  ! fakesink async=false a.text_src ! text/x-raw,format=pango-markup \
  ! webvttenc timestamp="$((ahead))" ! filesink location="$part"
mv "$part" "$vtt"
[ -z "$muxer" ] || score_say "video: $out"
score_say "subtitles: $vtt; scores: $record"
