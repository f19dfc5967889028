#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pipelines/paper-in-miniature.sh as its user runs it, in its quick form.

What is asserted follows from arithmetic or from eyes that see the toy world as
it is; how good the worse of the simulated models are is nobody's promise.
"""

import csv
import html.parser
import json
import os
import subprocess
import time
import unittest

import chain

SCRIPT = chain.SOURCE_DIR / 'pipelines' / 'paper-in-miniature.sh'
METHODS = ('score', 'gvl', 'topreward', 'roboreward', 'robometer')
MODELS = ('toy-nano', 'toy-small', 'toy-medium', 'toy-large')   # by price
PRICES = {'toy-nano': (0.05, 0.2), 'toy-small': (0.25, 1.0),
          'toy-medium': (1.0, 4.0), 'toy-large': (4.0, 16.0)}
LABELS = {'successful', 'suboptimal', 'failure'}
EPISODES = 12           # 2 tasks, 3 labels, 2 of each


class Blocks(html.parser.HTMLParser):
    """The JSON that a page carries."""

    def __init__(self, text):
        super().__init__()
        self.inside = False
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.inside = tag == 'script' and \
            dict(attributes).get('type') == 'application/json'

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found.append(json.loads(data))


class Paper(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.root = chain.scratch('paper')
        cls.folder = cls.root / 'out'
        began = time.monotonic()
        cls.done = cls.run_script('--quick')
        print(f'\n{time.monotonic() - began:.1f} s')
        if cls.done.returncode != 0:
            raise AssertionError(cls.done.stdout + cls.done.stderr)
        cls.evaluation = json.loads(
            (cls.folder / 'eval.json').read_text('utf-8'))
        cls.reports = {report['file']: report
                       for report in cls.evaluation['results']}
        print(cls.done.stdout)

    @classmethod
    def run_script(cls, *words):
        return subprocess.run(
            ['bash', str(SCRIPT), '--no-install', '--output', str(cls.folder),
             *words], stdin=subprocess.DEVNULL, text=True, capture_output=True,
            timeout=200, check=False,
            env={**os.environ, 'SCORE_BUILD_DIR': str(chain.BUILD_DIR)})

    def tau(self, file, which='tau_last'):
        return self.reports[file]['overall']['metrics'][which]['value']

    def score_file(self, model):
        return 'score.jsonl' if model == MODELS[-1] else f'score-{model}.jsonl'

    def records(self, file):
        return chain.read_lines(self.folder / 'results' / file)

    def test_manifest(self):
        with open(self.folder / 'manifest.csv', encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), EPISODES)
        self.assertEqual({row['quality_label'] for row in rows}, LABELS)
        self.assertEqual(len({row['task'] for row in rows}), 2)
        for row in rows:
            with self.subTest(row['id']):
                self.assertTrue((self.folder / row['video']).is_file())
                done = float(row['partial_success'])
                if row['quality_label'] == 'successful':
                    self.assertEqual(done, 1)
                else:
                    self.assertLess(done, 1)

    def test_every_file_of_results_is_whole(self):
        files = {f'{method}.jsonl' for method in METHODS}
        files |= {self.score_file(model) for model in MODELS}
        self.assertEqual(set(self.reports), files)
        for file, report in self.reports.items():
            with self.subTest(file):
                of_all_tasks = file[:-len('.jsonl')] in METHODS
                records = self.records(file)
                self.assertEqual(len(records), EPISODES * (1 + of_all_tasks))
                self.assertEqual({record['status'] for record in records},
                                 {'scored'})
                self.assertEqual(report['overall']['episodes'], EPISODES)

    def test_best_model_ranks_right(self):
        """It sees the toy world to a centimetre."""
        for which in ('tau_avg', 'tau_last'):
            self.assertGreaterEqual(self.tau('score.jsonl', which), 0.9)
        confusion = self.reports['score.jsonl']['confusion']
        self.assertGreaterEqual(
            confusion['metrics']['column_normalized_diagonal']['value'], 0.9)

    def test_worst_model_ranks_worse(self):
        worst = self.score_file(MODELS[0])
        for which in ('tau_avg', 'tau_last'):
            self.assertLess(self.tau(worst, which),
                            self.tau('score.jsonl', which))

    def test_minmax_ends_at_one(self):
        """Where a video ends at its best TOPReward's curve ends at 1, whatever
        is done by then, so half of what failed is tied with what succeeded."""
        ended = [record['progress'] for record in self.records('topreward.jsonl')
                 if record['episode_id'].endswith(('partial-2', 'failure-2'))
                 and record['episode_id'].startswith(
                     record['task'].split()[2])]
        self.assertEqual(len(ended), 4)
        self.assertEqual(ended.count(1.0), 4, ended)
        self.assertLess(self.tau('topreward.jsonl'), self.tau('score.jsonl'))

    def test_flat_curves_have_one_tau(self):
        self.assertEqual(self.tau('roboreward.jsonl', 'tau_avg'),
                         self.tau('roboreward.jsonl', 'tau_last'))

    def test_cost_is_tokens_by_price(self):
        for model in MODELS:
            for record in self.records(self.score_file(model)):
                usage = record['usage']
                for_input, for_output = PRICES[model]
                self.assertAlmostEqual(
                    usage['cost'],
                    (usage['input_tokens'] * for_input
                     + usage['output_tokens'] * for_output) / 1e6)

    def test_page_has_four_prices(self):
        page = Blocks((self.folder / 'report.html').read_text('utf-8'))
        files = next(block['files'] for block in page.found
                     if 'files' in block)
        self.assertEqual(len(files), len(self.reports))
        models = {self.score_file(model): model for model in MODELS}
        priced = {models[file['name']]: file['price'] for file in files
                  if file.get('price') is not None}
        self.assertEqual(set(priced), set(MODELS))
        for model, price in priced.items():
            low, high = PRICES[model]
            self.assertGreater(price, low)
            self.assertLess(price, high)
        self.assertEqual(sorted(priced, key=priced.get), list(MODELS))

    def test_table_and_figures_are_printed(self):
        for title in ('Table I', 'Figure 1', 'Figure 2'):
            self.assertIn(title, self.done.stdout)
        self.assertEqual(self.done.stdout,
                         (self.folder / 'paper.txt').read_text('utf-8'))

    def test_other_episodes_need_another_folder(self):
        done = self.run_script('--quick', '--seed', '2')
        self.assertEqual(done.returncode, 2)
        self.assertIn('other episodes', done.stderr)

    def test_wrong_use(self):
        for words in (['--episodes'], ['--episodes', '0'], ['--nothing'],
                      ['video.mp4']):
            with self.subTest(words):
                self.assertEqual(self.run_script(*words).returncode, 2)

    def test_asks_nothing_twice(self):
        before = {path: path.read_bytes()
                  for path in (self.folder / 'results').iterdir()}
        done = self.run_script('--quick')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, self.done.stdout)
        for path, text in before.items():
            self.assertEqual(path.read_bytes(), text)


if __name__ == '__main__':
    unittest.main(verbosity=2)
