#!/usr/bin/env python3
"""logger.py PROGRAM SCRIPT: what robot-logger leaves in its folder, in C and in
Python: that the progress of a row is that of its time, whoever says the time."""

import contextlib
import csv
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from simulator import each, run, simulator

COMMANDS = {}
SECOND = 1_000_000_000
SMALL = '! video/x-raw,width=320,height=240,framerate=15/1'
START, START_TEXT = 1767607200 * SECOND, '2026-01-05T10:00:00Z'
MEAN_ERROR = 0.08       # of the simulator, as everywhere
# Of a row: between two samples the truth is no straight line.
WORST_ERROR = 0.25


def read_lines(path):
    return [json.loads(line) for line in path.read_text('utf-8').splitlines()]


def read_rows(path):
    with path.open(newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


class Logger(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def truth(self, name):
        return self.folder / f'{name}.truth'

    def toy(self, name, *properties):
        return ' '.join(['scoretestsrc', f'truth-location={self.truth(name)}',
                         *properties, SMALL])

    def write_joints(self, first, last, period=SECOND // 100):
        path = self.folder / 'joints.csv'
        rows = [f'{utc},{i},"a, b"' for i, utc in
                enumerate(range(first, last, period))]
        path.write_text('\n'.join(['utc,n,note', *rows]) + '\n', 'utf-8')
        return path

    def log(self, name, *options):
        """The folder of a run that went well."""
        folder = self.folder / name
        done = run(COMMANDS.get(name, COMMANDS['C']), *options, str(folder))
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return folder

    def spans(self, folder):
        """(id, beginning, end) of the episodes, in stream time."""
        return [(record['episode_id'], record['samples'][0]['stream_time'],
                 record['samples'][-1]['stream_time'])
                for record in read_lines(folder / 'scores.jsonl')]

    def check_progress(self, name, folder, zero):
        """That rows within an episode, and no others, have its progress. zero:
        UTC of the stream time 0."""
        truth = [(row['stream_time'], row['progress'])
                 for row in read_lines(self.truth(name))]
        spans, errors = self.spans(folder), []
        for row in read_rows(folder / 'log.csv'):
            at = int(row['utc']) - zero
            # The clocks are compared anew every second.
            if any(abs(at - end) < SECOND // 200
                   for _, *ends in spans for end in ends):
                continue
            inside = [episode for episode, begin, end in spans
                      if begin <= at <= end]
            self.assertEqual([row['episode_id']], inside or [''])
            self.assertEqual(row['status'], 'scored' if inside else '')
            if inside:
                near = min(truth, key=lambda point: abs(point[0] - at))
                errors.append(abs(float(row['progress']) - near[1]))
            else:
                self.assertEqual(row['progress'], '')
        print(f'{name}: {len(errors)} rows, mean error '
              f'{sum(errors) / len(errors):.3f}, worst {max(errors):.3f}')
        self.assertGreater(len(errors), 100)
        self.assertLessEqual(sum(errors) / len(errors), MEAN_ERROR)
        self.assertLessEqual(max(errors), WORST_ERROR)

    def check_spans(self, folder):
        """That the two episodes lie where they are in the truth."""
        truth = {}
        for row in read_lines(self.truth('C')):
            truth.setdefault(row['episode_id'], []).append(row['stream_time'])
        self.assertEqual(list(truth), ['toy-success-0', 'toy-success-1'])
        for name, *ends in self.spans(folder):
            self.assertAlmostEqual(truth[name][0], ends[0], delta=2000)
            self.assertAlmostEqual(truth[name][-1], ends[1], delta=2000)

    def check_lines(self, rows, folder, zero):
        """That the progress lies on the lines between the samples."""
        for record in read_lines(folder / 'scores.jsonl'):
            samples = [(sample['stream_time'], sample['progress'])
                       for sample in record['samples']]
            for (start, low), (end, high) in zip(samples, samples[1:]):
                for row in rows:
                    part = (int(row['utc']) - zero - start) / (end - start)
                    if 0 <= part <= 1:
                        self.assertAlmostEqual(float(row['progress']),
                                               low + part * (high - low), 3)

    def count_frames(self, video):
        pictures = self.folder / 'pictures'
        subprocess.run(
            ['gst-launch-1.0', '-q', 'filesrc', f'location={video}', '!',
             'decodebin', '!', 'videoconvert', '!', 'videoscale', '!',
             'video/x-raw,format=GRAY8,width=16,height=16', '!', 'filesink',
             f'location={pictures}'], check=True, timeout=30)
        return pictures.stat().st_size // 256

    def test_a_recording(self):
        """Times by GstReferenceTimestampMeta (in C); both write the same."""
        joints = self.write_joints(START - SECOND, START + 10 * SECOND)

        def log(language):
            source = self.toy(
                language, 'num-episodes=2', f'episode-duration={4 * SECOND}',
                f'episode-gap={3 * SECOND // 5}')
            return self.log(language, '--base-url', url, '--source', source,
                            '--start', START_TEXT, '--joints', str(joints))

        with simulator() as url:
            one, other = each(log, COMMANDS)
        rows = read_rows(one / 'log.csv')
        self.assertEqual([row['n'] for row in rows],
                         [str(i) for i in range(1100)])
        self.assertEqual({row['note'] for row in rows}, {'a, b'})
        self.check_progress('C', one, START)
        self.check_spans(one)
        self.check_lines(rows, one, START)
        self.assertEqual((one / 'log.csv').read_text('utf-8'),
                         (other / 'log.csv').read_text('utf-8'))
        for record in read_lines(one / 'scores.jsonl'):
            for sample in record['samples']:
                self.assertEqual(sample['utc_time'],
                                 START + sample['stream_time'])
        for folder in (one, other):
            self.assertEqual(self.count_frames(folder / 'video.mkv'), 129)

    def log_live(self, url, name):
        """C and Python by the clock, and C with stamps, which count and not the
        clock; with the time before and after."""
        source = self.toy(name, 'is-live=true',
                          f'episode-duration={5 * SECOND // 2}')
        options = ['--base-url', url, '--source', source]
        before = time.time_ns()
        if name == 'stamped':
            joints = self.write_joints(START, START + 3 * SECOND)
            options += ['--start', START_TEXT, '--joints', str(joints)]
        folder = self.log(name, *options)
        return folder, before, time.time_ns()

    def check_joints(self, rows, before, after):
        times = [int(row['utc']) for row in rows]
        self.assertEqual({b - a for a, b in zip(times, times[1:])},
                         {SECOND // 100})
        self.assertGreater(times[0], before - SECOND // 100)
        self.assertLess(times[-1], after)
        for row in rows[::50]:
            turn = int(row['utc']) % (4 * SECOND) / (4 * SECOND)
            self.assertAlmostEqual(float(row['joint2']), abs(2 * turn - 1), 5)

    def check_by_the_clock(self, name, folder, before, after):
        [record] = read_lines(folder / 'scores.jsonl')
        zeros = [sample['utc_time'] - sample['stream_time']
                 for sample in record['samples']]
        self.assertLess(max(zeros) - min(zeros), SECOND // 200)
        # The whole episode lies between.
        self.assertGreater(min(zeros), before)
        self.assertLess(max(zeros) + record['samples'][-1]['stream_time'],
                        after)
        rows = read_rows(folder / 'log.csv')
        self.check_joints(rows, before, after)
        self.check_progress(name, folder, zeros[0])

    def test_live_sources(self):
        """With the joints of the robot that is not there, or stamps."""
        names = [*COMMANDS, 'stamped']
        with simulator() as url:
            runs = each(lambda name: self.log_live(url, name), names)
        for name, (folder, before, after) in zip(names, runs):
            if name != 'stamped':
                self.check_by_the_clock(name, folder, before, after)
            else:
                self.check_progress(name, folder, START)

    def test_a_failed_episode_has_no_number(self):
        joints = self.write_joints(START, START + SECOND)

        def log(language):
            folder = self.folder / language
            return folder, run(
                COMMANDS[language], '--base-url', url, '--source',
                self.toy(language, f'episode-duration={SECOND // 2}'),
                '--start', START_TEXT, '--joints', str(joints), str(folder))

        with socket.socket() as nobody:         # bound, and not listening
            nobody.bind(('127.0.0.1', 0))
            url = f'http://127.0.0.1:{nobody.getsockname()[1]}/v1'
            runs = each(log, COMMANDS)
        for folder, done in runs:
            self.assertEqual(done.returncode, 0)
            self.assertIn('toy-success-0: failed', done.stdout)
            self.assertIn('was not scored', done.stderr)
            rows = read_rows(folder / 'log.csv')
            self.assertEqual({row['progress'] for row in rows}, {''})
            failed = [row for row in rows if row['status'] == 'failed']
            self.assertTrue(40 <= len(failed) <= 50, len(failed))

    def start_camera(self, language, url):
        """A live run that does not end by itself; frames have come."""
        process = subprocess.Popen(
            [*COMMANDS[language], '--base-url', url, '--source',
             self.toy(language, 'is-live=true', 'num-episodes=-1',
                      f'episode-duration={3600 * SECOND}'),
             str(self.folder / language)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), 'toy-success-0: begins\n')
        return process

    def interrupt(self, url, language):
        process = self.start_camera(language, url)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        return process.returncode, output, errors

    def test_interrupt_ends_the_recording(self):
        with simulator() as url:
            runs = each(lambda language: self.interrupt(url, language),
                        COMMANDS)
        for language, (status, output, errors) in zip(COMMANDS, runs):
            self.assertEqual((status, errors), (0, ''))
            self.assertIn('toy-success-0: progress', output)
            folder = self.folder / language
            self.assertTrue((folder / 'log.csv').exists())
            self.assertGreater(self.count_frames(folder / 'video.mkv'), 0)

    def test_second_interrupt_does_not_wait(self):
        with simulator('--latency', '1000') as url:
            process = self.start_camera('C', url)
            # Two signals that are pending at a time are one, so until it ends.
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.2)
            process.communicate()
        rows = read_rows(self.folder / 'C' / 'log.csv')
        self.assertLessEqual({row['progress'] for row in rows}, {''})

    def test_nothing_says_the_time(self):
        joints = self.write_joints(START, START + SECOND)
        with simulator() as url:
            for language, command in COMMANDS.items():
                done = run(command, '--base-url', url, '--source',
                           self.toy(language, f'episode-duration={SECOND}'),
                           '--joints', str(joints),
                           str(self.folder / language))
                self.assertEqual(done.returncode, 1)
                self.assertIn('use --start', done.stderr)

    def test_errors_are_shown(self):
        bad = self.folder / 'bad.csv'
        bad.write_text('utc,a\n1,2\nnoon,3\n', 'utf-8')
        cases = [(('--joints', str(bad)), 'bad.csv:3'),
                 (('--joints', '/nowhere.csv'), '/nowhere.csv'),
                 (('--base-url', 'no-url'), 'base-url'),
                 (('--source', 'filesrc location=/nowhere ! decodebin'),
                  'not found')]
        (self.folder / 'there').mkdir()

        def log(language):
            runs = [run(COMMANDS[language], '--base-url', url, '--start',
                        START_TEXT, '--source',
                        f'scoretestsrc num-buffers=2 {SMALL}', *options,
                        str(self.folder / f'{language}-{number}'))
                    for number, (options, _) in enumerate(cases)]
            return [*runs, run(COMMANDS[language], '--base-url', url,
                               str(self.folder / 'there'))]

        words = [*(word for _, word in cases), 'there']
        with simulator() as url:
            both = each(log, COMMANDS)
        for runs in both:
            for done, word in zip(runs, words):
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(word, done.stderr)

    def test_wrong_use(self):
        for command in COMMANDS.values():
            for options in [(), ('a', 'b'), ('--nonsense', 'a'),
                            ('--start', 'yesterday', 'a'),
                            ('--source', 'there-is-no-such-element', 'a')]:
                done = run(command, *options)
                self.assertEqual((done.returncode, done.stdout), (2, ''))
                self.assertNotEqual(done.stderr, '')

    def test_help(self):
        for command in COMMANDS.values():
            done = run(command, '--help')
            self.assertEqual(done.returncode, 0, done.stderr)
            for word in ('--base-url', '--joints', '--start', 'Exit status'):
                self.assertIn(word, done.stdout)


if __name__ == '__main__':
    COMMANDS = {'C': sys.argv[1:2], 'Python': [sys.executable, sys.argv[2]]}
    unittest.main(argv=sys.argv[:1])
