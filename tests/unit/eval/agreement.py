#!/usr/bin/env python3
"""`gst-score-1.0 eval` says what SciPy and scikit-learn say, to 1e-12."""

import itertools
import pathlib
import random
import sys
import tempfile
import unittest

try:
    import numpy as np
    from scipy import stats
    from sklearn import metrics
except ImportError as missing:
    print(f'{missing}: python3-scipy and python3-sklearn are not installed')
    sys.exit(77)

from evaltool import LABELS, entry, evaluate, figures, record, write

TIMES = 100
PAIRS = ((0, 1), (0, 2), (1, 2))


def mean(values):
    values = [value for value in values if value is not None]
    return float(np.mean(values)) if values else None


class Episode:
    """An episode and what is known of it, in NumPy's words."""

    def __init__(self, name, task, source, label, partial, values):
        self.name, self.task, self.source = name, task, source
        self.label, self.partial = label, partial
        self.values = np.array(values)
        n = len(values)
        at = np.linspace(0, n - 1, TIMES)
        self.curve = np.interp(at, np.arange(n), self.values).astype('f4')
        self.last = np.float32(values[-1])
        self.mean = np.float32(np.mean(self.values))

    def spearman(self):
        if len(self.values) < 2 or np.allclose(self.values, self.values[0]):
            return 0.0
        return stats.spearmanr(range(len(self.values)), self.values).statistic

    def pearson(self):
        if len(self.values) < 2 or np.ptp(self.values) == 0:
            return 0.0
        return stats.pearsonr(range(len(self.values)), self.values).statistic


def tau_a(ranks, values):
    """Where no rank comes twice, Somers' D is tau a. SciPy has none for values
    that are all the same; their ties add nothing."""
    if len(set(values)) == 1:
        return 0.0
    return stats.somersd(ranks, values).statistic


def by_label(episodes, value):
    found = {}
    for episode in episodes:
        if episode.label is not None:
            found.setdefault(episode.label, []).append(value(episode))
    return dict(sorted(found.items()))


def tau_of_task(episodes, value):
    found = by_label(episodes, value)
    if len(found) < 2:
        return None
    return mean([tau_a(list(found), values)
                 for values in itertools.product(*found.values())])


def rewind_of_task(episodes):
    found = by_label(episodes, lambda episode: float(episode.last))
    if len(found) < 2:
        return None
    return tau_a(list(found), [float(np.float32(np.mean(values)))
                               for values in found.values()])


def right_pairs(episodes, pairs):
    """(right ones with ties half, all) of the pairs of these labels."""
    found = by_label(episodes, lambda episode: episode.last)
    right = total = 0
    for a, b in pairs:
        for low, high in itertools.product(found.get(a, []), found.get(b, [])):
            right += 1 if high > low else .5 if high == low else 0
            total += 1
    return right, total


def accuracy(tasks, pairs):
    counted = [right_pairs(episodes, pairs) for episodes in tasks]
    total = sum(all_ for _, all_ in counted)
    return sum(right for right, _ in counted) / total if total else None


def expected_of(tasks):
    """Every figure of a set, given the episodes of each of its tasks."""
    episodes = [episode for task in tasks for episode in task]
    labelled = [one for one in episodes if one.label is not None]
    success = [one.label == 2 for one in labelled]
    last = [one.last for one in labelled]
    partial = [one for one in episodes if one.partial is not None]
    both = 0 < sum(success) < len(success)
    found = {
        'tau_last': mean([tau_of_task(task, lambda one: one.last)
                          for task in tasks]),
        'tau_avg': mean([tau_of_task(task, lambda one: one.mean)
                         for task in tasks]),
        'tau_time_avg': mean([mean([
            tau_of_task(task, lambda one, k=k: one.curve[k])
            for k in range(TIMES)]) for task in tasks]),
        'kendall_rewind': mean([rewind_of_task(task) for task in tasks]),
        'ranking_acc': accuracy(tasks, PAIRS),
        'voc_spearman': mean([one.spearman() for one in episodes
                              if one.label in (2, None)]),
        'voc_pearson': mean([one.pearson() for one in episodes
                             if one.label == 2]),
        'mae': mean([abs(round(one.values[-1] * 4) - round(one.partial * 4))
                     for one in partial]),
        'partial_success_abs_delta': mean([abs(one.values[-1] - one.partial)
                                           for one in partial]),
        'success_ap': float(metrics.average_precision_score(success, last))
        if both else None,
        'success_roc_auc': float(metrics.roc_auc_score(success, last))
        if both else None,
    }
    for a, b in PAIRS:
        found[f'ranking_acc_{LABELS[a]}_vs_{LABELS[b]}'] = accuracy(
            tasks, [(a, b)])
    return found


def make_episodes(seed):
    """Curves with ties, constant ones, of one sample; labels that are missing."""
    rand = random.Random(seed)
    episodes, curves = [], []
    for k in range(70):
        kind = rand.randrange(6)
        if kind == 0 and curves:
            values = rand.choice(curves)
        elif kind == 1:
            values = [rand.randrange(3) / 2] * rand.randrange(1, 5)
        else:
            values = [rand.random() for _ in range(rand.randrange(2, 20))]
            if kind < 4:
                values = [round(value, 1) for value in values]
        curves.append(values)
        episodes.append(Episode(
            f'e{k}', f'task {rand.randrange(3)}', f'set {rand.randrange(3)}',
            rand.choice((0, 1, 2, 2, None)),
            rand.choice((None, rand.random(), .125, .5)), values))
    return episodes


class Agreement(unittest.TestCase):

    def assert_close(self, found, expected, where):
        self.assertEqual(set(found), set(expected))
        for name, value in expected.items():
            if value is None:
                self.assertIsNone(found[name], (where, name))
            else:
                self.assertIsNotNone(found[name], (where, name))
                self.assertAlmostEqual(found[name], value, delta=1e-12,
                                       msg=f'{where}: {name}')

    def evaluate(self, episodes):
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch)
            manifest = write(folder / 'set.jsonl', [
                entry(one.name, one.task,
                      None if one.label is None else LABELS[one.label],
                      one.source, one.partial) for one in episodes])
            results = write(folder / 'results.jsonl', [
                record(one.name, one.task, list(one.values))
                for one in episodes])
            return evaluate('--bootstrap', 0, '-m', manifest,
                            results)['results'][0]

    def test_random_sets(self):
        n_figures = 0
        for seed in range(6):
            episodes = make_episodes(seed)
            report = self.evaluate(episodes)
            of_sets = []
            for found_set in report['data_sources']:
                tasks = []
                for found in found_set['tasks']:
                    tasks.append([
                        one for one in episodes
                        if (one.source, one.task) ==
                        (found_set['data_source'], found['task'])])
                    self.assert_close(figures(found), expected_of(tasks[-1:]),
                                      (seed, found['task']))
                of_sets.append(expected_of(tasks))
                self.assert_close(figures(found_set), of_sets[-1],
                                  (seed, found_set['data_source']))
                n_figures += len(of_sets[-1]) * (1 + len(tasks))
            self.assert_close(
                figures(report['overall']),
                {name: mean([found[name] for found in of_sets])
                 for name in of_sets[0]}, (seed, 'overall'))
        print(f'{n_figures} figures agree')


if __name__ == '__main__':
    unittest.main()
