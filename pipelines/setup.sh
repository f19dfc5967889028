# shellcheck shell=bash
# Shared by tests/run.sh and by the scripts in this folder: install what is
# missing on a Debian system, and build. Source it, do not run it:
#
#   . "$(dirname "$0")/setup.sh"
#   score_need "${score_build_packages[@]}" "${score_run_packages[@]}"
#   score_build
#   score_environment
#
# SCORE_NO_INSTALL=1 only looks, and says what is missing.

score_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
score_build_dir=${SCORE_BUILD_DIR:-$score_root/build}

# shellcheck disable=SC2034
{
  score_build_packages=(build-essential meson ninja-build pkg-config
    libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev libsoup-3.0-dev
    libjson-glib-dev libturbojpeg0-dev gobject-introspection
    libgirepository1.0-dev libcairo2-dev libpango1.0-dev)
  score_run_packages=(ca-certificates glib-networking gstreamer1.0-tools
    gstreamer1.0-plugins-base gstreamer1.0-plugins-good
    gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav)
  score_test_packages=(gstreamer1.0-x indent universal-ctags codespell shellcheck ffmpeg
    fonts-dejavu-core python3-gi python3-gst-1.0 gir1.2-gstreamer-1.0
    gir1.2-gst-plugins-base-1.0 python3-numpy python3-scipy python3-sklearn
    chromium chromium-driver)
  # A test runs on a Slurm of its own, and is skipped where there is none.
  score_cluster_packages=(slurmctld slurmd slurm-client munge)
}

score_say () {
  printf '%s\n' "$*" >&2
}

# The packages among the arguments that are not installed, one a line.
score_missing () {
  command -v dpkg-query >/dev/null || return 0
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    awk -v wanted="$*" '
      $1 == "installed" { have[$2] = 1 }
      END {
        n = split (wanted, names, " ")
        for (i = 1; i <= n; i++)
          if (!(names[i] in have))
            print names[i]
      }'
}

score_as_root () {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    score_say "neither root nor sudo: cannot run: $*"
    return 1
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# apt-get with a second try, since mirrors have bad moments. The output is
# shown only when both tries failed.
score_apt () {
  local log try
  log=$(mktemp)
  for try in 1 2; do
    if score_as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq \
      -o DPkg::Lock::Timeout=120 "$@" >"$log" 2>&1 </dev/null; then
      rm -f "$log"
      return 0
    fi
    score_say "apt-get $1 failed (try $try of 2)"
  done
  tail -n 30 "$log" >&2
  rm -f "$log"
  return 1
}

# Makes sure that the packages are there. Asks dpkg first, so it is quick and
# needs no network when nothing is missing.
score_need () {
  local missing
  mapfile -t missing < <(score_missing "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ -n "${SCORE_NO_INSTALL:-}" ]; then
    score_say "not installed: ${missing[*]}"
    return 0
  fi
  if ! command -v apt-get >/dev/null; then
    score_say "no apt-get here; install yourself: ${missing[*]}"
    return 1
  fi
  score_say "installing: ${missing[*]}"
  if [ -z "${score_apt_updated:-}" ]; then
    score_apt update || return 1
    score_apt_updated=1
  fi
  score_without_services score_apt install -y --no-install-recommends \
    "${missing[@]}"
}

# score_without_services COMMAND...: what it installs is not started, since it
# is wanted as a program and not as a service of this machine.
score_without_services () (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'score_as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' |
      score_as_root install -m 755 /dev/stdin "$policy" || return 1
  fi
  "$@"
)

# Debian's meson where there is one: another Python's may come first in PATH.
score_meson () {
  if [ -x /usr/bin/meson ]; then
    /usr/bin/meson "$@"
  else
    meson "$@"
  fi
}

# Runs a command with its output in a log, and shows the log's interesting
# lines when it fails.
score_quietly () {
  local log=$1
  shift
  "$@" >"$log" 2>&1 </dev/null && return 0
  grep -nE 'error:|FAILED:|ERROR:|undefined reference' "$log" |
    head -n 40 >&2
  score_say "--- the end of $log:"
  tail -n 20 "$log" >&2
  return 1
}

# Configures the folder when it is new, else only when options are given or
# score_reconfigure is set (new folders and files are found by configuring).
score_configure () {
  local dir=$1
  shift
  mkdir -p "$dir"
  if [ ! -f "$dir/build.ninja" ]; then
    score_say "configuring $dir"
    score_quietly "$dir/setup.log" \
      score_meson setup "$dir" "$score_root" "$@"
  elif [ "$#" -gt 0 ] || [ -n "${score_reconfigure:-}" ]; then
    score_quietly "$dir/setup.log" \
      score_meson setup --reconfigure "$dir" "$score_root" "$@"
  fi
}

# score_compile [target...]: builds these, or everything.
# shellcheck disable=SC2120 # the quick start names targets
score_compile () {
  score_say "building $score_build_dir"
  score_quietly "$score_build_dir/build.log" \
    score_meson compile -C "$score_build_dir" "$@"
}

# score_build [meson option...]: configures and builds everything.
score_build () {
  score_configure "$score_build_dir" "$@" || return 1
  # shellcheck disable=SC2119 # everything
  score_compile
}

# Lets gst-launch-1.0, the tool and Python find what was built here.
score_environment () {
  local path=$score_build_dir/plugin
  export GST_PLUGIN_PATH_1_0=$path${GST_PLUGIN_PATH_1_0:+:$GST_PLUGIN_PATH_1_0}
  path=$score_build_dir/gst/score
  export GI_TYPELIB_PATH=$path${GI_TYPELIB_PATH:+:$GI_TYPELIB_PATH}
  export LD_LIBRARY_PATH=$path${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  export PATH=$score_build_dir/gst/tools:$PATH
}
