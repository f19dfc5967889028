#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Episodes scored again with cache-location, when there is no server.

They come from the test source, which gives them their ids: the order in which
GVL shows frames hangs on the id.
"""

import os
import stat
import unittest

import chain

TASK = 'put the banana in the bowl'
WAYS = {
    'score': {},
    'gvl': {},
    'topreward': {},
    'roboreward': {'dense': 'true'},
    'robometer': {},
}


class Cache(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('cache')

    def score(self, name, server, method, dialect='openai', task=TASK,
              answers='answers', **properties):
        results = self.folder / f'{name}.jsonl'
        if method == 'robometer':
            dialect = 'robometer'
        else:
            properties['model'] = 'toy-simulator'
        properties = {'method': method, 'task': task, 'retries': 0,
                      'cache_location': self.folder / answers,
                      'results_location': results,
                      **server.settings(dialect), **properties}
        chain.launch('scoretestsrc', 'num-episodes=1', f'task={TASK}', '!',
                     'video/x-raw,width=320,height=240,framerate=5/1', '!',
                     'scoresink', *chain.as_words(properties))
        record, = chain.read_lines(results)
        return record

    def check_same(self, record, again):
        self.assertEqual(record['status'], 'scored', record.get('error'))
        self.assertEqual(again['status'], 'scored', again.get('error'))
        self.assertEqual(
            [(sample['stream_time'], sample['progress'],
              sample.get('description')) for sample in record['samples']],
            [(sample['stream_time'], sample['progress'],
              sample.get('description')) for sample in again['samples']])
        self.assertGreater(record['usage']['requests'], 0)
        for what in ('requests', 'input_tokens', 'images', 'bytes_sent'):
            self.assertEqual(again['usage'][what], 0, what)
        if record['method'] != 'topreward':
            # whose first two beginnings are one question, as nothing moves yet
            self.assertEqual(record['notes'], [])
        self.assertTrue(any('cache-location' in note
                            for note in again['notes']))

    def test_every_method_in_every_dialect(self):
        with chain.Simulator() as server:
            first = {(method, dialect): self.score(
                f'{method}-{dialect}', server, method, dialect, **properties)
                     for method, properties in WAYS.items()
                     for dialect in self.dialects_of(method)}
        for (method, dialect), record in first.items():
            with self.subTest(method=method, dialect=dialect):
                self.check_same(record, self.score(
                    f'{method}-{dialect}-again', server, method, dialect,
                    **WAYS[method]))

    def dialects_of(self, method):
        return ['openai', 'gemini'] if method in ('score', 'gvl') else [
            'openai']

    def test_another_question_is_asked(self):
        with chain.Simulator() as server:
            self.score('one', server, 'gvl')
            for n, other in enumerate((
                    {'task': 'put the orange in the bowl'},
                    {'jpeg_quality': 60}, {'seed': 3})):
                record = self.score(f'other-{n}', server, 'gvl', **other)
                self.assertEqual(record['usage']['requests'], 1, other)

    def test_what_failed_is_asked_again(self):
        with chain.Simulator('--fail-rate', '1') as server:
            record = self.score('failed', server, 'roboreward', seed=9)
            self.assertEqual(record['status'], 'failed')
        with chain.Simulator() as server:
            record = self.score('asked', server, 'roboreward', seed=9)
            self.assertEqual(record['status'], 'scored', record.get('error'))
            self.assertEqual(record['usage']['requests'], 1)

    def test_folder_is_the_users_and_has_no_key(self):
        with chain.Simulator() as server:
            record = self.score('key', server, 'gvl', 'gemini',
                                answers='secret', api_key='SECRETKEY')
        self.assertEqual(record['status'], 'scored', record.get('error'))
        folder = self.folder / 'secret'
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        files = list(folder.iterdir())
        self.assertEqual(len(files), 1)
        for path in files:
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
            self.assertNotIn(b'SECRETKEY', path.read_bytes())
            self.assertNotIn('SECRETKEY', os.fspath(path))


if __name__ == '__main__':
    unittest.main(verbosity=2)
