#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Parts of a manifest become one file, by pipelines/slurm/merge.py, and what
score.sbatch takes for wrong use. What runs on a Slurm is in slurm.py."""

import csv
import json
import os
import stat
import subprocess
import unittest

import chain

FOLDER = chain.SOURCE_DIR / 'pipelines' / 'slurm'
TASK = 'put the banana in the bowl'
OTHER = 'put the cup on the plate, "gently"'


class Shards(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        """A record as scoresink writes it, to be put under other names."""
        cls.root = chain.scratch('shards')
        with chain.Simulator() as simulator:
            chain.launch(
                'scoretestsrc', 'num-buffers=10', '!',
                'video/x-raw,framerate=5/1,width=160,height=120', '!',
                'scoresink', f'base-url={simulator.url}',
                f'results-location={cls.root}/record.jsonl')
        cls.record, = chain.read_lines(cls.root / 'record.jsonl')

    def setUp(self):
        self.folder = self.root / self.id().rpartition('.')[2]
        self.folder.mkdir()
        self.manifest = self.folder / 'manifest.jsonl'
        self.parts = self.folder / 'parts'
        self.parts.mkdir()
        self.output = self.parts / 'results.jsonl'

    def make(self, name, task=TASK, **other):
        return {**self.record, 'episode_id': name, 'task': task, **other}

    def fail(self, name, **other):
        record = self.make(name, status='failed',
                           error={'code': 'timeout', 'message': 'Long.'})
        return {**record, **other}

    def write_manifest(self, *rows):
        self.manifest.write_text(''.join(
            json.dumps({'id': name, 'task': task, 'video': f'{name}.mp4'}) + '\n'
            for name, task in rows), 'utf-8')

    def write_part(self, number, size, *records):
        path = self.parts / f'results-{number:05}-of-{size:05}.jsonl'
        path.write_text(''.join(
            record if isinstance(record, str) else
            json.dumps(record, ensure_ascii=False, separators=(',', ':')) + '\n'
            for record in records), 'utf-8')
        return path

    def merge(self, *options, status=0):
        """The lines on stderr, of which there is one a fact."""
        done = subprocess.run(
            ['/usr/bin/env', 'python3', FOLDER / 'merge.py', *options,
             self.manifest, self.parts], text=True, capture_output=True,
            stdin=subprocess.DEVNULL, timeout=60, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertEqual(list(self.parts.glob('*.part')), [])
        return done.stderr.splitlines()

    def merged(self):
        return [(record['episode_id'], record['task'], record['status'])
                for record in chain.read_lines(self.output)]

    def write_three(self):
        self.write_manifest(('a', TASK), ('b', OTHER), ('c', TASK))
        self.write_part(1, 2, self.make('c'), self.make('a'))
        self.write_part(2, 2, self.make('b', OTHER))

    # --- what is right ---

    def test_order_is_that_of_the_manifest(self):
        self.write_three()
        said = self.merge()
        self.assertEqual(self.merged(), [('a', TASK, 'scored'),
                                         ('b', OTHER, 'scored'),
                                         ('c', TASK, 'scored')])
        self.assertEqual(len(said), 1)
        self.assertIn('3 records', said[0])

    def test_lines_are_as_they_were(self):
        self.write_three()
        self.merge()
        lines = [line for path in self.parts.glob('results-*-of-*')
                 for line in path.read_bytes().splitlines()]
        self.assertEqual(sorted(self.output.read_bytes().splitlines()),
                         sorted(lines))

    def test_again_is_the_same(self):
        self.write_three()
        self.merge()
        first = self.output.read_bytes()
        self.merge()
        self.assertEqual(self.output.read_bytes(), first)

    def test_output_is_readable_as_other_files_are(self):
        self.write_three()
        self.merge()
        umask = os.umask(0)
        os.umask(umask)
        self.assertEqual(stat.S_IMODE(self.output.stat().st_mode),
                         0o666 & ~umask)

    def test_eval_reads_it(self):
        self.write_three()
        self.merge('--output', str(self.folder / 'all.jsonl'))
        done = subprocess.run(
            [chain.TOOL, 'eval', '--manifest', self.manifest, '--bootstrap=0',
             self.folder / 'all.jsonl'], text=True, capture_output=True,
            timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse(self.output.exists())

    def test_csv_manifest_reads_alike(self):
        self.write_three()
        with open(self.manifest, 'w', encoding='utf-8-sig', newline='') as file:
            rows = csv.writer(file)
            rows.writerow(['task', 'note', ' id '])
            rows.writerows([[TASK, 'two\nlines', 'a'], [OTHER, '', 'b'], [],
                            [TASK, '', 'c']])
        self.merge()
        self.assertEqual([name for name, _, _ in self.merged()],
                         ['a', 'b', 'c'])

    def test_ids_may_be_numbers(self):
        self.manifest.write_text(
            f'{{"id":7,"task":"{TASK}"}}\n\n{{"id":0.1,"task":"{TASK}"}}\n')
        self.write_part(1, 1, self.make('7'), self.make('0.10000000000000001'))
        self.merge()

    def test_last_scored_record_counts(self):
        self.write_manifest(('a', TASK), ('b', TASK), ('c', TASK))
        self.write_part(1, 1, self.fail('a'), self.make('b'), self.make('a'),
                        self.fail('b'), self.make('c', provisional=True),
                        self.make('c', progress=0.25))
        self.merge()
        self.assertEqual({status for _, _, status in self.merged()}, {'scored'})
        self.assertEqual(chain.read_lines(self.output)[2]['progress'], 0.25)

    def test_confusion_asks_every_video_with_every_task(self):
        self.write_manifest(('a', TASK), ('b', OTHER))
        self.write_part(1, 1, self.make('a'), self.make('a', OTHER),
                        self.make('b'))
        said = self.merge('--confusion', status=1)
        self.assertIn(f'1 of 4 missing: b ({OTHER})', said[0])
        self.write_part(1, 1, self.make('a'), self.make('a', OTHER),
                        self.make('b'), self.make('b', OTHER))
        self.merge('--confusion')
        self.assertEqual([row[:2] for row in self.merged()],
                         [('a', TASK), ('a', OTHER), ('b', OTHER), ('b', TASK)])

    # --- what is wrong ---

    def test_missing_entries_are_named_in_a_line(self):
        self.write_three()
        self.merge()
        before = self.output.read_bytes()
        self.write_part(1, 2, self.make('a'))
        said = self.merge(status=1)
        self.assertEqual(said, ['merge.py: 1 of 3 missing: c'])
        self.assertEqual(self.output.read_bytes(), before)

    def test_missing_part_is_named(self):
        self.write_three()
        (self.parts / 'results-00002-of-00002.jsonl').unlink()
        said = self.merge(status=1)
        self.assertEqual(
            said, ['merge.py: 1 of 3 missing: b (no file of part 2 of 2)'])
        self.assertFalse(self.output.exists())

    def test_many_missing_entries_make_one_line(self):
        self.write_manifest(*((f'e{i}', TASK) for i in range(1000)))
        self.write_part(1, 1, self.make('e0'))
        said, = self.merge(status=1)
        self.assertIn('999 of 1000 missing: e1, e2,', said)
        self.assertTrue(said.endswith('e10 and 989 more'), said)

    def test_partial_writes_what_there_is(self):
        self.write_three()
        self.write_part(2, 2)
        self.merge('--partial', status=1)
        self.assertEqual([name for name, _, _ in self.merged()], ['a', 'c'])

    def test_doubled_records_are_named_with_their_places(self):
        self.write_three()
        self.write_part(2, 2, self.make('b', OTHER), self.make('a'))
        said = self.merge(status=1)
        self.assertEqual(said, [
            'merge.py: 1 scored twice: a: results-00001-of-00002.jsonl, line 2'
            ' and results-00002-of-00002.jsonl, line 2'])
        self.assertFalse(self.output.exists())

    def test_failed_entries_are_kept_and_told(self):
        self.write_three()
        self.write_part(2, 2, self.fail('b', task=OTHER))
        said = self.merge(status=1)
        self.assertIn('1 of 3 failed: b', said[0])
        self.assertEqual([status for _, _, status in self.merged()],
                         ['scored', 'failed', 'scored'])

    def test_unfinished_line_is_left_out(self):
        self.write_three()
        half = json.dumps(self.make('b', OTHER))[:99]
        self.write_part(2, 2, half + '\n', self.make('b', OTHER), half)
        said = self.merge()
        self.assertEqual(len(said), 3)
        self.assertIn('results-00002-of-00002.jsonl, line 1', said[0])
        self.assertEqual(len(self.merged()), 3)

    def test_strangers_and_other_models_are_told(self):
        self.write_three()
        self.write_part(2, 2, self.make('b', OTHER, model='another'),
                        self.make('d'))
        said = self.merge()
        self.assertIn('1 records are of no entry', said[0])
        self.assertIn('another', said[1])
        self.assertEqual([name for name, _, _ in self.merged()],
                         ['a', 'b', 'c', 'd'])

    def test_parts_of_two_sizes_are_refused(self):
        self.write_three()
        self.write_part(3, 5, self.make('b', OTHER))
        self.assertIn('parts of 2 and of 5', self.merge(status=1)[0])

    def test_records_of_another_schema_are_refused(self):
        self.write_three()
        self.write_part(2, 2, self.make('b', OTHER, schema='gst-score/1.3'))
        self.merge()
        for record in (self.make('b', schema='gst-score/2'), '{}\n', '[]\n'):
            self.write_part(2, 2, record)
            self.assertIn('00002.jsonl, line 1', self.merge(status=1)[0])

    def test_manifests_that_are_none_are_refused(self):
        self.write_three()
        for text in ('', '{"id":"a"}\n', '[1]', 'id,video\na,b\n',
                     '{"id":"a","task":"t"}\n{"id":"a","task":"t"}\n'):
            self.manifest.write_text(text)
            said, = self.merge(status=1)
            self.assertIn(str(self.manifest), said)

    def test_output_is_kept_when_the_disk_is_full(self):
        """/dev/full cannot be renamed to, so the folder is what gives out."""
        self.write_three()
        self.merge()
        before = self.output.read_bytes()
        self.write_part(2, 2, self.make('b', OTHER, progress=0.5))
        done = subprocess.run(
            ['bash', '-c', 'ulimit -f 1; trap "" XFSZ; exec "$@"', 'bash',
             FOLDER / 'merge.py', self.manifest, self.parts], text=True,
            capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertEqual(self.output.read_bytes(), before)
        self.assertEqual(list(self.parts.glob('*.part')), [])

    def test_wrong_use_is_told_apart(self):
        self.write_three()
        for words in ([], [self.manifest], [self.manifest, self.manifest],
                      [self.manifest, self.parts, '--nonsense'],
                      [self.manifest, self.parts, '--output', self.parts],
                      [self.manifest, self.parts, '--output',
                       self.parts / 'results-00001-of-00002.jsonl']):
            done = subprocess.run(
                [FOLDER / 'merge.py', *words], text=True, capture_output=True,
                timeout=60, check=False)
            self.assertEqual(done.returncode, 2, words)
            self.assertNotIn('Traceback', done.stderr)

    # --- the task of an array ---

    def submit(self, *words, **environment):
        """Runs score.sbatch without a Slurm, in the environment of a task."""
        return subprocess.run(
            ['bash', FOLDER / 'score.sbatch', *words], text=True,
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
            check=False, env={**os.environ, **environment})

    def array(self, task, tasks):
        return {'SLURM_ARRAY_JOB_ID': '9', 'SLURM_ARRAY_TASK_ID': str(task),
                'SLURM_ARRAY_TASK_MIN': str(tasks[0]),
                'SLURM_ARRAY_TASK_MAX': str(tasks[-1]),
                'SLURM_ARRAY_TASK_COUNT': str(len(tasks))}

    def test_wrong_use_of_the_task_is_told_apart(self):
        self.write_three()
        use = str(self.manifest), str(self.folder / 'new')
        for words, tasks in (
                (use, None), (use[:1], [1, 2]), (('missing', use[1]), [1, 2]),
                (('--nonsense', *use), [1, 2]), (('--shards', *use), [1]),
                (('--shards', '0', *use), [1]), (('--shards',), [1]),
                (use, [0, 1]), (use, [2, 3]), (use, [1, 3]),
                (('--shards', '2', *use), [3, 4])):
            environment = self.array(tasks[0], tasks) if tasks else {}
            with self.subTest(words=words, tasks=tasks):
                done = self.submit(*words, **environment)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertFalse((self.folder / 'new').exists())

    def test_other_number_of_parts_is_refused(self):
        self.write_three()
        done = self.submit(str(self.manifest), str(self.parts),
                           **self.array(1, range(1, 4)))
        self.assertEqual(done.returncode, 2)
        self.assertIn('of another number of parts', done.stderr)

    def test_help_helps(self):
        for program in ('score.sbatch', 'merge.py'):
            done = subprocess.run([FOLDER / program, '--help'], text=True,
                                  capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0)
            self.assertIn('sage: ', done.stdout)
            self.assertEqual(done.stderr, '')


if __name__ == '__main__':
    unittest.main(verbosity=2)
