#!/usr/bin/env python3
"""`gst-score-1.0 eval` as a user runs it: what counts, what does not, what is
said of it, and the figures against sums done by hand."""

import itertools
import json
import pathlib
import random
import statistics
import tempfile
import unittest

from evaltool import (LABELS, entry, evaluate, failed, figures, record, run,
                      write)


def tau_a(x, y):
    pairs = list(itertools.combinations(range(len(x)), 2))
    sign = [((x[i] > x[j]) - (x[i] < x[j])) * ((y[i] > y[j]) - (y[i] < y[j]))
            for i, j in pairs]
    return sum(sign) / len(pairs)


class Eval(unittest.TestCase):

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.results = self.folder / 'results.jsonl'
        self.manifest = self.folder / 'set.jsonl'

    def evaluate(self, records, entries, *options):
        """What is said of these records; without entries, of their own fields."""
        write(self.results, records)
        if entries:
            write(self.manifest, entries)
            options += ('--manifest', self.manifest)
        return evaluate(*options, self.results)['results'][0]

    def worked(self):
        """Failure .1 .5, suboptimal .5, successful .9 .4."""
        rows = [('a', 0, .1), ('b', 0, .5), ('c', 1, .5), ('d', 2, .9),
                ('e', 2, .4)]
        return ([record(name, 'put', [0, end]) for name, _, end in rows],
                [entry(name, 'put', LABELS[label], 'one')
                 for name, label, _ in rows])

    def test_worked_task(self):
        report = self.evaluate(*self.worked())
        found = figures(report['overall'])
        self.assertAlmostEqual(found['tau_last'], 1 / 3, delta=1e-12)
        self.assertAlmostEqual(found['tau_avg'], 1 / 3, delta=1e-12)
        # all are 0 at the first of the hundred times
        self.assertAlmostEqual(found['tau_time_avg'], .33, delta=1e-12)
        # means .3, .5, .65
        self.assertEqual(found['kendall_rewind'], 1)
        # of 8 pairs with different labels 5 are right and 1 ties
        self.assertAlmostEqual(found['ranking_acc'], 5.5 / 8, delta=1e-12)
        self.assertAlmostEqual(found['ranking_acc_failure_vs_suboptimal'],
                               .75, delta=1e-12)
        self.assertEqual(report['overall']['metrics']['tau_last']['n'], 5)
        self.assertEqual(report['data_sources'][0]['labels'],
                         {'failure': 2, 'suboptimal': 1, 'successful': 2})

    def test_own_fields(self):
        records, entries = self.worked()
        for row, label in zip(records, entries):
            row['outcome'] = label['quality_label']
        records.append(record('z', 'put', [0, 1], outcome='wrong-object'))
        report = self.evaluate(records, None)
        self.assertAlmostEqual(figures(report['overall'])['tau_last'], 1 / 3,
                               delta=1e-12)
        self.assertEqual(report['counts']['unlabelled'], 1)

    def test_mean_over_tasks_then_over_sets(self):
        """Two sets with a task of the same words: 1 and 0, and -1."""
        rows = [('a', 'x', 'A', 0, .1), ('b', 'x', 'A', 2, .2),
                ('c', 'y', 'A', 0, .3), ('d', 'y', 'A', 1, .3),
                ('e', 'x', 'B', 0, .9), ('f', 'x', 'B', 2, .1),
                ('g', 'z', 'B', 2, .5), ('h', 'z', 'B', 2, .6)]
        report = self.evaluate(
            [record(row[0], row[1], [0, row[4]]) for row in rows],
            [entry(row[0], row[1], LABELS[row[3]], row[2]) for row in rows])
        by_set = {found['data_source']: found
                  for found in report['data_sources']}
        self.assertEqual(figures(by_set['A'])['tau_last'], .5)
        self.assertEqual(figures(by_set['B'])['tau_last'], -1)
        self.assertEqual(figures(report['overall'])['tau_last'], -.25)
        self.assertEqual(figures(by_set['A'])['ranking_acc'], .75)
        # z has one label only, and does not count
        self.assertEqual(report['overall']['metrics']['tau_last']['n'], 6)
        self.assertIsNone(figures(by_set['B']['tasks'][1])['tau_last'])

    def test_ties_of_floats(self):
        """What a float cannot tell apart ties."""
        near = .5 + 1e-9
        report = self.evaluate(
            [record('a', 'x', [.5]), record('b', 'x', [near])],
            [entry('a', 'x', 'fail'), entry('b', 'x', 'success')])
        self.assertEqual(figures(report['overall'])['tau_last'], 0)
        self.assertEqual(figures(report['overall'])['ranking_acc'], .5)

    def test_ties_of_means(self):
        """A mean between two floats is rounded to one of them as well."""
        ends = [.5, .5, .5, .5, .5 + 2 ** -23]
        report = self.evaluate(
            [record(f'e{k}', 'x', [end]) for k, end in enumerate(ends)],
            [entry(f'e{k}', 'x', 'success' if k else 'fail') for k in range(5)])
        self.assertEqual(figures(report['overall'])['tau_last'], .25)
        self.assertEqual(figures(report['overall'])['kendall_rewind'], 0)

    def test_what_does_not_count(self):
        records, entries = self.worked()
        records[0:0] = [failed('d', 'put'), record('e', 'put', [0, 1])]
        records += [failed('a', 'put'), failed('f', 'put'),
                    record('x', 'put', [0, 1]),
                    record('d', 'put', [1, 0], provisional=True)]
        entries += [entry('f', 'put', 'success', 'one'),
                    entry('g', 'put', 'success', 'one')]
        report = self.evaluate(records, entries)
        self.assertAlmostEqual(figures(report['overall'])['tau_last'], 1 / 3,
                               delta=1e-12)
        counts = report['counts']
        self.assertEqual(
            {name: counts[name] for name in
             ('records', 'scored', 'failed', 'missing', 'unknown', 'replaced',
              'provisional')},
            {'records': 11, 'scored': 5, 'failed': 1, 'missing': 1,
             'unknown': 1, 'replaced': 3, 'provisional': 1})
        self.assertIn('1 records are of episodes that failed; they are left '
                      'out of every figure, not counted as 0.',
                      report['notes'])

    def test_all_failed(self):
        report = self.evaluate([failed('a', 'x')], [entry('a', 'x', 'fail')])
        self.assertEqual(report['counts']['failed'], 1)
        self.assertEqual(set(figures(report['overall']).values()), {None})

    def test_voc(self):
        """Over successful episodes; Spearman also over those without label."""
        report = self.evaluate(
            [record('a', 'x', [0, .2, .2, 1]), record('b', 'x', [1, 0]),
             record('c', 'x', [.5, .5]), record('d', 'x', [1, .5])],
            [entry('a', 'x', 'success'), entry('b', 'x', 'fail'),
             entry('c', 'x', 'success'), entry('d', 'x')])
        found = report['overall']['metrics']
        self.assertAlmostEqual(found['voc_spearman']['value'],
                               (.9 ** .5 + 0 - 1) / 3, delta=1e-12)
        self.assertEqual(found['voc_spearman']['n'], 3)
        self.assertAlmostEqual(found['voc_pearson']['value'],
                               (1.5 / 2.95 ** .5 + 0) / 2, delta=1e-12)
        self.assertEqual(report['overall']['constant'], 1)
        self.assertTrue(any('VOC counts as 0' in note
                            for note in report['notes']))

    def test_partial_success(self):
        """Half rounds to even: .125 is level 0, .375 is level 2."""
        report = self.evaluate(
            [record('a', 'x', [.125]), record('b', 'x', [.375]),
             record('c', 'x', [1.0]), record('d', 'x', [.3])],
            [entry('a', 'x', partial=.25), entry('b', 'x', partial='0.5'),
             entry('c', 'x', partial=0), entry('d', 'x')])
        found = report['overall']['metrics']
        self.assertEqual(found['mae'] | {'low': 0, 'high': 0},
                         {'value': 5 / 3, 'n': 3, 'low': 0, 'high': 0})
        self.assertAlmostEqual(found['partial_success_abs_delta']['value'],
                               (.125 + .125 + 1) / 3, delta=1e-12)

    def test_raw_values(self):
        """Ranked by raw_value where the record says raw, else by progress."""
        def scored(name, progress, raw, how):
            row = record(name, 'x', [0, progress, progress],
                         options={'topreward-normalize': how})
            for sample, value in zip(row['samples'], [-9, raw, None]):
                sample['raw_value'] = value
            return row

        entries = [entry('a', 'x', 'fail'), entry('b', 'x', 'success')]
        for how, expected in (('raw', 1), ('prob', -1), ('minmax', -1)):
            report = self.evaluate([scored('a', .9, -5, how),
                                    scored('b', .1, -1, how)], entries)
            self.assertEqual(figures(report['overall'])['tau_last'], expected)
            self.assertEqual(figures(report['overall'])['success_roc_auc'],
                             (expected + 1) / 2)
            self.assertEqual(any('minmax' in note
                                 for note in report['notes']), how == 'minmax')

    def confusion(self):
        """The worked matrix, videos by row of language."""
        matrix = [[.8, .1, 0], [.1, .6, 0], [.1, .3, 0]]
        tasks = ['a', 'b', 'c']
        return ([record(f'v{j}', tasks[i], [.5, matrix[i][j]])
                 for i in range(3) for j in range(3)],
                [entry(f'v{j}', tasks[j], 'success', f's{j}')
                 for j in range(3)])

    def test_confusion(self):
        report = self.evaluate(*self.confusion())
        found = report['confusion']
        self.assertEqual(found['matrix'],
                         [[.8, .1, 0], [.1, .6, 0], [.1, .3, 0]])
        self.assertEqual(found['videos'], ['a', 'b', 'c'])
        self.assertEqual(found['zero_columns'], 1)
        metrics = found['metrics']
        self.assertAlmostEqual(metrics['column_normalized_diagonal']['value'],
                               1.4 / 3, delta=1e-12)
        self.assertAlmostEqual(metrics['avg_diagonal']['value'], 1.4 / 3,
                               delta=1e-12)
        self.assertAlmostEqual(metrics['avg_off_diagonal']['value'], .1,
                               delta=1e-12)
        self.assertAlmostEqual(metrics['margin']['value'], 1.1 / 3,
                               delta=1e-12)
        self.assertEqual(metrics['margin']['n'], 9)
        # only the right ones are what the other metrics are of
        self.assertEqual(report['counts']['scored'], 3)
        self.assertEqual(report['counts']['other_task'], 6)

    def test_confusion_means_and_holes(self):
        """Cells are means over videos; a video of a plain run has no column."""
        records, entries = self.confusion()
        records = [row for row in records
                   if (row['episode_id'], row['task']) != ('v1', 'c')]
        records += [record('w', 'a', [0, .4]), record('w', 'b', [0, .3]),
                    failed('w', 'c'), record('plain', 'd', [0, 1])]
        entries += [entry('w', 'a', 'fail', 's0'), entry('plain', 'd')]
        found = self.evaluate(records, entries)['confusion']
        self.assertEqual(found['videos'], ['a', 'b', 'c'])
        self.assertEqual(found['counts'], [[2, 1, 1], [2, 1, 1], [1, 0, 1]])
        self.assertIsNone(found['matrix'][2][1])
        self.assertEqual(found['incomplete_columns'], 1)
        # column a: .6, .2, .1; column c: zero
        self.assertAlmostEqual(
            found['metrics']['column_normalized_diagonal']['value'],
            (.6 / .9 + 0) / 2, delta=1e-12)

    def random_set(self, seed, count=120):
        rand = random.Random(seed)
        records, entries = [], []
        for k in range(count):
            task = f'task {rand.randrange(4)}'
            label = rand.choice(LABELS + (None,))
            values = [rand.randrange(5) / 4 for _ in range(rand.randrange(1, 7))]
            records.append(record(f'e{k}', task, values))
            entries.append(entry(f'e{k}', task, label, f's{k % 2}',
                                 rand.random()))
        return records, entries

    def test_brute_force(self):
        """tau_last by its definition, over every choice of one a label."""
        for seed in range(8):
            records, entries = self.random_set(seed)
            report = self.evaluate(records, entries, '--bootstrap', 0)
            groups = {}
            for row, what in zip(records, entries):
                if what['quality_label']:
                    groups.setdefault(
                        (what['data_source'], what['task']), {}).setdefault(
                        LABELS.index(what['quality_label']), []).append(
                        row['samples'][-1]['progress'])
            by_set = {}
            for (source, _), labels in sorted(groups.items()):
                if len(labels) > 1:
                    ranks = sorted(labels)
                    by_set.setdefault(source, []).append(statistics.fmean(
                        tau_a(ranks, values) for values in
                        itertools.product(*(labels[rank] for rank in ranks))))
            expected = statistics.fmean(map(statistics.fmean, by_set.values()))
            self.assertAlmostEqual(figures(report['overall'])['tau_last'],
                                   expected, delta=1e-12)

    def test_time_average_of_large_and_small_tasks(self):
        """Both ways to go through the times, pair by pair at every time."""
        rand = random.Random(5)
        for count in (12, 220):
            curves = [[rand.randrange(9) / 8 for _ in range(3)]
                      for _ in range(count)]
            labels = [rand.randrange(3) for _ in curves]
            report = self.evaluate(
                [record(f'e{k}', 'x', curve) for k, curve in enumerate(curves)],
                [entry(f'e{k}', 'x', LABELS[label])
                 for k, label in enumerate(labels)])
            # between values of eighths the line is exact enough to tell ties:
            # at k / 99 of two steps it is (y0 (49.5 - k) + y1 k) / 49.5
            lines = [[round(8 * ((99 - 2 * k) * a + 2 * k * b)) if k < 50 else
                      round(8 * ((198 - 2 * k) * b + (2 * k - 99) * c))
                      for k in range(100)] for a, b, c in curves]
            taus = []
            for low, high in itertools.combinations(range(3), 2):
                pairs = [(lines[i], lines[j])
                         for i in range(count) if labels[i] == low
                         for j in range(count) if labels[j] == high]
                taus.append(sum((b > a) - (b < a) for worse, better in pairs
                                for a, b in zip(worse, better))
                            / len(pairs) / 100)
            found = report['overall']['metrics']['tau_time_avg']
            self.assertAlmostEqual(found['value'], statistics.fmean(taus),
                                   delta=1e-12)
            self.assertLess(found['low'], found['value'])
            self.assertGreater(found['high'], found['value'])

    def test_intervals(self):
        records, entries = self.random_set(1, 400)
        first = self.evaluate(records, entries)
        self.assertEqual(first, self.evaluate(records[::-1], entries[::-1]))
        other = self.evaluate(records, entries, '--seed', 1)
        self.assertNotEqual(first, other)
        none = self.evaluate(records, entries, '--bootstrap', 0)
        for name, figure in first['overall']['metrics'].items():
            self.assertLess(figure['low'], figure['value'], name)
            self.assertGreater(figure['high'], figure['value'], name)
            plain = none['overall']['metrics'][name]
            self.assertEqual(plain['value'], figure['value'])
            self.assertIsNone(plain['low'])
            again = other['overall']['metrics'][name]
            self.assertAlmostEqual(again['low'], figure['low'], delta=.03)

    def test_interval_of_a_mean(self):
        """As wide as theory says of the mean of so many."""
        rand = random.Random(3)
        values = [rand.random() for _ in range(500)]
        report = self.evaluate(
            [record(f'e{k}', 'x', [value]) for k, value in enumerate(values)],
            [entry(f'e{k}', 'x', partial=0) for k in range(500)],
            '--bootstrap', 4000)
        found = report['overall']['metrics']['partial_success_abs_delta']
        wide = 2 * 1.96 * statistics.pstdev(values) / 500 ** .5
        self.assertAlmostEqual((found['high'] - found['low']) / wide, 1,
                               delta=.08)

    def test_table(self):
        records, entries = self.worked()
        entries += [entry('o', 'take \x1b[2J it', 'fail', 'two'),
                    entry('p', 'take \x1b[2J it', 'success', 'two')]
        records += [record('o', 'take \x1b[2J it', [.2]),
                    record('p', 'take \x1b[2J it', [.7]), failed('q', 'put')]
        entries.append(entry('q', 'put', 'fail', 'one'))
        write(self.manifest, entries)
        write(self.results, records)
        other = write(self.folder / 'other.jsonl', records[:5])
        done = run('-m', self.manifest, self.results, other)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('\x1b', done.stdout)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[0].split(), ['file', 'results.jsonl',
                                            'other.jsonl'])
        self.assertIn(['failed,', 'left', 'out', '1', '0'],
                      [line.split() for line in lines])
        headings = [line for line in lines
                    if line.startswith(('overall', 'data set', 'task'))]
        self.assertEqual(headings, [
            'overall, the mean over data sets', 'data set one', 'data set two',
            'task "put" of one', 'task "take  [2J it" of two'])
        self.assertEqual(len([line for line in lines
                              if line.startswith('tau_last')]), 5)
        self.assertIn('results.jsonl: 1 records are of episodes that failed',
                      done.stdout)
        self.assertIn('95 % intervals of 1000 bootstrap replicates, seed 0',
                      done.stdout)
        # the columns stand below each other
        column = lines[0].index('other')
        for line in lines[1:6]:
            self.assertEqual(line[column - 2:column], '  ', line)
            self.assertNotEqual(line[column], ' ', line)

    def test_results_that_cannot_be_used(self):
        good = json.dumps(record('a', 'x', [0, 1]))
        cases = {'': 'has no records', '{"schema": "other/1"}\n': 'line 1',
                 good + '\n\n{"a":\n' + good + '\n': 'line 3',
                 good[:-9]: 'line 1'}
        for text, what in cases.items():
            self.results.write_text(text, 'utf-8')
            done = run(self.results)
            self.assertEqual(done.returncode, 1)
            self.assertIn(what, done.stderr)
            self.assertIn(str(self.results), done.stderr)
            self.assertEqual(done.stdout, '')

    def test_last_line_cut_off(self):
        """What a power cut leaves of a record is left out."""
        row = json.dumps(record('a', 'x', [0, 1]))
        self.results.write_text(f'{row}\r\n{row[:80]}', 'utf-8')
        report = evaluate(self.results)['results'][0]
        self.assertEqual(report['counts']['torn'], 1)
        self.assertEqual(report['counts']['scored'], 1)

    def test_manifests_that_cannot_be_used(self):
        write(self.results, [record('a', 'x', [0, 1])])
        cases = {'id,task\na,x\nb,\n': 'line 3',
                 'id,task\na,x\na,x\n': 'line 3',
                 'id,task,quality_label\na,x,fine\n': 'line 2',
                 'id,task\nother,x\n': 'No record of'}
        for text, what in cases.items():
            self.manifest.write_text(text, 'utf-8')
            done = run('-m', self.manifest, self.results)
            self.assertEqual(done.returncode, 1)
            self.assertIn(what, done.stderr)

    def test_usage(self):
        for arguments in ((), ('--nothing', 'a'), ('--bootstrap', '-1', 'a'),
                          ('--bootstrap', 'x', 'a'), ('--seed', '-1', 'a')):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertNotEqual(done.stderr, '')
        done = run(self.folder / 'missing.jsonl')
        self.assertEqual(done.returncode, 1)
        self.assertIn('missing.jsonl', done.stderr)
        done = run('--help')
        self.assertEqual(done.returncode, 0)
        for word in ('--manifest', '--json', '--bootstrap', '--seed',
                     'Examples:', 'Exit status'):
            self.assertIn(word, done.stdout)


if __name__ == '__main__':
    unittest.main()
