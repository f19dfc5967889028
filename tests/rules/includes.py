#!/usr/bin/env python3
"""Reads the #include lines of the project against the table of rooms.

Each folder of the source is a room, and a room may know only the rooms and
the libraries that its row names. With --self-test the rule is run over
snippets that break it, and must see each of them.
"""

import pathlib
import re
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parents[2]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)

# Which library an include belongs to, by the longest prefix that fits. What
# is not listed is the C library's, or is not known and is reported.
LIBRARIES = {
    "glib": "glib", "gobject/": "glib", "gmodule": "glib", "gio/": "gio",
    "gst/gst": "gst", "gst/base/": "gst-more", "gst/": "gst-more",
    "gst/score/": "score",
    "gst/score/gstscoreerror.h": "score-error",
    "gst/score/score-prelude.h": "score-error",
    "gst/check/": "check",
    "json-glib/": "json", "libsoup/": "soup",
    "turbojpeg": "jpeg", "jpeglib": "jpeg", "jerror": "jpeg",
    "cairo": "draw", "pango": "draw",
}
SYSTEM = re.compile(
    r"^(assert|ctype|errno|fcntl|float|glob|inttypes|limits|locale|malloc|math|"
    r"poll|pthread|setjmp|signal|stdarg|stdbool|stddef|stdint|stdio|stdlib|"
    r"string|time|unistd|(sys|linux|netinet|arpa)/\w+|"
    r"[a-z]+intrin|arm_neon)\.h$")

EVERYWHERE = {"glib", "gst", "score-error"}


class Room(NamedTuple):
    """What one folder may know."""
    libraries: set
    rooms: set = frozenset()  # folders, or single headers


ROOMS = {
    "gst/score": Room({"gio", "gst-more", "json", "score"}),
    "gst/tools": Room({"gio", "gst-more", "json", "score", "draw"}),
    "examples": Room({"gio", "gst-more", "json", "score"}),
    "plugin": Room({"score"}, {"elements"}),
    "plugin/media": Room({"gst-more"}),
    "plugin/vlm": Room({"gio", "json"}),
    "plugin/method": Room(
        {"gio", "json", "score"},
        {"media/episode.h", "vlm/request.h", "vlm/reply.h", "prompts"}),
    "plugin/prompts": Room({"gio"}),
    "plugin/engine": Room(
        {"gio", "json", "score"}, {"media", "method", "vlm", "prompts"}),
    "plugin/elements": Room(
        {"gio", "json", "gst-more", "score", "draw"}, {"engine", "media"}),
}

# The files that may know one library more than their room.
EXCEPTIONS = {
    "plugin/vlm/http.c": {"soup"},
    "plugin/media/jpeg.c": {"jpeg"},
    "gst/tools/report-jpeg.c": {"jpeg"},
}
SIMULATOR = re.compile(r"^gst/tools/sim[^/]*(/.*)?\.[ch]$")


def room_of(path):
    """The row of the table that a file belongs to."""
    folder = path.rpartition("/")[0]
    while folder and folder not in ROOMS:
        folder = folder.rpartition("/")[0]
    return folder


def library_of(name):
    prefix = max((p for p in LIBRARIES if name.startswith(p)),
                 key=len, default=None)
    if prefix:
        return LIBRARIES[prefix]
    return "system" if SYSTEM.match(name) else None


def system_fault(path, room, name):
    library = library_of(name)
    if library is None:
        return f"<{name}> is of no library that the table knows"
    allowed = EVERYWHERE | {"system"} | ROOMS[room].libraries
    allowed |= EXCEPTIONS.get(path, set())
    if SIMULATOR.match(path):
        allowed |= {"soup", "jpeg"}
    if library not in allowed:
        return f"<{name}>: {room} may not know {library}"
    return None


def own_fault(room, name):
    """Quoted includes: of this room, or of one that the row names."""
    if name in ("config.h", "gst/gst-i18n-plugin.h"):
        return None
    if room.startswith("plugin"):
        head = name.partition("/")[0]
        own = room.partition("/")[2]
        if "/" not in name:
            return f'"{name}": write it with its folder, "{own or "room"}/{name}"'
        if head == own or head in ROOMS[room].rooms or name in ROOMS[room].rooms:
            return None
        return f'"{name}": {room} may not know {head}'
    if name.startswith("../") or f"plugin/{name.partition('/')[0]}" in ROOMS:
        return f'"{name}": {room} may not know plugin/'
    return None


def faults(path, text):
    """Yields what one file's includes do wrong."""
    room = room_of(path)
    found = INCLUDE.findall(text)
    for kind, name in found:
        fault = (system_fault(path, room, name) if kind == "<"
                 else own_fault(room, name))
        if fault:
            yield f"{path}: {fault}"
    config_first = room not in ("examples",) and path.endswith(".c")
    if config_first and found and found[0] != ('"', "config.h"):
        yield f'{path}: "config.h" is not the first include'


def sources():
    for top in ("gst", "plugin", "examples"):
        for path in sorted((ROOT / top).rglob("*.[ch]")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def check():
    bad, files = [], 0
    for path, text in sources():
        files += 1
        bad += faults(path, text)
    for line in bad:
        print(line)
    print(f"{files} files, {len(bad)} includes against the table")
    return 1 if bad or not files else 0


HEAD = '#ifdef HAVE_CONFIG_H\n#include "config.h"\n#endif\n'
VIOLATIONS = [
    ("gst/score/a.c", HEAD + '#include "engine/engine.h"\n'),
    ("gst/score/a.c", HEAD + "#include <libsoup/soup.h>\n"),
    ("plugin/media/a.c", HEAD + '#include "vlm/request.h"\n'),
    ("plugin/media/a.c", HEAD + '#include "method/method.h"\n'),
    ("plugin/media/a.c", HEAD + '#include "engine/settings.h"\n'),
    ("plugin/media/a.c", HEAD + "#include <gio/gio.h>\n"),
    ("plugin/media/sampler.c", HEAD + "#include <turbojpeg.h>\n"),
    ("plugin/media/jpeg.h", "#include <jpeglib.h>\n"),
    ("plugin/media/a.h", "#include <gst/score/gstscoreresult.h>\n"),
    ("plugin/vlm/a.c", HEAD + '#include "media/episode.h"\n'),
    ("plugin/vlm/a.c", HEAD + '#include "method/method.h"\n'),
    ("plugin/vlm/provider.c", HEAD + "#include <libsoup/soup.h>\n"),
    ("plugin/vlm/http.h", "#include <libsoup/soup.h>\n"),
    ("plugin/method/a.c", HEAD + '#include "vlm/provider.h"\n'),
    ("plugin/method/a.c", HEAD + '#include "vlm/http.h"\n'),
    ("plugin/method/a.c", HEAD + '#include "media/jpeg.h"\n'),
    ("plugin/method/a.c", HEAD + '#include "engine/engine.h"\n'),
    ("plugin/engine/a.c", HEAD + '#include "elements/gstscoresink.h"\n'),
    ("plugin/engine/a.c", HEAD + "#include <gst/base/gstbasesink.h>\n"),
    ("plugin/engine/a.c", HEAD + "#  include <libsoup/soup.h>\n"),
    ("plugin/elements/a.c", HEAD + '#include "vlm/request.h"\n'),
    ("plugin/elements/a.c", HEAD + '#include "method/method.h"\n'),
    ("plugin/elements/a.c", HEAD + '#include "gstscoresink.h"\n'),
    ("gst/tools/run.c", HEAD + '#include "engine/engine.h"\n'),
    ("gst/tools/run.c", HEAD + '#include "../../plugin/vlm/http.h"\n'),
    ("gst/tools/run.c", HEAD + "#include <libsoup/soup.h>\n"),
    ("gst/tools/report.c", HEAD + "#include <turbojpeg.h>\n"),
    ("examples/a.c", '#include "media/sample.h"\n'),
    ("examples/a.c", "#include <turbojpeg.h>\n"),
    ("plugin/media/a.c", "#include <string.h>\n" + HEAD),
    ("plugin/media/a.c", HEAD + "#include <curl/curl.h>\n"),
]
FINE = [
    ("plugin/vlm/http.c", HEAD + '#include "vlm/http.h"\n'
     "#include <libsoup/soup.h>\n#include <gst/score/gstscoreerror.h>\n"),
    ("plugin/media/jpeg.c", HEAD + '#include "media/jpeg.h"\n'
     "#include <turbojpeg.h>\n#include <gst/video/video.h>\n"),
    ("plugin/method/gvl.c", HEAD + '#include "media/episode.h"\n'
     '#include "vlm/reply.h"\n#include <math.h>\n'),
    ("plugin/engine/engine.c", HEAD + '#include "vlm/http.h"\n'
     '#include "method/method.h"\n'),
    ("plugin/elements/gstscoresink.c", HEAD + '#include "engine/engine.h"\n'
     "#include <gst/base/gstbasesink.h>\n"),
    ("gst/tools/simulate.c", HEAD + "#include <libsoup/soup.h>\n"),
    ("examples/watch.c", "#include <gst/score/score.h>\n"),
]


def self_test():
    blind = [(p, t) for p, t in VIOLATIONS if not list(faults(p, t))]
    strict = [f for p, t in FINE for f in faults(p, t)]
    for path, text in blind:
        print(f"not seen: {path}: {text.splitlines()[-1]}")
    for fault in strict:
        print(f"wrongly reported: {fault}")
    print(f"{len(VIOLATIONS)} violations, {len(blind)} not seen, "
          f"{len(strict)} wrongly reported")
    return 1 if blind or strict else 0


if __name__ == "__main__":
    sys.exit(self_test() if sys.argv[1:] == ["--self-test"] else check())
