# shellcheck shell=bash
# Which camera. Source it, do not run it:
#
#   . "$(dirname "$0")/camera.sh"
#   camera_find "" "$task" 8 -1   # sets the array `camera_source`
#
# It is the one that is named, or /dev/video0, or the toy robot.

# shellcheck source=pipelines/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# shellcheck disable=SC2034 # the scripts use it
camera_source=()
camera_name=
camera_is_toy=

# camera_find CAMERA TASK SECONDS EPISODES: the last two are for the toy; "" for
# its own length of an episode, -1 for no last one.
# shellcheck disable=SC2034 # the scripts use them
camera_find () {
  local camera=$1 task=$2 seconds=$3 episodes=$4
  camera_name=${camera:-/dev/video0}
  case $camera in
    rtsp://* | rtsps://*)
      camera_source=(rtspsrc location="$camera"
        ! "application/x-rtp,media=video" ! decodebin)
      return ;;
    *://*) score_wrong_use "$camera is neither a video device nor an rtsp:// URL" ;;
  esac
  if [ -c "${camera:-/dev/video0}" ]; then
    camera_source=(v4l2src device="${camera:-/dev/video0}" ! decodebin)
  elif [ -n "$camera" ]; then
    score_wrong_use "$camera is no video device"
  else
    score_say "no camera: scoretestsrc plays a toy robot instead"
    camera_name="the toy robot"
    camera_is_toy=yes
    camera_source=(scoretestsrc is-live=true task="$task"
      num-episodes="$episodes" episode-duration="$((${seconds:-8} * 1000000000))"
      ! "video/x-raw,width=640,height=480,framerate=30/1")
  fi
}
