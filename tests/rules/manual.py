#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""manual.py TOOL MAN-PAGE COMPLETION TOOL-PAGE: they say what --help says.

The manual page has every command and every option that the program has, with
what they take, and no others; the page of the docs has all options of the commands
that it describes. The completion, sourced by bash, offers them. The manual page is
good troff. The rule is first run over pages that break it.
"""

import pathlib
import re
import shutil
import subprocess
import sys

OPTION = re.compile(r'^ +(?:(-\w), )?(--[\w-]+)(?:=(\S+))?(?: |$)', re.M)
NAME = re.compile(r'(?<![\w-])--[a-z][\w-]*')
EVERYWHERE = {('-h', '--help', None)}


def run(*words, **more):
    return subprocess.run(words, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **more)


def options_of(help_text):
    return {(short or None, name, takes or None)
            for short, name, takes in OPTION.findall(help_text)} - EVERYWHERE


def commands_of(help_text):
    part = help_text.partition('Commands:\n')[2].partition('\n\n')[0]
    return [line.split()[0] for line in part.splitlines()]


def helps(tool):
    """The options of every command."""
    known = {}
    for command in commands_of(run(tool, '--help').stdout):
        done = run(tool, command, '--help')
        if done.returncode:
            raise SystemExit(f'{command} --help ended with {done.returncode}')
        known[command] = options_of(done.stdout)
    return known


def plain(troff):
    """A line of troff without its fonts, quotes and escapes."""
    text = re.sub(r'\\f[BIRP]', '', troff).replace(r'\-', '-')
    return text.replace('"', '').removeprefix('.BR ').removeprefix('.B ')


def sections_of(troff):
    """Options of the manual page's sections, by the name of the command."""
    sections = {}
    for part in re.split(r'^\.SH ', troff, flags=re.M)[1:]:
        title, _, body = part.partition('\n')
        heads = re.findall(r'^\.TP\n(.*)$', body, re.M)
        found = options_of(''.join(f'  {plain(head)}\n' for head in heads))
        sections[title.strip().lower()] = found
    return sections


def differences(where, said, known):
    for short, name, takes in sorted(known - said, key=str):
        yield f'{where} lacks {short or ""} {name} {takes or ""}'
    for short, name, takes in sorted(said - known, key=str):
        yield f'{where} has {short or ""} {name} {takes or ""}, the program has not'


def manual_faults(troff, known):
    sections = sections_of(troff)
    for command, options in known.items():
        if command not in sections:
            yield f'the manual page has no section {command.upper()}'
            continue
        if not re.search(rf'^\.TP\n\.B {command}$', troff, re.M):
            yield f'the manual page does not list {command}'
        yield from differences(f'{command} in the manual page',
                               sections[command], options)
    for title, options in sections.items():
        if options and title not in known and title != 'description':
            yield f'the manual page has {title}, the program has not'
    for status in '012':
        if not re.search(rf'^\.TP\n\.B {status}$', troff, re.M):
            yield f'the manual page does not explain exit status {status}'


def docs_faults(page, known):
    """Commands have a section of their name, with all of their options."""
    parts = dict(re.findall(r'^## (\w+)\n(.*?)(?=^## |\Z)', page, re.M | re.S))
    for command in parts.keys() & known.keys():
        names = {name for _, name, _ in known[command]}
        for name in sorted(names - set(NAME.findall(parts[command]))):
            yield f'{command} in the docs lacks {name}'
    exist = {name for options in known.values() for _, name, _ in options}
    for name in sorted(set(NAME.findall(page)) - exist - {'--help'}):
        if not name.startswith('--sample_weighting'):
            yield f'the docs have {name}, the program has not'


def troff_faults(page):
    if shutil.which('groff'):
        done = run('groff', '-ww', '-man', '-Tutf8', '-z', str(page))
        yield from (done.stdout.splitlines() if done.stdout or done.returncode
                    else [])
    else:
        print('groff is missing: the page is not looked at as troff')


def complete(completion, tool, *words):
    """What bash offers for the last of the words, broken as bash breaks them."""
    script = ('. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
              'complete -p gst-score-1.0 >/dev/null || exit 1; '
              '_gst_score "$1" "${COMP_WORDS[COMP_CWORD]}" '
              '"${COMP_WORDS[COMP_CWORD - 1]}"; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = run('bash', '-uc', script, 'bash', completion, tool, *words,
               cwd=pathlib.Path(completion).parent)
    if done.returncode:
        raise SystemExit(f'completion of {words}: {done.stdout}')
    return set(done.stdout.split())


def completion_faults(completion, tool, known):
    def expect(wanted, *words):
        offered = complete(completion, tool, *words)
        if offered != set(wanted):
            yield f'{words} is completed by {offered}, not by {set(wanted)}'

    yield from expect({*known, '--help', '--version'}, '')
    for command, options in known.items():
        yield from expect({name for _, name, _ in options | EVERYWHERE},
                          command, '--')
        for short, name, takes in options:
            words = set(takes.split('|')) if takes and '|' in takes else set()
            if words:
                yield from expect(words, command, name, '=')
                yield from expect(words, command, name, '')
                one = sorted(words)[0]
                yield from expect({one}, command, name, '=', one[:-1])
            if words and short:
                yield from expect(words, command, short, '')
    name = pathlib.Path(completion).name
    yield from expect({name}, 'export', name[:-2])
    yield from expect({name}, 'export', '--video', '=', name[:-2])
    yield from expect(set(), 'export', '--framerate', '=', '')


def self_test(troff, known):
    breaking = {
        'an option is gone': troff.replace(r'\-\-video\fR', r'\-\-vid\fR'),
        'another argument': troff.replace('=\\fIRATE', '=\\fIFPS'),
        'a command is gone': troff.replace('.SH EXPORT', '.SH EXPORTS'),
        'a status is gone': troff.replace('.TP\n.B 2\n', '.TP\n.B 3\n'),
    }
    for name, text in breaking.items():
        if text == troff or not list(manual_faults(text, known)):
            yield f'not seen: {name}'


def main():
    tool, page, completion, docs = (
        str(pathlib.Path(path).resolve()) for path in sys.argv[1:])
    known = helps(tool)
    troff = pathlib.Path(page).read_text('utf-8')
    bad = list(self_test(troff, known))
    bad += manual_faults(troff, known)
    bad += troff_faults(page)
    bad += docs_faults(pathlib.Path(docs).read_text('utf-8'), known)
    bad += completion_faults(completion, tool, known)
    print('\n'.join(bad))
    print(f'{len(known)} commands, {sum(map(len, known.values()))} options, '
          f'{len(bad)} faults')
    return 1 if bad or not known else 0


if __name__ == '__main__':
    sys.exit(main())
