#!/usr/bin/env python3
"""How long the evaluation of 10,000 episodes takes, intervals included."""

import pathlib
import random
import resource
import tempfile
import time

from evaltool import LABELS, entry, evaluate, record, write

EPISODES, SAMPLES, TASKS = 10_000, 17, 60
TEXT = 'The banana stands on the table, 67 cm to the left of the bowl. ' * 2


def main():
    rand = random.Random(1)
    records, entries = [], []
    for k in range(EPISODES):
        label = rand.randrange(3)
        end = min(1, (label + rand.random()) / 3)
        records.append(record(f'e{k}', f'task {k % TASKS}', [
            end * i / (SAMPLES - 1) for i in range(SAMPLES)]))
        for sample in records[-1]['samples']:
            sample['description'] = TEXT
        entries.append(entry(f'e{k}', f'task {k % TASKS}', LABELS[label],
                             f'set {k % 6}', label / 2))
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        results = write(folder / 'results.jsonl', records)
        manifest = write(folder / 'set.jsonl', entries)
        size = results.stat().st_size / 1e6
        for replicates in (0, 1000):
            walls, processors = [], []
            for _ in range(3):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                start = time.monotonic()
                evaluate('--bootstrap', replicates, '-m', manifest, results)
                walls.append(time.monotonic() - start)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processors.append(after.ru_utime - before.ru_utime)
            print(f'{EPISODES} episodes, {size:.0f} MB of records, '
                  f'{replicates} replicates: {min(walls):.2f} s '
                  f'({min(processors):.2f} s of processor)')


if __name__ == '__main__':
    main()
