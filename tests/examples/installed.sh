#!/usr/bin/env bash
# installed.sh BUILD-FOLDER SOURCE...: compiles programs against what
# `meson install` puts into a folder, by the way that pkg-config tells.
set -euo pipefail

build=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

meson=$(command -v /usr/bin/meson meson | head -n 1)
"$meson" install -C "$build" --no-rebuild --quiet --destdir "$folder"

# As if it had been installed in that folder for good.
pc=$(find "$folder" -name gstreamer-score-1.0.pc)
sed -i "s|^prefix=|prefix=$folder|" "$pc"
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir gstreamer-score-1.0)
export LD_LIBRARY_PATH

cd "$folder"
read -ra flags < <(pkg-config --cflags --libs gstreamer-score-1.0)
for source in "$@"; do
  cc -Wall -Werror "$source" "${flags[@]}" -o program
  ./program --help | grep -q -- --base-url
done
echo "compiled with ${flags[*]}"
