#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Methods on the same clips.

Toy episodes that fail, half succeed and succeed are recorded to MP4 and judged
by every method, over HTTP, by the simulator. A table says how well the values
rank the labels and what they cost; docs/methods.md shows it. Asserted is what
follows from a method's own arithmetic, whatever the model: how good the
simulator's eyes are says nothing of a method.
"""

import array
import collections
import itertools
import math
import statistics
import time
import unittest

import chain
import toyworld

TASKS = toyworld.TASKS[:2]
LABELS = ('failure', 'partial', 'success')     # from worst to best
# The robot of the second seed does not go back: its video ends where it is best.
SEEDS = (1, 2)
STOPPED_SEED = 2
RATE = 15
FRAMES = {'failure': 36, 'partial': 60}         # of 120
# A constant of every task, in nats, as a model has that nobody calibrated.
SIMULATOR = ('--logprob-offset', '2')

WAYS = {
    'score': {'method': 'score'},
    'gvl': {'method': 'gvl'},
    'topreward, minmax': {'method': 'topreward'},
    'topreward, prob': {'method': 'topreward', 'topreward_normalize': 'prob'},
    'roboreward': {'method': 'roboreward'},
    'robometer': {'method': 'robometer'},
}
OPTIONS = {'base-url', 'step', 'max-frames', 'image-size', 'jpeg-quality',
           'describe-batch', 'structured-output', 'object-cache', 'prompts'}
METHOD_OPTIONS = {
    'topreward': {'topreward-chat-template', 'topreward-normalize',
                  'video-transport'},
    'roboreward': {'dense', 'video-transport'},
    'robometer': {'dense'},
}

Clip = collections.namedtuple('Clip', 'label seed task video')
Run = collections.namedtuple('Run', 'way clip task record')


def record_clip(folder, number, task, label, seed):
    clip = Clip(label, seed, task, folder / f'{number}-{label}-{seed}.mp4')
    chain.render(clip.video, task, label, 10 * number + seed, rate=RATE,
                 frames=FRAMES.get(label) if seed == STOPPED_SEED else None)
    return clip


def tau_of_task(values):
    """Kendall's tau a over labels, the mean of all ways to take one episode of
    each; {label: [value]}. Values count as the published evaluation keeps them,
    with 32 bits."""
    values = {label: array.array('f', some) for label, some in values.items()}
    pairs = []
    for worse, better in itertools.combinations(LABELS, 2):
        signs = [(b > a) - (b < a)
                 for a in values[worse] for b in values[better]]
        pairs.append(statistics.mean(signs))
    return statistics.mean(pairs)


def values_of(run):
    return [sample['progress'] for sample in run.record['samples']]


def lengths_of(run):
    """Of the beginnings that topreward asked about."""
    return [sample['index'] + 1 for sample in run.record['samples']
            if 'raw_value' in sample]


def expected_cost(run):
    """Calls and images, by the formulas of docs/methods.md."""
    n = len(run.record['samples'])
    method = run.record['method']
    if method == 'score':
        return 2 + math.ceil(n / 8), n + min(n, 4)
    if method == 'gvl':
        return 1, n + 1
    if method == 'topreward':
        return min(15, n), sum(max(length, 2) for length in lengths_of(run))
    return 1, n


class Methods(unittest.TestCase):
    """2 tasks of 3 labels and 2 seeds; every success against another task."""

    @classmethod
    def setUpClass(cls):
        began = time.monotonic()
        folder = chain.scratch('methods')
        cls.clips = chain.on_both_cores(
            lambda row: record_clip(folder, *row),
            [(number, task, label, seed)
             for number, task in enumerate(TASKS, 1)
             for label in LABELS for seed in SEEDS])
        recorded = time.monotonic()
        with chain.Simulator(*SIMULATOR) as simulator:
            cls.runs = cls.score_all(folder, simulator)
            cls.special = cls.score_with_options(folder, simulator)
        print(f'\n{len(cls.clips)} clips recorded in {recorded - began:.1f} s, '
              f'{len(cls.runs)} episodes scored in '
              f'{time.monotonic() - recorded:.1f} s')
        cls.show()

    @classmethod
    def score_all(cls, folder, simulator):
        jobs = [(clip, clip.task) for clip in cls.clips]
        jobs += [(clip, toyworld.OTHER_TASKS[clip.task][clip.seed - 1])
                 for clip in cls.clips if clip.label == 'success']
        jobs = [(way, *job) for job in jobs for way in WAYS]

        def score(numbered):
            number, (way, clip, task) = numbered
            dialect = 'robometer' if way == 'robometer' else 'openai'
            record = chain.score(clip.video, folder / f'{number}.jsonl', task,
                                 **WAYS[way], **simulator.settings(dialect))
            return Run(way, clip, task, record)
        return chain.on_both_cores(score, enumerate(jobs))

    @classmethod
    def score_with_options(cls, folder, simulator):
        """Records of a success, by name."""
        shown = folder / 'shown'
        clip = next(clip for clip in cls.clips if clip.label == 'success')
        settings = {
            'shown': {'method': 'gvl', 'samples_location': shown},
            'context': {'method': 'gvl', 'gvl_context': shown},
            'dense roboreward': {'method': 'roboreward', 'dense': 'true'},
            'dense robometer': {'method': 'robometer', 'dense': 'true'},
        }
        records = {}
        for name, properties in settings.items():
            dialect = 'robometer' if 'robometer' in name else 'openai'
            records[name] = chain.score(
                clip.video, folder / f'{name}.jsonl', clip.task, **properties,
                **simulator.settings(dialect))
        return records

    @classmethod
    def of(cls, way, label=None, seed=None):
        """The runs with the episodes' own tasks."""
        return [run for run in cls.runs
                if run.way == way and run.task == run.clip.task
                and label in (None, run.clip.label)
                and seed in (None, run.clip.seed)]

    @classmethod
    def of_wrong_tasks(cls, way):
        return [run for run in cls.runs
                if run.way == way and run.task != run.clip.task]

    @classmethod
    def tau(cls, way, value):
        """The mean over tasks; value is a member of a record."""
        return statistics.mean(
            tau_of_task({label: [run.record[value]
                                 for run in cls.of(way, label)
                                 if run.task == task] for label in LABELS})
            for task in TASKS)

    @classmethod
    def show(cls):
        print('| method | tau avg | tau last | wrong task | calls | images '
              '| tokens in | out | seconds |\n|---|---|---|---|---|---|---|---|---|')
        for way in WAYS:
            records = [run.record for run in cls.of(way)]
            wrong = statistics.mean(run.record['mean_progress']
                                    for run in cls.of_wrong_tasks(way))
            calls, images, tokens_in, tokens_out = (
                statistics.mean(record['usage'][name] for record in records)
                for name in ('requests', 'images', 'input_tokens',
                             'output_tokens'))
            seconds = statistics.median(record['latency']['final'] / 1e9
                                        for record in records)
            print(f'| {way} | {cls.tau(way, "mean_progress"):.2f} '
                  f'| {cls.tau(way, "progress"):.2f} | {wrong:.2f} '
                  f'| {calls:.1f} | {images:.1f} | {tokens_in:.0f} '
                  f'| {tokens_out:.0f} | {seconds:.2f} |')

    def test_all_are_scored(self):
        self.assertEqual(len(self.runs), len(WAYS) * (
            len(self.clips) + len(TASKS) * len(SEEDS)))
        for run in self.runs:
            record = run.record
            self.assertEqual(record['status'], 'scored', record.get('error'))
            self.assertEqual(record['method'], WAYS[run.way]['method'])
            self.assertEqual(record['notes'], [])
            self.assertTrue(all(0 <= value <= 1 for value in values_of(run)))

    def test_records_list_their_options(self):
        for run in self.runs:
            method = run.record['method']
            self.assertEqual(set(run.record['options']),
                             OPTIONS | METHOD_OPTIONS.get(method, set()), method)
            normalize = WAYS[run.way].get('topreward_normalize', 'minmax')
            self.assertEqual(
                run.record['options'].get('topreward-normalize', normalize),
                normalize)

    def test_costs_are_as_documented(self):
        for run in self.runs:
            usage = run.record['usage']
            self.assertEqual((usage['requests'], usage['images']),
                             expected_cost(run), run.way)
            self.assertEqual(usage['retries'], 0)

    def test_examples_and_dense_curves_cost_what_is_documented(self):
        images = {'shown': 8 + 1, 'context': 8 + 1 + 8,
                  'dense roboreward': 9 * 10 // 2 + 1, 'dense robometer': 8}
        for name, record in self.special.items():
            self.assertEqual(record['status'], 'scored', record.get('error'))
            self.assertEqual(record['usage']['images'], images[name], name)
            self.assertEqual(record['usage']['requests'],
                             9 if name == 'dense roboreward' else 1, name)

    def test_records_tell_examples_and_dense_curves(self):
        for name, record in self.special.items():
            options = record['options']
            self.assertEqual(options.get('dense'),
                             True if 'dense' in name else None, name)
            self.assertEqual('gvl-context-digest' in options,
                             name == 'context')
            self.assertNotIn(str(chain.BUILD_DIR), str(options))

    def test_methods_take_their_own_frames(self):
        """Of eight seconds at 15 frames a second."""
        wanted = {'score': 17, 'gvl': 8, 'topreward': 17, 'roboreward': 9,
                  'robometer': 8}
        for run in self.runs:
            if run.record['n_frames'] == 8 * RATE:
                self.assertEqual(len(run.record['samples']),
                                 wanted[run.record['method']], run.way)

    def test_minmax_attains_1_in_every_episode(self):
        """Failures and other tasks too: it says where an episode is best, and
        not how good."""
        way = 'topreward, minmax'
        for run in self.of(way) + self.of_wrong_tasks(way):
            self.assertEqual(max(values_of(run)), 1, run.clip.video.name)

    def test_minmax_is_1_wherever_nothing_changes(self):
        flat = [run for run in self.of_wrong_tasks('topreward, minmax')
                if len({sample['raw_value'] for sample in run.record['samples']
                        if 'raw_value' in sample}) == 1]
        self.assertGreater(len(flat), 0)
        for run in flat:
            self.assertEqual(set(values_of(run)), {1})

    def test_minmax_ends_near_1_where_the_robot_stops_at_its_best(self):
        """Though it did not do the task; by the probability it did not."""
        for label in ('failure', 'partial'):
            stopped = zip(self.of('topreward, minmax', label, STOPPED_SEED),
                          self.of('topreward, prob', label, STOPPED_SEED))
            for minmax, prob in stopped:
                name = minmax.clip.video.name
                self.assertEqual(minmax.clip, prob.clip)
                self.assertGreater(minmax.record['progress'], 0.9, name)
                self.assertTrue(minmax.record['success'], name)
                self.assertLess(prob.record['progress'], 0.9, name)
                self.assertFalse(prob.record['success'], name)

    def test_prob_and_minmax_are_of_the_same_numbers(self):
        for minmax, prob in zip(self.of('topreward, minmax'),
                                self.of('topreward, prob')):
            pairs = [pair for pair in zip(minmax.record['samples'],
                                          prob.record['samples'])
                     if 'raw_value' in pair[1]]
            raw = [after['raw_value'] for _, after in pairs]
            for before, after in pairs:
                self.assertAlmostEqual(before['raw_value'], after['raw_value'])
                self.assertAlmostEqual(after['progress'],
                                       math.exp(after['raw_value']))
                self.assertAlmostEqual(
                    before['progress'],
                    (after['raw_value'] - min(raw)) / (max(raw) - min(raw)))

    def test_roboreward_is_flat(self):
        """One score for the whole episode, so avg equals last."""
        for run in self.of('roboreward') + self.of_wrong_tasks('roboreward'):
            self.assertEqual(len(set(values_of(run))), 1)
            self.assertIn(run.record['progress'], (0, 0.25, 0.5, 0.75, 1))
        self.assertEqual(self.tau('roboreward', 'mean_progress'),
                         self.tau('roboreward', 'progress'))

    def test_score_keeps_a_wrong_task_at_0(self):
        """Its descriptions name no object of it that was moved."""
        for run in self.of_wrong_tasks('score'):
            for value in values_of(run):
                self.assertLessEqual(value, toyworld.NOTHING,
                                     f'{run.clip.video.name}: {run.task}')

    def test_robometer_keeps_success_beside_progress(self):
        for run in self.of('robometer'):
            for sample in run.record['samples']:
                self.assertIn('success_probability', sample)


class Tau(unittest.TestCase):
    """The measure itself, by hand."""

    def test_vectors(self):
        self.assertAlmostEqual(tau_of_task(
            {'failure': [.1, .5], 'partial': [.5], 'success': [.9, .4]}), 1 / 3)
        self.assertAlmostEqual(tau_of_task(
            {'failure': [.2], 'partial': [.2], 'success': [.9]}), 2 / 3)
        self.assertEqual(tau_of_task(
            {'failure': [1], 'partial': [.5], 'success': [0]}), -1)

    def test_ties_are_those_of_32_bits(self):
        self.assertEqual(tau_of_task(
            {'failure': [.5], 'partial': [.5 + 1e-12], 'success': [.5]}), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
