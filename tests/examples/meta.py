#!/usr/bin/env python3
"""meta.py PROGRAM SCRIPT: what read-meta prints of each frame, in C and in
Python, and that both print the same."""

import json
import pathlib
import re
import socket
import sys
import tempfile
import unittest

from simulator import each, run, simulator

COMMANDS = {}
LINE = re.compile(
    r'^ *(?P<time>\d+\.\d{3}) s  +(?:-  no episode|'
    r'(?P<progress>-|\d\.\d{3})  (?P<status>\w+) +(?P<flag>interpolated|) +'
    r'(?:sample of +(?P<sample>\d+\.\d{3}) s|no sample) +(?P<episode>\S+))$')
SECOND = 1_000_000_000
TOY = (f'scoretestsrc episode-duration={2 * SECOND} '
       f'episode-gap={SECOND // 2} num-episodes=2')
SMALL = '! video/x-raw,width=320,height=240,framerate=10/1'
MEAN_ERROR = 0.08       # of the simulator, as everywhere


def parse(output):
    frames = []
    for line in output.splitlines():
        match = LINE.match(line)
        assert match, line
        frames.append(match.groupdict())
    return frames


def nobody():
    """A server that is not there: bound, and not listening."""
    place = socket.socket()
    place.bind(('127.0.0.1', 0))
    return place, f'http://127.0.0.1:{place.getsockname()[1]}/v1'


class ReadMeta(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_each(self, *options):
        """What both did; in the options @ is the name of the one that runs."""
        return each(lambda name: run(COMMANDS[name], *(
            option.replace('@', name) for option in options)), COMMANDS)

    def run_both(self, *options):
        """The frames that both print; they must be the same."""
        one, other = self.run_each(*options)
        self.assertEqual((one.returncode, one.stderr), (0, ''))
        self.assertEqual((other.returncode, other.stderr), (0, ''))
        self.assertEqual(one.stdout, other.stdout)
        return parse(one.stdout)

    def read_truth(self):
        rows = (json.loads(line) for line in
                (self.folder / 'C.truth').read_text('utf-8').splitlines())
        return {f"{row['stream_time'] / SECOND:.3f}": row['progress']
                for row in rows}

    def test_held_frames_are_exact(self):
        with simulator() as url:
            frames = self.run_both(
                '--base-url', url, '--source',
                f'{TOY} truth-location={self.folder}/@.truth {SMALL}')
        truth = self.read_truth()
        self.assertEqual([frame['time'] for frame in frames],
                         [f'{i / 10:.3f}' for i in range(45)])
        inside = [frame for frame in frames if frame['episode']]
        self.assertEqual([frame['time'] for frame in inside], list(truth))
        self.assertEqual({frame['status'] for frame in inside}, {'final'})
        errors = [abs(float(frame['progress']) - truth[frame['time']])
                  for frame in inside]
        self.assertLessEqual(sum(errors) / len(errors), MEAN_ERROR)
        for frame in inside:
            sampled = frame['time'] == frame['sample']
            self.assertEqual(frame['flag'], '' if sampled else 'interpolated')
        self.assertEqual(sum(not frame['flag'] for frame in inside), 2 * 5)
        self.assertEqual([frame['episode'] for frame in inside],
                         ['toy-success-0'] * 20 + ['toy-success-1'] * 20)

    def test_live_frames_have_no_number_yet(self):
        source = f'scoretestsrc is-live=true episode-duration={SECOND // 2}'
        with simulator() as url:
            for done in self.run_each('--base-url', url, '--source', source):
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                frames = parse(done.stdout)
                self.assertGreater(len(frames), 5)
                for frame in frames:
                    self.assertEqual(
                        (frame['progress'], frame['status'], frame['sample']),
                        ('-', 'pending', None))

    def test_values_of_a_record(self):
        record = self.folder / 'scores.jsonl'
        record.write_text(json.dumps({
            'schema': 'gst-score/1', 'episode_id': 'e', 'task': 't',
            'status': 'scored', 'progress': 1.0, 'mean_progress': 0.5,
            'success': True, 'success_threshold': 0.9, 'timestamp': 0,
            'stream_time': 0, 'running_time': 0, 'duration': SECOND,
            'n_frames': 10, 'samples': [
                {'index': i, 'timestamp': time, 'stream_time': time,
                 'running_time': time, 'progress': progress, 'flags': []}
                for i, (time, progress) in enumerate(
                    [(0, 0.0), (SECOND // 2, 0.25), (9 * SECOND // 10, 1.0)])],
        }) + '\n', 'utf-8')
        frames = self.run_both('--scores', str(record), '--source',
                               f'videotestsrc num-buffers=12 {SMALL}')
        self.assertEqual(
            [(frame['progress'], frame['flag']) for frame in frames],
            [('0.000', ''), ('0.050', 'interpolated'),
             ('0.100', 'interpolated'), ('0.150', 'interpolated'),
             ('0.200', 'interpolated'), ('0.250', ''),
             ('0.438', 'interpolated'), ('0.625', 'interpolated'),
             ('0.812', 'interpolated'), ('1.000', ''),
             (None, None), (None, None)])

    def test_failed_episodes_have_no_number(self):
        place, url = nobody()
        with place:
            for done in self.run_each('--base-url', url, '--source',
                                      f'scoretestsrc num-buffers=5 {SMALL}'):
                self.assertEqual(done.returncode, 0)
                self.assertIn('toy-success-0 was not scored', done.stderr)
                self.assertEqual([(frame['status'], frame['progress'])
                                  for frame in parse(done.stdout)],
                                 [('failed', '-')] * 5)

    def test_errors_are_shown(self):
        for options, word in [(('--base-url', 'no-url'), 'base-url'),
                              (('--scores', '/nowhere'), '/nowhere')]:
            for done in self.run_each(*options):
                self.assertEqual((done.returncode, done.stdout), (1, ''))
                self.assertIn(word, done.stderr)

    def test_wrong_use(self):
        for options in [('--mode', 'hope'), ('--nonsense',), ('word',),
                        ('--source', 'there-is-no-such-element')]:
            for done in self.run_each(*options):
                self.assertEqual((done.returncode, done.stdout), (2, ''))
                self.assertNotEqual(done.stderr, '')

    def test_help(self):
        for done in self.run_each('--help'):
            self.assertEqual(done.returncode, 0, done.stderr)
            for word in ('--base-url', '--scores', 'Exit status'):
                self.assertIn(word, done.stdout)


if __name__ == '__main__':
    COMMANDS = {'C': sys.argv[1:2], 'Python': [sys.executable, sys.argv[2]]}
    unittest.main(argv=sys.argv[:1])
