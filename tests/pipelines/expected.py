#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Samples that are taken to be dropped again, and how few they become."""

import unittest

import chain

TASK = 'put the banana in the bowl'
N = 4
SECONDS = 40
# A sample every half second is too much for 32, which stand 2 s apart then.
KEPT = 20 + 1


class Expected(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('expected')
        cls.simulator = chain.Simulator()
        cls.simulator.__enter__()
        cls.addClassCleanup(cls.simulator.stop)

    def score(self, name, **properties):
        results = self.folder / f'{name}.jsonl'
        properties = {'task': TASK, 'results_location': results,
                      **self.simulator.settings(), **properties}
        chain.launch(
            'scoretestsrc', f'num-episodes={N}', f'task={TASK}',
            f'episode-duration={SECONDS * 1_000_000_000}', '!',
            'video/x-raw,width=320,height=240,framerate=5/1', '!',
            'scoresink', *chain.as_words(properties))
        records = chain.read_lines(results)
        self.assertEqual([record['status'] for record in records],
                         ['scored'] * N)
        return records

    def dropped(self, record):
        notes = [int(note.split()[0]) for note in record['notes']
                 if 'dropped' in note]
        return sum(notes)

    def test_from_the_second_episode_on_none_is_dropped(self):
        records = self.score('learned')
        self.assertGreater(self.dropped(records[0]), KEPT)
        for record in records[1:]:
            self.assertEqual(record['notes'], [])
        for record in records:
            self.assertEqual(len(record['samples']), KEPT)
            self.assertEqual(
                [sample['stream_time'] - record['samples'][0]['stream_time']
                 for sample in record['samples']],
                [sample['stream_time'] - records[0]['samples'][0]['stream_time']
                 for sample in records[0]['samples']])

    def test_fewer_are_described(self):
        first, *others = self.score('described', object_cache='false')
        for record in others:
            self.assertLess(record['usage']['images'],
                            first['usage']['images'])

    def test_what_the_user_expects_counts_from_the_first_on(self):
        for record in self.score('told',
                                 expected_duration=SECONDS * 1_000_000_000):
            self.assertEqual(record['notes'], [])
            self.assertEqual(len(record['samples']), KEPT)


if __name__ == '__main__':
    unittest.main(verbosity=2)
