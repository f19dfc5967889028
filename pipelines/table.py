#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints records of scoresink (results-location) as tables.

Usage: table.py [--truth TRUTH.jsonl] RESULTS.jsonl

TRUTH is what scoretestsrc writes to its truth-location. Exit status 1 when an
episode of the file was not scored.
"""

import bisect
import json
import shutil
import sys
import textwrap


def read_lines(path):
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                sys.exit(f'table.py: {path}, line {number}: {error}')


def read_truth(path):
    """Stream times and true progress, in order of time."""
    rows = sorted((row['stream_time'], row['progress'])
                  for row in read_lines(path))
    return [row[0] for row in rows], [row[1] for row in rows]


def true_progress(truth, time):
    """Of the frame that is nearest in time."""
    times, values = truth
    after = bisect.bisect_left(times, time)
    near = [i for i in (after - 1, after) if 0 <= i < len(times)]
    return values[min(near, key=lambda i: abs(times[i] - time))]


def show_number(value):
    return '     ' if value is None else f'{value:5.2f}'


def show_samples(record, truth):
    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    head = ' time   true  scored  ' if truth else ' time  scored  '
    print(head + 'description')
    for sample in record['samples']:
        row = f"{sample['stream_time'] / 1e9:5.1f}"
        if truth:
            value = true_progress(truth, sample['stream_time'])
            row += '  ' + show_number(value)
        row += '   ' + show_number(sample.get('progress')) + '  '
        words = [f'({flag})' for flag in sample['flags']]
        words.append(sample.get('description', ''))
        lines = textwrap.wrap(' '.join(words), width - len(head))
        print(row + (lines[0] if lines else ''))
        for line in lines[1:]:
            print(' ' * len(head) + line)


def show(record, truth):
    print(f"Task:      {record.get('task', '')}")
    print(f"Asked:     {record['method']} with {record.get('model', '?')} "
          f"({record['provider']}), "
          f"{record['usage']['requests']} requests, "
          f"{record['usage']['images']} pictures")
    if record['status'] != 'scored':
        print(f"Not scored: {record['error']['message']}")
        return False
    print(f"Done is:   {record.get('completion_state', '')}")
    show_samples(record, truth)
    for note in record['notes']:
        print(f'Note:      {note}')
    verdict = 'a success' if record['success'] else 'no success'
    print(f"Progress at the end {record['progress']:.2f}, on average "
          f"{record['mean_progress']:.2f}: {verdict}.")
    return True


def main(words):
    truth = None
    if len(words) == 3 and words[0] == '--truth':
        truth = read_truth(words[1])
        words = words[2:]
    if len(words) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    results = [show(record, truth) for record in read_lines(words[0])]
    if not results:
        print('No episode was recorded.')
    return 0 if results and all(results) else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
