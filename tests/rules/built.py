#!/usr/bin/env python3
"""built.py BUILD-FOLDER FOLDER...: every .c file there is part of the build.

A test that was written and never built would pass for ever. An argument that
begins with a minus names files that this build leaves out, by how their paths
begin.
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    build = pathlib.Path(sys.argv[1])
    commands = json.loads((build / "compile_commands.json").read_text("utf-8"))
    built = {(pathlib.Path(c["directory"]) / c["file"]).resolve()
             for c in commands}
    left_out = tuple(str(ROOT / name[1:]) for name in sys.argv[2:]
                     if name.startswith("-"))
    sources = [path for folder in sys.argv[2:] if not folder.startswith("-")
               for path in sorted((ROOT / folder).rglob("*.c"))
               if not str(path).startswith(left_out)]
    missing = [path for path in sources if path not in built]
    for path in missing:
        print(f"{path.relative_to(ROOT)}: in no meson.build, or the build "
              f"folder is older: meson setup --reconfigure {build}")
    print(f"{len(sources)} source files, {len(missing)} not built")
    return 1 if missing or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
