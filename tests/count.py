#!/usr/bin/env python3
"""Counts the results in a folder of meson's testlog.json files.

Names what failed and what was skipped, and prints the line that tests/run.sh
ends with. The exit status is 1 when something failed or nothing ran.
"""

import argparse
import json
import pathlib
import sys

PASSED = {"OK", "EXPECTEDFAIL"}
SKIPPED = {"SKIP", "IGNORED"}


def read(report):
    """Yields (name, result) of every test in one report."""
    for line in report.read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            yield entry["name"], entry["result"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broken", type=int, default=0,
                        help="failures that no report knows of")
    parser.add_argument("folder", type=pathlib.Path)
    args = parser.parse_args()
    passed, failed, skipped = 0, args.broken, 0
    for report in sorted(args.folder.glob("*.json")):
        results = list(read(report))
        if not results:
            failed += 1
            print(f"failed ({report.stem}): there is no such test")
        for name, result in results:
            if result in PASSED:
                passed += 1
            elif result in SKIPPED:
                skipped += 1
                print(f"skipped ({report.stem}): {name}")
            else:
                failed += 1
                print(f"failed ({report.stem}): {name}: {result}")
    line = f"{passed} passed, {failed} failed"
    if skipped:
        line += f", {skipped} skipped"
    print(line)
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
