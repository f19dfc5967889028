#!/usr/bin/env python3
"""properties.py LIST-PROPERTIES: docs/elements.md says what the elements have.

Every property with its default, and every signal, of every element must be in
the page, and the page may name none that does not exist. How the page is read:

- A heading that names elements starts their section; headings below it that
  name none belong to it. A heading may name several elements, which then share
  the rows below.
- A table whose first column is headed "Property" has a property in each row,
  its name first and its default second: | `timeout` | `120 s` | ... |
- A table whose first column is headed "Signal" has a signal in each row.

Defaults are written as gst-inspect-1.0 prints them; times may be written with
a unit, and what has no default is `none`. With --self-test the rule is run
over a page that breaks it.
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "elements.md"
UNSET = {"none", "unset", "-", "–", "—", ""}
UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9,
         "min": 60 * 10**9, "h": 3600 * 10**9}
NEVER = {str(2**64 - 1), "-1"}


def read_elements(listing):
    """{element: ({property: (default, access)}, {signal})}."""
    elements = {}
    for line in listing.splitlines():
        kind, element, *rest = line.split("\t")
        properties, signals = elements.setdefault(element, ({}, set()))
        if kind == "property":
            properties[rest[0]] = (rest[1], rest[2])
        elif kind == "signal":
            signals.add(rest[0])
    return elements


def cells_of(line):
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [cell.strip().strip("`").strip() for cell in cells]


def read_page(text, elements):
    """The same as read_elements, as the page tells it; access is unknown."""
    told = {name: ({}, set()) for name in elements}
    section, level, table = [], 0, None
    for line in text.splitlines():
        heading = re.match(r"(#+)\s+(.*)", line)
        if heading:
            named = [e for e in elements
                     if re.search(rf"\b{re.escape(e)}\b", heading[2])]
            if named or len(heading[1]) <= level:
                section, level = named, len(heading[1])
            table = None
        elif not line.lstrip().startswith("|"):
            table = None
        elif table is None:
            table = cells_of(line)[0].lower()
        else:
            add_row(told, section, table, cells_of(line))
    return told


def add_row(told, section, table, cells):
    if set(cells[0]) <= set("-: "):
        return
    # A name may be followed by its arguments: `start-episode (task, id)`.
    name = re.split(r"[\s(`]", cells[0])[0]
    for element in section:
        if table == "property":
            told[element][0][name] = cells[1] if len(cells) > 1 else ""
        elif table == "signal":
            told[element][1].add(name)


def same_default(told, real, access):
    """Whether what the page says is what the element has."""
    said = told.strip().strip("`").strip('"')
    if access != "read-write" and (said in UNSET or said == access):
        return True
    if real in NEVER | UNSET:
        return said in UNSET | NEVER
    if said.lower() == real.lower():
        return True
    time = re.fullmatch(r"([\d.]+)\s*([a-zµ]+)", said)
    try:
        if time and time[2] in UNITS:
            return float(time[1]) * UNITS[time[2]] == float(real)
        return float(said) == float(real)
    except ValueError:
        return False


def compare(elements, told):
    for element, (properties, signals) in sorted(elements.items()):
        said, said_signals = told[element]
        for name, (default, access) in sorted(properties.items()):
            if name not in said:
                yield f"{element}: property {name} ({default}) is not on the page"
            elif not same_default(said[name], default, access):
                yield (f"{element}: property {name}: the default is {default}, "
                       f"the page says {said[name]}")
        for name in sorted(set(said) - set(properties)):
            yield f"{element}: the page has a property {name}, the element has not"
        for name in sorted(signals - said_signals):
            yield f"{element}: signal {name} is not on the page"
        for name in sorted(said_signals - signals):
            yield f"{element}: the page has a signal {name}, the element has not"


def faults(listing, text):
    elements = read_elements(listing)
    return list(compare(elements, read_page(text, elements)))


LISTING = "\n".join("\t".join(fields) for fields in [
    ("element", "asink"), ("element", "afilter"),
    ("property", "asink", "task", "none", "read-write"),
    ("property", "afilter", "task", "none", "read-write"),
    ("property", "asink", "timeout", "120000000000", "read-write"),
    ("property", "asink", "api-key", "none", "write-only"),
    ("property", "asink", "stats", "none", "read-only"),
    ("property", "asink", "ratio", "2/1", "read-write"),
    ("property", "asink", "limit", "0.9", "read-write"),
    ("property", "asink", "wait", "18446744073709551615", "read-write"),
    ("property", "afilter", "mode", "auto", "read-write"),
    ("signal", "asink", "start-episode"),
])
PAGE_THAT_FITS = """
# Elements
## Shared by asink and afilter
| Property | Default | Note |
|---|---|---|
| `task` | none | what to do |
## asink
### Properties
| Property | Default | Note |
|---|---|---|
| `timeout` | `120 s` | |
| `api-key` | none | write-only |
| `stats` | read-only | |
| `ratio` | `2/1` | |
| `limit` | 0.90 | |
| `wait` | none | |
### Signals
| Signal | Arguments |
|---|---|
| `start-episode (task, id)` | |
## `afilter`
| Property | Default |
|---|---|
| `mode` | auto |
## Other
| Property | Default |
|---|---|
| `not-an-elements` | 1 |
"""


def self_test():
    breaking = {
        "wrong default": ("`120 s`", "`60 s`"),
        "wrong enum": ("| `mode` | auto |", "| `mode` | live |"),
        "no default": ("| `ratio` | `2/1` |", "| `ratio` | none |"),
        "missing": ("| `limit` | 0.90 | |\n", ""),
        "missing where shared": ("| `task` | none | what to do |\n", ""),
        "in the wrong section": ("## `afilter`", "## Other"),
        "not existing": ("| `wait` | none | |",
                         "| `wait` | none | |\n| `waits` | none | |"),
        "missing signal": ("| `start-episode (task, id)` | |\n", ""),
        "not existing signal": ("| `start-episode (task, id)` | |",
                                "| `start-episode` | |\n| `stop-it` | |"),
    }
    bad = [f"wrongly reported: {fault}"
           for fault in faults(LISTING, PAGE_THAT_FITS)]
    for name, (old, new) in breaking.items():
        assert old in PAGE_THAT_FITS, name
        if not faults(LISTING, PAGE_THAT_FITS.replace(old, new)):
            bad.append(f"not seen: {name}")
    print("\n".join(bad + [f"{len(breaking)} violations, {len(bad)} mistakes"]))
    return 1 if bad else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    listing = subprocess.run([sys.argv[1]], text=True, check=True,
                             stdout=subprocess.PIPE).stdout
    if not PAGE.exists():
        print(f"{PAGE} is missing")
        return 1
    bad = faults(listing, PAGE.read_text("utf-8"))
    for line in bad:
        print(line)
    elements = read_elements(listing)
    print(f"{len(elements)} elements, "
          f"{sum(len(p) for p, _ in elements.values())} properties, "
          f"{len(bad)} differences from the page")
    return 1 if bad or not elements else 0


if __name__ == "__main__":
    sys.exit(main())
