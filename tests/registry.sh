#!/usr/bin/env bash
# registry.sh GST-INSPECT OUTPUT [PRELOAD]: writes the registry of all plugins
# that the paths in the environment name.
set -eu
rm -f "$2"
export GST_REGISTRY_1_0=$PWD/$2
case $2 in /*) export GST_REGISTRY_1_0=$2 ;; esac
if [ -n "${3:-}" ]; then
  export LD_PRELOAD=$3 ASAN_OPTIONS=detect_leaks=0
fi
exec "$1" identity >/dev/null
