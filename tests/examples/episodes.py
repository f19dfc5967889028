#!/usr/bin/env python3
"""episodes.py COMMAND...: what the example prints, and how it ends."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import unittest

from simulator import run, simulator

COMMAND = []
RESULT = re.compile(r'^(\S+): progress (\d\.\d\d), mean (\d\.\d\d), '
                    r'(success|no success)$', re.M)
SAMPLE = re.compile(r'^ +(\d+\.\d) s +(\d\.\d\d)  (\S.*)$', re.M)


def results_of(output):
    """[(id, progress, verdict)] of the results printed."""
    return [(m[1], float(m[2]), m[4]) for m in RESULT.finditer(output)]


class Episodes(unittest.TestCase):
    def test_one_result_an_episode(self):
        with simulator() as url:
            done = run(COMMAND, '--base-url', url, '--episodes', '3',
                       '--length', '4')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        results = results_of(done.stdout)
        self.assertEqual([result[0] for result in results],
                         ['episode-1', 'episode-2', 'episode-3'])
        for name, progress, verdict in results:
            self.assertGreaterEqual(progress, 0.9, name)
            self.assertEqual(verdict, 'success', name)
        samples = [(float(m[1]), float(m[2]))
                   for m in SAMPLE.finditer(done.stdout)]
        self.assertEqual(len(samples), 3 * 9)
        for time, progress in samples:
            self.assertTrue(0 <= progress <= 1, progress)
            self.assertTrue(time % 5 <= 4, 'a sample of the gap')

    def test_task_is_what_is_judged(self):
        with simulator() as url:
            done = run(COMMAND, '--base-url', url, '--episodes', '1',
                       '--length', '4', '--task', 'put the cup on the plate')
        self.assertEqual(done.returncode, 0, done.stderr)
        [(_, progress, verdict)] = results_of(done.stdout)
        self.assertLessEqual(progress, 0.05)
        self.assertEqual(verdict, 'no success')

    def test_stops_after_the_last_episode(self):
        with simulator() as url:
            done = run(COMMAND, '--base-url', url, '--episodes', '2',
                       '--length', '1', '--source',
                       'scoretestsrc num-episodes=-1')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(results_of(done.stdout)), 2)

    def test_failed_episodes_are_told(self):
        with socket.socket() as nobody:         # bound, and not listening
            nobody.bind(('127.0.0.1', 0))
            url = f'http://127.0.0.1:{nobody.getsockname()[1]}/v1'
            done = run(COMMAND, '--base-url', url, '--episodes', '1',
                       '--length', '1')
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn('episode-1: failed: ', done.stdout)

    def test_bad_setting_is_an_error(self):
        done = run(COMMAND, '--base-url', 'no-url', '--episodes', '1')
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn('base-url', done.stderr)

    def test_wrong_use(self):
        for options in [('--episodes', '0'), ('--length', '-1'),
                        ('--gap', '-1'), ('--nonsense',), ('word',),
                        ('--source', 'there-is-no-such-element')]:
            with self.subTest(options=options):
                done = run(COMMAND, *options)
                self.assertEqual((done.returncode, done.stdout), (2, ''))
                self.assertNotEqual(done.stderr, '')

    def test_help(self):
        done = run(COMMAND, '--help')
        self.assertEqual(done.returncode, 0, done.stderr)
        for option in ('--base-url', '--task', '--episodes', 'Exit status'):
            self.assertIn(option, done.stdout)

    def test_interrupt_scores_the_open_episode(self):
        with simulator() as url, subprocess.Popen(
                [*COMMAND, '--base-url', url, '--length', '1000', '--source',
                 'scoretestsrc is-live=true num-episodes=-1'],
                stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), 'episode-1: begins\n')
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0)
        self.assertEqual([r[0] for r in results_of(output)], ['episode-1'])

    def test_second_interrupt_does_not_wait(self):
        with simulator('--latency', '1000') as url, subprocess.Popen(
                [*COMMAND, '--base-url', url, '--length', '1000', '--source',
                 'scoretestsrc is-live=true num-episodes=-1'],
                stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), 'episode-1: begins\n')
            # Two signals that are pending at a time are one, so until it ends.
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.2)
            self.assertEqual(process.returncode, 1)


if __name__ == '__main__':
    COMMAND = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
