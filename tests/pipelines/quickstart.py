#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pipelines/quickstart.sh as its user runs it, against the build at hand."""

import json
import os
import pathlib
import re
import socket
import subprocess
import time
import unittest
import uuid

import chain
import modelserver

SCRIPT = chain.SOURCE_DIR / 'pipelines' / 'quickstart.sh'
MARK = 'SCORE_QUICKSTART_TEST'
ROW = re.compile(r'^ *\d+\.\d  +(\d\.\d\d +)?\d\.\d\d  \S')
SECONDS = 10            # at most, when built


def processes_with(mark):
    """Command lines of what runs with the mark in its environment."""
    found = []
    for folder in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if mark.encode() in (folder / 'environ').read_bytes():
                found.append((folder / 'cmdline').read_bytes())
        except OSError:
            pass        # it has ended, or is somebody else's
    return found


def closed_port():
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


class Quickstart(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.root = chain.scratch('quickstart')

    def setUp(self):
        self.folder = self.root / self.id().rpartition('.')[2]
        self.folder.mkdir()

    def run_script(self, *words, **environment):
        """Runs the script in a folder of its own; nothing of it may stay."""
        mark = uuid.uuid4().hex
        began = time.monotonic()
        done = subprocess.run(
            ['bash', str(SCRIPT), '--no-install', *map(str, words)],
            cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
            capture_output=True, timeout=120, check=False,
            env={**os.environ, 'SCORE_BUILD_DIR': str(chain.BUILD_DIR),
                 MARK: mark, **environment})
        done.seconds = time.monotonic() - began
        self.assertEqual(processes_with(mark), [])
        return done

    def scored(self, *words, **environment):
        """What it printed and the one record."""
        done = self.run_script(*words, **environment)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        records = chain.read_lines(self.folder / 'quickstart/results.jsonl')
        self.assertEqual(len(records), 1)
        self.assertEqual(records[0]['schema'], 'gst-score/1')
        self.assertEqual(records[0]['status'], 'scored')
        return done, records[0]

    def rows(self, done):
        return [line for line in done.stdout.splitlines() if ROW.match(line)]

    def make_clip(self, name):
        clip = self.folder / name
        chain.render(clip, 'put the cup on the plate', 'success', 3)
        return clip

    def test_without_anything_it_records_and_scores_an_episode(self):
        done, record = self.scored()
        print(f'{done.seconds:.1f} s when built')
        self.assertLess(done.seconds, SECONDS)
        self.assertEqual(len(self.rows(done)), len(record['samples']))
        self.assertGreater(len(record['samples']), 10)
        self.assertTrue(record['success'])
        self.assertIn('true  scored', done.stdout)
        self.assertIn('a success', done.stdout)
        self.assertIn('simulator', done.stderr)

    def test_second_run_begins_anew(self):
        first, _ = self.scored()
        second, record = self.scored()
        self.assertEqual(len(self.rows(second)), len(record['samples']))
        self.assertEqual(first.returncode, second.returncode)

    def test_outcome_and_folder_are_chosen(self):
        done = self.run_script('--outcome', 'static', '--seed', '4',
                               '--output', 'else where')
        self.assertEqual(done.returncode, 0, done.stderr)
        record, = chain.read_lines(self.folder / 'else where/results.jsonl')
        self.assertEqual(record['progress'], 0)
        self.assertIn('no success', done.stdout)
        self.assertFalse((self.folder / 'quickstart').exists())

    def test_video_and_task_are_scored(self):
        self.make_clip('my clip.mp4')
        done, record = self.scored('my clip.mp4', 'fold "towels"; now')
        self.assertEqual(record['task'], 'fold "towels"; now')
        self.assertEqual(record['objects'], [])
        self.assertEqual(len(self.rows(done)), len(record['samples']))
        self.assertNotIn('true', done.stdout.partition('description')[0])

    def test_named_server_is_asked_and_no_other(self):
        log = self.folder / 'requests.jsonl'
        with chain.Simulator('--model', 'other:0', log=log) as simulator:
            _, record = self.scored(SCORE_BASE_URL=simulator.url,
                                    SCORE_MODEL='other')
        self.assertEqual(record['model'], 'other')
        self.assertEqual(record['options']['base-url'], simulator.url)
        asked = [entry for entry in chain.read_lines(log)
                 if entry['stage'] is not None]
        self.assertEqual(len(asked), record['usage']['requests'])
        self.assertFalse((self.folder / 'quickstart/simulator.log').exists())

    def test_key_goes_to_the_server_and_nowhere_else(self):
        key = 'sk-quickstart-1234'
        with modelserver.ModelServer() as server:
            done, _ = self.scored(SCORE_BASE_URL=server.url,
                                  OPENAI_API_KEY=key)
        for request in server.requests:
            self.assertIn(f'Bearer {key}'.encode(), request.raw)
        left = done.stdout + done.stderr
        for path in (self.folder / 'quickstart').iterdir():
            left += path.read_text('latin-1')
        self.assertNotIn(key, left)

    def test_dead_server_is_said_once(self):
        url = f'http://127.0.0.1:{closed_port()}/v1'
        done = self.run_script(SCORE_BASE_URL=url)
        self.assertEqual(done.returncode, 1)
        said = done.stdout + done.stderr
        self.assertEqual(said.count('Connection refused'), 1, said)
        self.assertIn('Not scored: ', done.stdout)
        self.assertEqual(self.rows(done), [])
        record, = chain.read_lines(self.folder / 'quickstart/results.jsonl')
        self.assertEqual(record['status'], 'failed')

    def test_bad_url_is_said_once(self):
        done = self.run_script(SCORE_BASE_URL='not a url')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count('ERROR'), 1, done.stderr)
        self.assertIn('base-url', done.stderr)

    def test_file_that_is_no_video_is_said_once(self):
        (self.folder / 'notes.txt').write_text('no video')
        done = self.run_script('notes.txt', 'put it there')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count('ERROR'), 1, done.stderr)

    def test_wrong_use_is_told_apart(self):
        self.make_clip('a.mp4')
        for words in (['a.mp4'], ['a.mp4', 'put', 'it'], ['--nonsense'],
                      ['--seed'], ['--seed', 'x'], ['--outcome', 'nonsense'],
                      ['missing.mp4', 'put it there'], ['.', 'put it there']):
            with self.subTest(words=words):
                done = self.run_script(*words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, '')
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def show(self, *records):
        """What table.py makes of records."""
        path = self.folder / 'records.jsonl'
        path.write_text('\n'.join(map(json.dumps, records)) + '\n')
        return subprocess.run(
            ['python3', SCRIPT.parent / 'table.py', path], text=True,
            capture_output=True, timeout=30, check=False)

    def test_table_shows_what_was_not_seen(self):
        """Flags of samples and notes of the record."""
        _, record = self.scored('--seed', '3')
        record['samples'][2]['flags'] = ['interpolated']
        del record['samples'][3]['description']
        record['notes'] = ['the decoder slept']
        done = self.show(record)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.count('(interpolated) The '), 1)
        self.assertEqual(done.stdout.count('the decoder slept'), 1)

    def test_table_tells_of_every_episode(self):
        _, scored = self.scored('--seed', '3')
        failed = {**scored, 'status': 'failed',
                  'error': {'code': 'timeout', 'message': 'It took long.'}}
        done = self.show(scored, failed)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count('Task: '), 2)
        self.assertIn('Not scored: It took long.', done.stdout)
        self.assertEqual(self.show().returncode, 1)

    def test_help_helps(self):
        done = self.run_script('--help')
        self.assertEqual(done.returncode, 0)
        self.assertIn('Usage:', done.stdout)
        self.assertEqual(done.stderr, '')


if __name__ == '__main__':
    unittest.main(verbosity=2)
