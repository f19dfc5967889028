#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pipelines/slurm on a real Slurm, which this test starts and stops itself.

Tasks of an array are killed, put back into the queue by their own and by
Slurm's doing, and cancelled, all in the middle of their work.
"""

import json
import os
import pathlib
import signal
import unittest

import chain
import slurmcluster
from slurmcluster import wait_for

SCRIPTS = chain.SOURCE_DIR / 'pipelines' / 'slurm'
CLIPS = 24
PARTS = 4
FEW = 8                 # of them, where time is the matter
JOBS = 2                # pipelines of a task
TASKS = ('put the banana in the bowl', 'put the cup on the plate')
REQUESTS = 3            # of a clip: objects, one batch, progress
LATENCY = 0.5           # of an answer, so that there is a middle of the work


def make_clip(folder, number):
    clip = folder / f'clip-{number:02}.mp4'
    chain.render(clip, TASKS[number % 2], 'success', number, size=(160, 120),
                 rate=10, frames=20)
    return {'id': f'toy-{number:02}', 'video': clip.name,
            'task': TASKS[number % 2]}


def count(path, text):
    """Lines of a file that hold the text; 0 where there is no file."""
    try:
        return sum(text in line for line in
                   pathlib.Path(path).read_text('utf-8').splitlines())
    except FileNotFoundError:
        return 0


class Slurm(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        os.environ['PATH'] = os.pathsep.join(
            [os.path.dirname(chain.TOOL), os.environ['PATH']])
        cls.cluster = slurmcluster.Cluster(cpus=PARTS * JOBS)
        try:
            cls.enterClassContext(cls.cluster)
        except slurmcluster.Unavailable as reason:
            chain.skip(str(reason))
        cls.root = chain.scratch('slurm')
        rows = chain.on_both_cores(lambda number: make_clip(cls.root, number),
                                   range(CLIPS))
        cls.manifest = cls.root / 'manifest.jsonl'
        cls.manifest.write_text(''.join(json.dumps(row) + '\n' for row in rows))
        cls.keys = [(row['id'], row['task']) for row in rows]

    def setUp(self):
        self.folder = self.root / self.id().rpartition('.')[2]
        self.folder.mkdir()
        self.results = self.folder / 'results'
        self.log = self.folder / 'requests.jsonl'

    def tearDown(self):
        result = self._outcome.result
        if any(test is self for test, _ in result.failures + result.errors):
            for path in sorted(self.folder.glob('*.out')):
                print(f'--- {path.name}:\n{path.read_text("utf-8")}')

    def simulator(self, *options):
        """Its URL; self.server is it."""
        self.server = chain.Simulator('--latency', str(LATENCY), *options,
                                      log=self.log)
        self.enterContext(self.server)
        return self.server.url

    def submit(self, array, url, *options, shards=PARTS, jobs=JOBS, sbatch=()):
        return self.cluster.submit(
            f'--array={array}', f'--cpus-per-task={jobs}', *sbatch,
            '--output=%a.out', SCRIPTS / 'score.sbatch', '--shards', shards,
            self.manifest, self.results, f'--base-url={url}', *options,
            cwd=self.folder)

    def merge(self, *options):
        job = self.cluster.submit(
            *options, '--output=merge.out', '--wrap',
            f'{SCRIPTS}/merge.py {self.manifest} {self.results}',
            cwd=self.folder)
        self.cluster.wait(job)
        self.assertEqual(self.cluster.show(job)['ExitCode'], '0:0',
                         (self.folder / 'merge.out').read_text())

    def n_records(self, part, shards=PARTS):
        return count(self.results /
                     f'results-{part:05}-of-{shards:05}.jsonl', '"scored"')

    def wait_for_middle(self, part):
        """Until some of its clips have their records, and not all."""
        wait_for(lambda: self.n_records(part), f'a record of part {part}', 60)
        self.assertLess(self.n_records(part), CLIPS // PARTS,
                        f'part {part} is done already')

    def restarts(self, task):
        return int(self.cluster.show(task)['Restarts'])

    def asked(self):
        return sum(entry['stage'] is not None
                   for entry in chain.read_lines(self.log))

    # --- the cases ---

    def check_merged(self):
        records = chain.read_lines(self.results / 'results.jsonl')
        self.assertEqual([(record['episode_id'], record['task'])
                          for record in records], self.keys)
        self.assertEqual({record['status'] for record in records}, {'scored'})
        return sum(record['usage']['requests'] for record in records)

    def kill(self, task):
        """As the kernel does when memory is short: nobody can say good-bye."""
        processes = self.cluster.processes_of(task)
        self.assertGreaterEqual(len(processes), 2, 'the script and the tool')
        for process in processes:
            os.kill(process, signal.SIGKILL)

    def requeue_killed(self, task):
        wait_for(lambda: self.cluster.state(task) == 'FAILED',
                 f'the end of {task}')
        self.assertEqual(self.cluster.show(task)['ExitCode'], '0:9')
        self.cluster.run('scontrol', 'requeue', task)

    def test_killed_and_requeued_tasks_lose_and_double_nothing(self):
        job = self.submit(f'1-{PARTS}', self.simulator('--latency', '1'))
        self.wait_for_middle(1)
        self.cluster.run('scancel', '--batch', '--signal=USR1', f'{job}_1')
        self.wait_for_middle(2)
        self.cluster.run('scontrol', 'requeue', f'{job}_2')
        self.wait_for_middle(3)
        self.kill(f'{job}_3')
        self.requeue_killed(f'{job}_3')
        self.cluster.wait(job)
        for name, expected in (('JobState', ['COMPLETED'] * PARTS),
                               ('Restarts', ['1', '1', '1', '0'])):
            self.assertEqual([self.cluster.show(f'{job}_{part}')[name]
                              for part in range(1, PARTS + 1)], expected)
        self.merge(f'--dependency=afterany:{job}')
        needed, asked = self.check_merged(), self.asked()
        print(f'{asked} requests for {needed} that are in the records')
        self.assertGreaterEqual(asked, needed)
        self.assertLessEqual(asked - needed, JOBS * REQUESTS)

    def test_again_asks_nothing(self):
        url = self.simulator()
        self.cluster.wait(self.submit(f'1-{PARTS}', url))
        self.merge()
        asked = self.asked()
        first = (self.results / 'results.jsonl').read_bytes()
        self.assertEqual(asked, self.check_merged())
        job = self.submit('2,4', url)
        self.cluster.wait(job)
        self.assertEqual(self.cluster.show(f'{job}_4')['ExitCode'], '0:0')
        self.merge()
        self.assertEqual(self.asked(), asked)
        self.assertEqual((self.results / 'results.jsonl').read_bytes(), first)

    def test_cancelled_task_stays_cancelled(self):
        job = self.submit('2', self.simulator())
        self.wait_for_middle(2)
        self.cluster.run('scancel', f'{job}_2')
        self.cluster.wait(job)
        shown = self.cluster.show(f'{job}_2')
        self.assertEqual((shown['JobState'], shown['Restarts']),
                         ('CANCELLED', '0'))
        self.assertLess(self.n_records(2), CLIPS // PARTS)

    def test_task_that_gets_nowhere_is_not_queued_again(self):
        url = self.simulator('--fail-rate', '1')
        job = self.submit('1', url, '--property=retries=0', jobs=1)
        part = self.results / f'results-00001-of-{PARTS:05}.jsonl'
        wait_for(lambda: count(part, '"failed"'), 'a failed record', 60)
        self.cluster.run('scancel', '--batch', '--signal=USR1', f'{job}_1')
        self.cluster.wait(job)
        shown = self.cluster.show(f'{job}_1')
        self.assertEqual((shown['ExitCode'], shown['Restarts']), ('130:0', '0'))
        self.assertIn('nothing was scored', (self.folder / '1.out').read_text())

    # --- minutes: a minute is Slurm's shortest limit, and it looks twice in it

    def submit_with_limit(self, url):
        """A few of the clips, one after the other."""
        self.keys = self.keys[:FEW]
        rows = self.manifest.read_text().splitlines(keepends=True)
        self.manifest = self.root / 'few.jsonl'
        self.manifest.write_text(''.join(rows[:FEW]))
        return self.submit('1', url, shards=1, jobs=1,
                           sbatch=['--time=1', '--signal=B:USR1@30'])

    @unittest.skipUnless(os.environ.get('SCORE_SOAK'), 'takes minutes')
    def test_time_limit_is_survived(self):
        job = self.submit_with_limit(self.simulator('--latency', '4'))
        self.cluster.wait(job, seconds=900)
        self.merge()
        self.assertGreaterEqual(self.restarts(f'{job}_1'), 2)
        self.assertEqual(self.asked(), self.check_merged())

    @unittest.skipUnless(os.environ.get('SCORE_SOAK'), 'takes minutes')
    def test_time_limit_is_survived_when_no_answer_comes(self):
        url = self.simulator()
        job = self.submit_with_limit(url)
        wait_for(lambda: self.n_records(1, 1) > 3, 'four records', 60)
        self.server.process.send_signal(signal.SIGSTOP)
        try:
            wait_for(lambda: self.restarts(f'{job}_1') == 1, 'a restart', 120)
        finally:
            self.server.process.send_signal(signal.SIGCONT)
        self.cluster.wait(job, seconds=200)
        self.merge()
        self.assertLessEqual(self.asked() - self.check_merged(), REQUESTS)


if __name__ == '__main__':
    unittest.main(verbosity=2)
