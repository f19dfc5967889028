#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The whole chain with a known answer.

Toy episodes of every outcome are recorded to MP4, decoded, sampled, sent over
HTTP to the simulator, which finds things in the pictures, and the progress that
comes out is held against the true one.
"""

import collections
import statistics
import time
import unittest

import chain

OUTCOMES = ('success', 'partial', 'failure', 'wrong-object', 'static',
            'half-done-at-start')
SEEDS = range(1, 6)
TASKS = ('put the banana in the bowl', 'put the cup on the plate',
         'put the ice cream cone in the drawer', 'put the block in the bowl',
         'put the banana in the drawer')
# For every task what was not done in its episode: another object, another
# container, both.
OTHER_TASKS = {
    'put the banana in the bowl':
        ('put the cup in the bowl', 'put the banana in the drawer',
         'put the block on the plate'),
    'put the cup on the plate':
        ('put the block on the plate', 'put the cup in the bowl',
         'put the banana in the drawer'),
    'put the ice cream cone in the drawer':
        ('put the banana in the drawer', 'put the ice cream cone in the bowl',
         'put the cup on the plate'),
    'put the block in the bowl':
        ('put the ice cream cone in the bowl', 'put the block on the plate',
         'put the cup in the drawer'),
    'put the banana in the drawer':
        ('put the block in the drawer', 'put the banana on the plate',
         'put the ice cream cone in the bowl'),
}
NOTHING = 0.05          # at most, where nothing of the task is done
MEAN_ERROR = 0.08       # at most, of a success

Clip = collections.namedtuple('Clip', 'outcome seed task video truth')
Run = collections.namedtuple('Run', 'clip task dialect record')


def dialect_of(seed):
    return 'gemini' if seed % 2 == 0 else 'openai'


def record_clip(folder, outcome, seed):
    name = f'{outcome}-{seed}'
    clip = Clip(outcome, seed, TASKS[seed - 1], folder / f'{name}.mp4',
                folder / f'{name}.truth.jsonl')
    chain.render(clip.video, clip.task, outcome, seed, truth=clip.truth)
    return clip


def show(run):
    record = run.record
    values = [sample['progress'] for sample in record['samples']]
    error = chain.Truth(run.clip.truth).mean_error(record) \
        if run.task == run.clip.task else None
    print(f'{run.clip.outcome:18} {run.clip.seed}  {run.dialect:6} '
          f'{record["progress"]:5.2f} {record["mean_progress"]:5.2f} '
          f'{values[0]:5.2f} {max(values):5.2f} '
          f'{"     " if error is None else f"{error:5.3f}"} '
          f'{len(values):3} {record["usage"]["requests"]:2}  {run.task}')


class ToyWorld(unittest.TestCase):
    """6 outcomes of 5 seeds, and every success against three other tasks."""

    @classmethod
    def setUpClass(cls):
        began = time.monotonic()
        folder = chain.scratch('toyworld')
        cls.clips = chain.on_both_cores(
            lambda pair: record_clip(folder, *pair),
            [(outcome, seed) for outcome in OUTCOMES for seed in SEEDS])
        recorded = time.monotonic()
        with chain.Simulator(log=folder / 'requests.jsonl') as simulator:
            cls.runs = cls.score_all(folder, simulator)
        print(f'\n{len(cls.clips)} clips recorded in {recorded - began:.1f} s, '
              f'{len(cls.runs)} episodes scored in '
              f'{time.monotonic() - recorded:.1f} s')
        print('outcome         seed  asked    last  mean first   max error '
              'samples requests task')
        for run in cls.runs:
            show(run)

    @classmethod
    def score_all(cls, folder, simulator):
        jobs = [(clip, clip.task) for clip in cls.clips]
        jobs += [(clip, task) for clip in cls.clips
                 if clip.outcome == 'success'
                 for task in OTHER_TASKS[clip.task]]

        def score(numbered):
            number, (clip, task) = numbered
            dialect = dialect_of(clip.seed)
            record = chain.score(clip.video, folder / f'{number}.jsonl', task,
                                 **simulator.settings(dialect))
            return Run(clip, task, dialect, record)
        return chain.on_both_cores(score, enumerate(jobs))

    def own(self, outcome):
        """The runs of an outcome with the episode's own task."""
        runs = [run for run in self.runs
                if run.clip.outcome == outcome and run.task == run.clip.task]
        self.assertEqual(len(runs), len(SEEDS))
        return runs

    def assert_nothing(self, runs):
        for run in runs:
            for sample in run.record['samples']:
                self.assertLessEqual(
                    sample['progress'], NOTHING,
                    f'{run.clip.video.name}: {run.task}: {sample}')

    def test_all_are_scored(self):
        for run in self.runs:
            record = run.record
            self.assertEqual(record['status'], 'scored', record.get('error'))
            self.assertEqual(record['provider'], run.dialect)
            self.assertEqual(record['task'], run.task)
            self.assertEqual(record['notes'], [])
            self.assertTrue(all('progress' in sample and not sample['flags']
                                for sample in record['samples']))

    def test_outcomes_are_ranked(self):
        """Every success above every partial above every failure."""
        for value in ('progress', 'mean_progress'):
            success, partial, failure = (
                [run.record[value] for run in self.own(outcome)]
                for outcome in ('success', 'partial', 'failure'))
            self.assertGreater(min(success), max(partial), value)
            self.assertGreater(min(partial), max(failure), value)

    def test_success_is_told(self):
        for outcome in OUTCOMES:
            for run in self.own(outcome):
                self.assertEqual(
                    run.record['success'],
                    outcome in ('success', 'half-done-at-start'),
                    run.clip.video.name)

    def test_wrong_object_is_nothing(self):
        self.assert_nothing(self.own('wrong-object'))

    def test_success_at_another_task_is_nothing(self):
        runs = [run for run in self.runs if run.task != run.clip.task]
        self.assertEqual(len(runs), 3 * len(SEEDS))
        self.assert_nothing(runs)

    def test_static_is_zero(self):
        for run in self.own('static'):
            self.assertEqual({sample['progress']
                              for sample in run.record['samples']}, {0})

    def test_half_done_starts_above_zero(self):
        for run in self.own('half-done-at-start'):
            self.assertGreater(run.record['samples'][0]['progress'], 0.1)

    def test_progress_is_near_the_truth(self):
        errors = [chain.Truth(run.clip.truth).mean_error(run.record)
                  for run in self.own('success')]
        print(f'mean absolute error of successes: '
              f'{statistics.mean(errors):.4f}, worst {max(errors):.4f}')
        self.assertLessEqual(max(errors), MEAN_ERROR)

    def test_samples_are_as_asked(self):
        """8 s at 2 samples a second, the first and the last frame among them."""
        for run in self.runs:
            record = run.record
            rows = chain.Truth(run.clip.truth).rows
            self.assertEqual(record['n_frames'], len(rows))
            times = [sample['stream_time'] for sample in record['samples']]
            for time, row in ((times[0], rows[0]), (times[-1], rows[-1])):
                self.assertLess(abs(time - row[0]), 1_000_000)
            for n, time in enumerate(times[:-1]):
                self.assertLess(abs(time - times[0] - n * 500_000_000),
                                40_000_000, times)

    def test_requests_are_counted(self):
        """One for the objects, one a batch of 8, one for the progress."""
        for run in self.runs:
            usage = run.record['usage']
            batches = -(-len(run.record['samples']) // 8)
            self.assertEqual(usage['requests'], 2 + batches)
            self.assertEqual(usage['retries'], 0)
            self.assertGreater(usage['input_tokens'], 0)
            self.assertGreater(usage['bytes_sent'], 10_000)


if __name__ == '__main__':
    unittest.main(verbosity=2)
