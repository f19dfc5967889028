#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes one file of the results of all parts of a manifest.

Reads FOLDER/results-0000I-of-0000N.jsonl, which score.sbatch wrote, and writes
one record an entry of MANIFEST, in its order, to FOLDER/results.jsonl (or
--output). Of several records of an entry the last scored one counts, and a
failed one only where none is scored. The file gets its name when it is complete
and on the disk; what was there before is replaced, or kept when something is
wrong. Doing it again makes the same file.

Nothing is written when an entry has no record, or when one was scored twice,
unless --partial asks for what there is. A line says which they are.

Exit status: 0 every entry is scored; 1 not, or a file cannot be read or written
(what failed is in the output, as a failed record); 2 wrong use.
"""

import argparse
import csv
import json
import os
import pathlib
import re
import sys
import tempfile

NAME = re.compile(r'results-(\d+)-of-(\d+)\.jsonl')
SCHEMA = re.compile(r'gst-score/1(\.\d+)?')
NAMED = 10              # entries that a line names at most
BLANKS = ' \t\n\v\f\r'


class Wrong(Exception):
    """Something that cannot be merged; the text is a sentence."""


def say(text):
    print(f'merge.py: {text}', file=sys.stderr)


# --- the manifest ---

def as_text(value):
    """Of a member of a manifest; None where there is nothing in it."""
    if isinstance(value, bool) or isinstance(value, (list, dict)):
        raise ValueError('it must be a string or a number')
    if isinstance(value, float):
        value = f'{value:.17g}'
    text = '' if value is None else str(value)
    return text if text.strip(BLANKS) else None


def rows_of(text):
    """(line, object) of JSON Lines or CSV, whichever the text is."""
    if text.lstrip(BLANKS).startswith('{'):
        for number, line in enumerate(text.split('\n'), 1):
            if line.strip(BLANKS):
                yield number, json.loads(line)
    else:
        lines = csv.reader(text.splitlines(keepends=True), strict=True)
        names = [name.strip(BLANKS) for name in next(lines, [])]
        for fields in lines:
            if fields:
                yield lines.line_num, dict(zip(names, fields))


def read_manifest(path):
    """(id, task) of the entries, in their order."""
    text = pathlib.Path(path).read_bytes().decode('utf-8-sig')
    entries, number = {}, 1
    try:
        for number, row in rows_of(text):
            entry = as_text(row.get('id')), as_text(row.get('task'))
            if None in entry:
                raise ValueError('an entry needs an id and a task')
            if entry[0] in entries:
                raise ValueError(f'the id "{entry[0]}" was there before')
            entries[entry[0]] = entry
    except (ValueError, AttributeError, csv.Error) as error:
        raise Wrong(f'{path}, line {number}: {error}') from error
    if not entries:
        raise Wrong(f'{path} has no entries')
    return list(entries.values())


def with_every_task(entries):
    """What --confusion of the run asks: each video, its own task first."""
    tasks = list(dict.fromkeys(task for _, task in entries))
    return [(name, task) for name, own in entries
            for task in [own, *(task for task in tasks if task != own)]]


# --- the records ---

class Record:
    """Where a record is, and what of it matters here."""

    def __init__(self, file, number, offset, line, content):
        self.file, self.number = file, number
        self.offset, self.length = offset, len(line)
        self.key = content['episode_id'], content['task']
        self.scored = content['status'] == 'scored'
        self.asked = tuple(content.get(name) or 'none' for name in
                           ('method', 'provider', 'model'))

    def place(self):
        return f'{self.file.name}, line {self.number}'

    def text(self):
        with self.file.open('rb') as stream:
            stream.seek(self.offset)
            return stream.read(self.length).rstrip(b'\r\n') + b'\n'


def find_files(folder):
    """The files of the parts, and how many there are to be."""
    found = [(int(match[1]), int(match[2]), path)
             for path in folder.iterdir()
             if (match := NAME.fullmatch(path.name))]
    sizes = sorted({size for _, size, _ in found})
    if not sizes:
        raise Wrong(f'no results-00001-of-... in {folder}')
    if len(sizes) > 1:
        raise Wrong(f'{folder} has parts of {sizes[0]} and of {sizes[1]}')
    return [path for _, _, path in sorted(found)], sizes[0]


def read_record(file, number, offset, line):
    """None of a line that a killed process left unfinished."""
    try:
        content = json.loads(line)
    except ValueError:
        say(f'{file.name}, line {number} is no record; left out')
        return None
    try:
        if not SCHEMA.fullmatch(content['schema']):
            raise Wrong(f'{file}, line {number}: schema {content["schema"]}')
        record = Record(file, number, offset, line, content)
    except (KeyError, TypeError) as error:
        raise Wrong(f'{file}, line {number} is no record') from error
    return None if content.get('provisional') else record


def read_records(files):
    for file in files:
        offset = 0
        with file.open('rb') as stream:
            for number, line in enumerate(stream, 1):
                if line.strip():
                    record = read_record(file, number, offset, line)
                    if record:
                        yield record
                offset += len(line)


class Merged:
    """The record that counts of every key, and what was scored twice."""

    def __init__(self, records):
        self.records, self.doubled, self.asked = {}, {}, set()
        for record in records:
            self.asked.add(record.asked)
            before = self.records.get(record.key)
            if before and before.scored and record.scored:
                self.doubled.setdefault(record.key, [before]).append(record)
            if not before or record.scored or not before.scored:
                self.records[record.key] = record

    def order(self, entries):
        """Those of the entries, then those that the manifest does not know."""
        known = set(entries)
        return [self.records[key] for key in entries if key in self.records] + [
            record for key, record in self.records.items() if key not in known]


# --- what is wrong ---

def list_keys(keys, with_tasks=False):
    names = [f'{name} ({task})' if with_tasks else name for name, task in keys]
    more = len(names) - NAMED
    return ', '.join(names[:NAMED]) + (f' and {more} more' if more > 0 else '')


def check(merged, entries, files, size, confusion):
    """Says what is wrong; whether the records are complete, and all scored."""
    missing = [key for key in entries if key not in merged.records]
    failed = [key for key in entries if key in merged.records
              and not merged.records[key].scored]
    strange = len(merged.records.keys() - set(entries))
    if missing:
        there = {int(NAME.fullmatch(file.name)[1]) for file in files}
        gone = [str(part) for part in range(1, size + 1) if part not in there]
        say(f'{len(missing)} of {len(entries)} missing: '
            f'{list_keys(missing, confusion)}'
            + (f' (no file of part {", ".join(gone[:NAMED])} of {size})'
               if gone else ''))
    if merged.doubled:
        say(f'{len(merged.doubled)} scored twice: ' + '; '.join(
            f'{list_keys([key], confusion)}: '
            + ' and '.join(record.place() for record in records)
            for key, records in list(merged.doubled.items())[:NAMED]))
    if failed:
        say(f'{len(failed)} of {len(entries)} failed: '
            f'{list_keys(failed, confusion)}')
    if strange:
        say(f'{strange} records are of no entry of the manifest; kept, at the end')
    if len(merged.asked) > 1:
        say('not all were asked alike: ' + ', '.join(
            ' '.join(words) for words in sorted(merged.asked)))
    return not missing and not merged.doubled, not failed


# --- the output ---

def write(output, records):
    """Under its name when it is whole and on the disk."""
    handle, part = tempfile.mkstemp('.part', f'{output.name}.', output.parent)
    try:
        with open(handle, 'wb') as stream:
            for record in records:
                stream.write(record.text())
            stream.flush()
            umask = os.umask(0)
            os.umask(umask)
            os.fchmod(stream.fileno(), 0o666 & ~umask)
            os.fsync(stream.fileno())
        os.replace(part, output)
    except BaseException:
        os.unlink(part)
        raise
    folder = os.open(output.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def parse_options():
    what, _, rest = __doc__.partition('\n\n')
    parser = argparse.ArgumentParser(
        prog='merge.py', description=what, epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--output', metavar='FILE', type=pathlib.Path,
                        help='default: FOLDER/results.jsonl')
    parser.add_argument('--confusion', action='store_true',
                        help='the run had --confusion: every video, every task')
    parser.add_argument('--partial', action='store_true',
                        help='write what there is, whatever is missing')
    parser.add_argument('manifest', metavar='MANIFEST', type=pathlib.Path)
    parser.add_argument('folder', metavar='FOLDER', type=pathlib.Path)
    options = parser.parse_args()
    options.output = options.output or options.folder / 'results.jsonl'
    if not options.folder.is_dir():
        parser.error(f'there is no folder {options.folder}')
    if options.output.is_dir() or NAME.fullmatch(options.output.name):
        parser.error(f'{options.output} would be written over')
    return options


def merge(options):
    entries = read_manifest(options.manifest)
    if options.confusion:
        entries = with_every_task(entries)
    files, size = find_files(options.folder)
    merged = Merged(read_records(files))
    complete, scored = check(merged, entries, files, size, options.confusion)
    if complete or options.partial:
        records = merged.order(entries)
        write(options.output, records)
        say(f'{len(records)} records in {options.output}')
    return 0 if complete and scored else 1


def main():
    try:
        return merge(parse_options())
    except (Wrong, OSError, UnicodeError) as error:
        say(error)
        return 1


if __name__ == '__main__':
    sys.exit(main())
