#!/usr/bin/env python3
"""No function, no .c file and no header is longer than the project allows.

Lists of properties are as long as they are, and so is the main () of a test
program. With --self-test the rule is run over a file that breaks it.
"""

import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FUNCTION_LINES = 60
SOURCE_LINES = 600
HEADER_LINES = 200
LISTS = re.compile(r"(class_init|set_property|get_property|"
                   r"install_\w*properties)$")


def functions(root, paths):
    """Yields (path, name, lines) of every function."""
    ctags = ["ctags", "--output-format=json", "--fields=+ne",
             "--languages=C", "--langmap=C:.c", "--c-kinds=f",
             "-L", "-", "-f", "-"]
    done = subprocess.run(ctags, input="\n".join(map(str, paths)), text=True,
                          stdout=subprocess.PIPE, check=True, cwd=root)
    for line in done.stdout.splitlines():
        tag = json.loads(line)
        if tag.get("_type") == "tag" and "end" in tag:
            yield (pathlib.Path(tag["path"]), tag["name"],
                   tag["end"] - tag["line"] + 1)


def may_be_long(path, name):
    return bool(LISTS.search(name)) or (name == "main"
                                        and "tests" in path.parts)


def long_functions(rows):
    return [f"{path}: {name}: {lines} lines, at most {FUNCTION_LINES}"
            for path, name, lines in rows
            if lines > FUNCTION_LINES and not may_be_long(path, name)]


def long_files(root, paths):
    for path in paths:
        lines = len((root / path).read_text("utf-8").splitlines())
        most = SOURCE_LINES if path.suffix == ".c" else HEADER_LINES
        if lines > most:
            yield f"{path}: {lines} lines, at most {most}"


def check(root):
    """Returns what is too long below a folder, and the functions' lengths."""
    paths = [path.relative_to(root) for top in ("gst", "plugin", "examples", "tests")
             for path in sorted((root / top).rglob("*.[ch]"))]
    rows = list(functions(root, [p for p in paths if p.suffix == ".c"]))
    return (list(long_files(root, paths)) + long_functions(rows),
            [lines for _, _, lines in rows])


def self_test():
    def body(name, lines):
        return f"void\n{name} (void)\n{{\n" + "  x ();\n" * (lines - 3) + "}\n"
    files = {
        "plugin/a.c": body("gst_a_class_init", 90) + body("a_short", 55)
        + body("a_long", 70),
        "plugin/b.c": "int b;\n" * 601,
        "plugin/b.h": "extern int b;\n" * 201,
        "tests/c.c": body("main", 80),
        "gst/d.c": body("main", 80),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, "utf-8")
        bad = check(root)[0]
    seen = sorted(line.rpartition(":")[0] for line in bad)
    print("\n".join(bad))
    return 0 if seen == ["gst/d.c: main", "plugin/a.c: a_long",
                         "plugin/b.c", "plugin/b.h"] else 1


def main():
    if not shutil.which("ctags") or "Universal" not in subprocess.run(
            ["ctags", "--version"], text=True, stdout=subprocess.PIPE,
            check=False).stdout:
        print("universal-ctags is missing")
        return 77
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    bad, lengths = check(ROOT)
    for line in bad:
        print(line)
    if lengths:
        print(f"{len(lengths)} functions, median {statistics.median(lengths):g}"
              f" lines, longest {max(lengths)}; {len(bad)} too long")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
