#!/usr/bin/env bash
# Installs what is missing, builds, runs the tests and counts them.
set -uo pipefail

usage () {
  cat <<'END'
usage: tests/run.sh [OPTION...] [TEST...]

Installs the Debian packages that are missing (as root or with sudo), builds
in build/, runs every test there and ends with the line

  N passed, N failed[, N skipped]

The exit status is 0 when nothing failed and something ran. TEST is a part of
a test's name; without any, all are run.

What to run; several may be given, the default is --plain:
  --plain          the suite in build/
  --asan           unit and element tests with AddressSanitizer and
                   UndefinedBehaviorSanitizer, in build-asan/
  --bare           the module without what is optional (scoreoverlay): that it
                   builds and that the docs still fit, in build-bare/
  --valgrind       unit and element tests under valgrind, in build/
  --fuzz[=SECONDS] the fuzz targets with libFuzzer, each for SECONDS
                   (default 60), in build-fuzz/; needs clang
  --soak           the long runs that the suite leaves out, in build/

How to run it:
  --suite=NAME     only this suite: rules, unit, check, pipelines, fuzz;
                   may be given more than once
  --werror         compiler warnings are errors (also when CI=true)
  --no-install     install nothing, only say what is missing
  --help           this text

The tests use no network but loopback, no home folder and none of your keys.
SCORE_CLIPS=DIR in the environment names the folder of recorded clips.
END
}

# shellcheck source=pipelines/setup.sh
. "$(dirname "$0")/../pipelines/setup.sh"
cd "$score_root" || exit 1

kinds=()
suites=()
names=()
werror=
[ "${CI:-false}" = false ] || werror=true
fuzz_seconds=60
while [ "$#" -gt 0 ]; do
  case $1 in
    --plain | --asan | --bare | --valgrind | --soak | --fuzz) kinds+=("${1#--}") ;;
    --fuzz=*)
      kinds+=(fuzz)
      fuzz_seconds=${1#*=}
      ;;
    --suite=*) suites+=("--suite=${1#*=}") ;;
    --suite)
      suites+=("--suite=${2:?--suite needs a name}")
      shift
      ;;
    --werror) werror=true ;;
    --no-install) export SCORE_NO_INSTALL=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*)
      score_say "unknown option $1; see tests/run.sh --help"
      exit 2
      ;;
    *) names+=("$1") ;;
  esac
  shift
done
[ "${#kinds[@]}" -gt 0 ] || kinds=(plain)
case $fuzz_seconds in
  '' | *[!0-9]*)
    score_say "--fuzz=SECONDS needs a whole number"
    exit 2
    ;;
esac

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
broken=0

# Something that is not a test went wrong: it counts as one failure.
broke () {
  score_say "failed: $1"
  broken=$((broken + 1))
}

# build_in FOLDER OPTION...: whether there is now something to test.
build_in () {
  score_build_dir=$score_root/$1
  shift
  local options=()
  [ "$werror" != true ] || options=(-Dwerror=true)
  [ -z "${SCORE_CLIPS:-}" ] || options+=("-Dclips=$SCORE_CLIPS")
  [ -f "$score_build_dir/build.ninja" ] || options+=("$@")
  score_reconfigure=1 score_build "${options[@]}" || {
    broke "the build in $score_build_dir"
    return 1
  }
}

# find_tests OPTION...: the names of the tests that were asked for, one a line.
find_tests () {
  local name
  for name in "${names[@]}"; do
    score_meson test -C "$score_build_dir" --no-rebuild --list "$@" \
      2>/dev/null </dev/null | sed 's|^.* / ||' | grep -F -e "$name"
  done | sort -u
}

# run_tests KIND OPTION...: one run of meson test, its report kept for the end.
run_tests () {
  local kind=$1 logs=$score_build_dir/meson-logs wanted=()
  shift
  : >"$reports/$kind.json"
  if [ "${#names[@]}" -gt 0 ]; then
    mapfile -t wanted < <(find_tests "$@")
    [ "${#wanted[@]}" -gt 0 ] || return
  fi
  rm -f "$logs"/testlog*.json
  if ! score_meson test -C "$score_build_dir" --no-rebuild \
    --print-errorlogs "$@" "${wanted[@]}" </dev/null &&
    ! compgen -G "$logs/testlog*.json" >/dev/null; then
    broke "meson test ($kind)"
  fi
  cat "$logs"/testlog*.json >"$reports/$kind.json" 2>/dev/null
}

# A proxy, a key, somebody's GStreamer setup: what the tests must not see.
hide_surroundings () {
  unset http_proxy https_proxy all_proxy no_proxy \
    HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY \
    OPENAI_API_KEY GEMINI_API_KEY GOOGLE_API_KEY SCORE_BASE_URL \
    GST_DEBUG GST_DEBUG_FILE GST_TRACERS GST_PLUGIN_PATH GST_PLUGIN_PATH_1_0 \
    GST_PLUGIN_SYSTEM_PATH GST_PLUGIN_SYSTEM_PATH_1_0 G_DEBUG G_MESSAGES_DEBUG
}

run_plain () {
  build_in build || return
  run_tests plain "${suites[@]}"
}

run_soak () {
  build_in build || return
  run_tests soak --suite=soak
}

run_asan () {
  build_in build-asan -Db_sanitize=address,undefined -Db_lundef=false \
    -Dintrospection=disabled || return
  run_tests asan "${elements_and_units[@]}"
}

# Only the module is built, without optimization: what the tests test of it is
# the same with everything.
run_bare () {
  local options=(-Doverlay=disabled -Dintrospection=disabled -Dbuildtype=plain)
  [ "$werror" != true ] || options+=(-Dwerror=true)
  score_build_dir=$score_root/build-bare
  if ! score_configure "$score_build_dir" "${options[@]}" ||
    ! score_compile gstscore gst-score-1.0 list-properties registry; then
    broke "the build in $score_build_dir"
    return
  fi
  run_tests bare 'every source file is built' \
    'every property and signal is in the docs' \
    'the module exports its two symbols' \
    'scripts that draw say when there is nothing to draw with'
}

run_valgrind () {
  build_in build || return
  run_tests valgrind --setup=valgrind "${elements_and_units[@]}"
}

run_fuzz () {
  CC=clang build_in build-fuzz -Dfuzzing=true -Dintrospection=disabled \
    -Db_sanitize=address,undefined -Db_lundef=false \
    -Dc_args=-fsanitize=fuzzer-no-link || return
  run_tests fuzz --suite=fuzzing \
    "--test-args=-max_total_time=$fuzz_seconds"
}

packages=("${score_build_packages[@]}" "${score_run_packages[@]}"
  "${score_test_packages[@]}")
case " ${kinds[*]} " in *' valgrind '*) packages+=(valgrind) ;; esac
case " ${kinds[*]} " in *' fuzz '*) packages+=(clang) ;; esac
elements_and_units=("${suites[@]}")
[ "${#suites[@]}" -gt 0 ] ||
  elements_and_units=(--suite=unit --suite=check --suite=fuzz)

if score_need "${packages[@]}"; then
  case " ${kinds[*]} " in
    *' plain '* | *' soak '*)
      score_need "${score_cluster_packages[@]}" ||
        score_say "without Slurm its test is skipped" ;;
  esac
  hide_surroundings
  for kind in "${kinds[@]}"; do
    "run_$kind"
  done
else
  broke "the installation of packages"
fi
/usr/bin/python3 tests/count.py --broken "$broken" "$reports"
