# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records made by hand and `gst-score-1.0 export`, for the tests of it."""

import csv
import io
import json
import pathlib
import subprocess
import unittest

import chain

SECOND = 1_000_000_000
MS = 1_000_000


def record(episode_id, samples=((0, 0.0), (SECOND, 1.0)), **more):
    """A scored episode; samples are (stream time, progress[, members])."""
    rows = []
    for index, (time, progress, *members) in enumerate(samples):
        row = {'index': index, 'timestamp': time + 5, 'stream_time': time,
               'running_time': time, 'progress': progress, 'flags': []}
        rows.append(row | (members[0] if members else {}))
    first, last = rows[0]['stream_time'], rows[-1]['stream_time']
    made = {'schema': 'gst-score/1', 'episode_id': episode_id,
            'task': 'put the banana in the bowl', 'status': 'scored',
            'timestamp': first + 5, 'stream_time': first,
            'running_time': first, 'duration': last - first + SECOND // 10,
            'n_frames': (last - first) * 10 // SECOND + 1, 'samples': rows}
    return made | more


def failed(episode_id, **more):
    made = record(episode_id, status='failed', error={
        'code': 'timeout', 'message': 'No answer in 120 s.'}, **more)
    for sample in made['samples']:
        del sample['progress']
    return made


class ExportTest(unittest.TestCase):
    """A folder of its own for every case."""

    def setUp(self):
        self.folder = chain.scratch('export')

    def write(self, *records, name='results.jsonl'):
        path = self.folder / name
        path.write_text(''.join(json.dumps(row) + '\n' for row in records),
                        'utf-8')
        return path

    def run_tool(self, *words, text=None):
        return subprocess.run(
            [chain.TOOL, 'export', *map(str, words)], cwd=self.folder,
            input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            timeout=60, check=False)

    def export(self, *words, warns='', **more):
        """What it writes to its standard output."""
        done = self.run_tool(*words, **more)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, 0, said)
        if warns:
            self.assertIn(warns, said)
        else:
            self.assertEqual(said, '')
        return done.stdout.decode('utf-8')

    def rows(self, *words, **more):
        """The rows of CSV, as the csv module reads them."""
        text = self.export(*words, **more)
        return list(csv.DictReader(io.StringIO(text, newline='')))

    def fails(self, *words, status=1):
        """What it says when it fails; it writes nothing then."""
        done = self.run_tool(*words)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, status, said)
        self.assertTrue(said.startswith('gst-score-1.0 export: '), said)
        self.assertEqual(len(said.splitlines()), 1, said)
        return said


def names(folder):
    return sorted(path.name for path in pathlib.Path(folder).iterdir())
