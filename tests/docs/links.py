#!/usr/bin/env python3
"""Links of the pages lead to files and headings that are there.

Looks at every Markdown file of the project but golden ones. Links to other
hosts are not followed. With --self-test the rule is run over a page that breaks
it.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r'\]\(([^)\s]+)\)')
CODE = re.compile(r'^```.*?^```$', re.S | re.M)


def anchors_of(text):
    """As the usual Markdown viewers make them from headings."""
    headings = re.findall(r'^#+\s+(.*)$', CODE.sub('', text), re.M)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).replace(' ', '-')
            for heading in headings}


def faults(folder, text):
    """What is wrong with the links of a page that lies in folder."""
    for link in LINK.findall(CODE.sub('', text)):
        if re.match(r'[a-z]+:', link):
            continue
        name, _, anchor = link.partition('#')
        target = folder / name
        if link.startswith('/') or not target.exists():
            yield f'{link}: there is no such file'
        elif anchor and anchor not in anchors_of(
                target.read_text('utf-8') if name else text):
            yield f'{link}: there is no such heading'


def self_test():
    fine = ('# A `b`, (c)\n[x](#a-b-c) [y](README.md) [z](docs) '
            '[w](https://host/)\n```\n[in code](nowhere)\n```\n')
    breaking = ['[x](#nothing)', '[x](nowhere.md)', '[x](/README.md)',
                '[x](README.md#no-such-heading)']
    bad = list(faults(ROOT, fine))
    bad += [text for text in breaking if not list(faults(ROOT, text))]
    print('\n'.join(bad + [f'{len(breaking)} violations, {len(bad)} mistakes']))
    return 1 if bad else 0


def main():
    if sys.argv[1:] == ['--self-test']:
        return self_test()
    pages = [page for pattern in ('*.md', 'docs/**/*.md', 'examples/**/*.md')
             for page in sorted(ROOT.glob(pattern))]
    bad = [f'{page.relative_to(ROOT)}: {fault}' for page in pages
           for fault in faults(page.parent, page.read_text('utf-8'))]
    print('\n'.join(bad + [f'{len(pages)} pages, {len(bad)} bad links']))
    return 1 if bad or not pages else 0


if __name__ == '__main__':
    sys.exit(main())
