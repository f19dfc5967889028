#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that every public symbol has documentation and says since when.

usage: gir-docs.py GIR SYMBOLS
"""
import sys
import xml.etree.ElementTree as ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"
GLIB = "{http://www.gtk.org/introspection/glib/1.0}"
FUNCTIONS = ("function", "method", "constructor")
TYPES = ("record", "enumeration", "bitfield", "constant")


def has_doc(node):
    doc = node.find(CORE + "doc")
    return doc is not None and bool((doc.text or "").strip())


def check_symbol(node, name, complaints):
    if not has_doc(node):
        complaints.append(f"{name} is not documented")
    if node.get("version") is None:
        complaints.append(f"{name} does not say since when it is there")


def check_function(node, complaints):
    name = node.get(C + "identifier")
    check_symbol(node, name, complaints)
    for parameter in node.iter(CORE + "parameter"):
        if not has_doc(parameter):
            complaints.append(f"{name}: {parameter.get('name')} is not documented")
    result = node.find(CORE + "return-value")
    kind = result.find(CORE + "type")
    if (kind is None or kind.get("name") != "none") and not has_doc(result):
        complaints.append(f"{name}: what it returns is not documented")
    return name


def main(gir, symbols):
    namespace = ElementTree.parse(gir).getroot().find(CORE + "namespace")
    complaints, known = [], set()
    for node in namespace.iter():
        tag = node.tag.removeprefix(CORE)
        if tag in FUNCTIONS:
            known.add(check_function(node, complaints))
        elif tag in TYPES:
            check_symbol(node, node.get(C + "type"), complaints)
            if node.get(GLIB + "get-type"):
                known.add(node.get(GLIB + "get-type"))
        elif tag in ("member", "field") and not node.get("name").startswith("_"):
            if not has_doc(node):
                complaints.append(f"{node.get('name')} is not documented")
    with open(symbols, encoding="utf-8") as lines:
        for symbol in sorted(set(lines.read().split()) - known):
            complaints.append(f"{symbol} is exported, but bindings do not see it")
    if not known:
        complaints.append("no function was found")
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
