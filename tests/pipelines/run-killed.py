#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`gst-score-1.0 run` over 200 clips, killed ten times.

SIGKILL comes when the run has said of so many videos that they are done; how
many is drawn with a seed. In the end there are 200 records, and nothing that had
one was asked about again.
"""

import collections
import random
import re
import time
import unittest

import running

CLIPS = 200
KILLS = 10
JOBS = 4
SEED = 20260
TASK_IN_TEXT = re.compile(r'(task-\d{3})')


class Killed(running.RunTest):
    clips_wanted = CLIPS

    def setUp(self):
        super().setUp()
        self.manifest = self.write_manifest(
            {'id': clip.stem, 'task': f'do task-{n:03}', 'video': str(clip)}
            for n, clip in enumerate(self.clips))

    def words(self, server):
        return ('-m', self.manifest, '-j', JOBS, '--base-url', server.url)

    def live(self, server, n_lines):
        """One life: until so many lines are out, then SIGKILL."""
        process = self.start(*self.words(server))
        lines = [process.stdout.readline() for _ in range(n_lines)]
        process.kill()
        self.end(process)
        self.assertTrue(all(line.startswith('[') for line in lines), lines)

    def recorded(self):
        """Tasks with a whole record; a torn last line is none."""
        tasks = []
        for line in self.output.read_text('utf-8').split('\n')[:-1]:
            tasks += TASK_IN_TEXT.findall(line)[:1]
        return tasks

    def test_exactly_once(self):
        rng = random.Random(SEED)
        cuts = sorted(rng.sample(range(1, CLIPS - 2 * JOBS), KILLS))
        lives = [b - a for a, b in zip([0, *cuts], cuts)]
        began = time.monotonic()
        with running.GatedServer() as server:
            for n_lines in lives:
                before = len(server.asked_objects())
                known = set(self.recorded()) if self.output.exists() else set()
                if len(known) + n_lines >= CLIPS:
                    break
                self.live(server, n_lines)
                self.assertGreaterEqual(len(self.recorded()),
                                        len(known) + n_lines)
                asked = self.tasks_of(server.asked_objects()[before:])
                self.assertEqual(asked & known, set())
            known = set(self.recorded())
            before = len(server.asked_objects())
            done = self.run_tool(*self.words(server))
            asked = self.tasks_of(server.asked_objects()[before:])
            questions = [text for text in server.asked_objects()]
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(asked & known, set())
        self.assertEqual(asked | known,
                         {f'task-{n:03}' for n in range(CLIPS)})
        self.check_records()
        self.check_questions(questions)
        print(f'{CLIPS} clips, {len(lives)} kills: {len(questions)} episodes '
              f'asked about in {time.monotonic() - began:.1f} s')

    @staticmethod
    def tasks_of(texts):
        return {TASK_IN_TEXT.search(text)[1] for text in texts}

    def check_records(self):
        records = self.records()
        self.assertEqual(len(records), CLIPS)
        self.assertEqual({record['status'] for record in records}, {'scored'})
        self.assertEqual({record['episode_id'] for record in records},
                         {clip.stem for clip in self.clips})

    def check_questions(self, questions):
        """Asked more than once: only what was under way at a kill."""
        counts = collections.Counter(TASK_IN_TEXT.search(text)[1]
                                     for text in questions)
        self.assertEqual(len(counts), CLIPS)
        again = sum(counts.values()) - CLIPS
        self.assertLessEqual(again, KILLS * JOBS)


if __name__ == '__main__':
    unittest.main(verbosity=2)
