# SPDX-License-Identifier: LGPL-2.1-or-later
"""`gst-score-1.0 run` for the tests of it: clips, a server with a gate, lines."""

import json
import os
import subprocess
import threading
import unittest

import chain
import modelserver

TASK = 'put the banana in the bowl'
RENDERED = 5            # further clips are these under other names
SECONDS = 60            # that anything may take


def render_clips(folder, number, size=(64, 48), frames=6):
    """clip-000.mp4 and so on; returns their paths."""
    folder.mkdir(exist_ok=True)
    clips = [folder / f'clip-{n:03}.mp4' for n in range(number)]
    chain.on_both_cores(
        lambda n: chain.render(clips[n], TASK, 'success', n, size=size,
                               rate=5, frames=frames,
                               encoder=('x264enc', 'speed-preset=ultrafast',
                                        'tune=zerolatency')),
        range(min(number, RENDERED)))
    for n in range(RENDERED, number):
        os.link(clips[n % RENDERED], clips[n])
    return clips


class GatedServer(modelserver.ModelServer):
    """Answers when the gate is open; questions wait there, and are counted."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Condition()
        self.is_open = True
        self.waiting = 0
        self.most = 0

    def keep(self, request):
        super().keep(request)
        with self.gate:
            self.waiting += 1
            self.most = max(self.most, self.waiting)
            self.gate.notify_all()
            self.gate.wait_for(lambda: self.is_open, SECONDS)
            self.waiting -= 1
        return request

    def set_open(self, is_open):
        with self.gate:
            self.is_open = is_open
            self.gate.notify_all()

    def wait_for(self, number):
        """Until so many questions wait."""
        with self.gate:
            if not self.gate.wait_for(lambda: self.waiting >= number, SECONDS):
                raise AssertionError(f'{self.waiting} questions, not {number}')

    def __exit__(self, *_):
        self.set_open(True)
        super().__exit__(*_)

    def handle_error(self, request, client_address):
        """Who asked was killed; whatever else it is, the test will see it."""

    def asked_objects(self):
        """The texts of the first question of every episode that was asked."""
        with self.lock:
            return [request.text for request in self.requests
                    if 'objects' in request.asked]


class RunTest(unittest.TestCase):
    """A folder of its own for every case, and clips for all."""

    clips_wanted = 6

    @classmethod
    def setUpClass(cls):
        cls.clips = render_clips(chain.scratch('clips') / 'videos',
                                 cls.clips_wanted)

    def setUp(self):
        self.folder = chain.scratch('run')
        self.output = self.folder / 'results.jsonl'
        self.temporary = chain.scratch('tmp')
        self.environment = dict(os.environ, TMPDIR=str(self.temporary))

    def command(self, *words):
        return [chain.TOOL, 'run', *map(str, words)]

    def run_tool(self, *words):
        return subprocess.run(
            self.command(*words), cwd=self.folder, text=True,
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
            check=False)

    def run_clips(self, server, *words, status=0):
        """Scores videos with the task; returns the program that has ended."""
        done = self.run_tool('--task', TASK, '--base-url', server.url, *words)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def start(self, *words, **more):
        process = subprocess.Popen(
            self.command(*words), cwd=self.folder, text=True,
            env=self.environment, stdin=subprocess.DEVNULL,
            **{'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE} | more)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def records(self):
        if not self.output.exists():
            return []
        return chain.read_lines(self.output)

    def states(self):
        return {record['episode_id']: record['status']
                for record in self.records()}

    def write_manifest(self, rows, name='set.jsonl'):
        path = self.folder / name
        path.write_text(''.join(json.dumps(row) + '\n' for row in rows),
                        'utf-8')
        return path
