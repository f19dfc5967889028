# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of this folder share: the simulator, gst-launch-1.0, records.

A test is a unittest program. What it makes goes to a folder of its own, which
`scratch()` makes inside the build; with SCORE_KEEP=1 the folder stays.
"""

import atexit
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

BUILD_DIR = pathlib.Path(os.environ['G_TEST_BUILDDIR']).parent
SOURCE_DIR = pathlib.Path(os.environ['G_TEST_SRCDIR']).parent
TOOL = os.environ['SCORE_TOOL']
SKIPPED = 77


def skip(reason):
    """Ends the program as a test that could not run."""
    print(f'skipped: {reason}')
    sys.exit(SKIPPED)


def scratch(name):
    parent = BUILD_DIR / 'tests' / 'pipelines'
    parent.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f'{name}-', dir=parent))
    if not os.environ.get('SCORE_KEEP'):
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def on_both_cores(function, items):
    """A list of function(item), two at a time; an exception comes through."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


class Simulator:
    """`gst-score-1.0 simulate` on a port of its own, while the block lasts."""

    def __init__(self, *options, log=None):
        self.options = list(options)
        if log is not None:
            self.options += ['--log', str(log)]

    def __enter__(self):
        self.process = subprocess.Popen(
            [TOOL, 'simulate', '--port', '0', *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url.startswith('http://127.0.0.1:'):
            self.stop()
            raise AssertionError(f'the simulator said {self.url!r}')
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(20)

    def settings(self, dialect='openai'):
        """Properties of scoresink that make it ask this server."""
        if dialect == 'robometer':
            return {'provider': 'robometer', 'base_url': self.url[:-len('/v1')]}
        if dialect == 'gemini':
            url = self.url[:-len('v1')] + 'v1beta'
            return {'provider': 'gemini', 'base_url': url, 'api_key': 'any'}
        return {'provider': 'openai', 'base_url': self.url}


def launch(*words, timeout=60, options=('-q',)):
    """Runs gst-launch-1.0 and returns what it printed."""
    done = subprocess.run(
        ['gst-launch-1.0', *options, *map(str, words)], text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=timeout, check=False)
    if done.returncode != 0:
        raise AssertionError(f'gst-launch-1.0 {" ".join(map(str, words))}\n'
                             f'ended with {done.returncode}:\n{done.stdout}')
    return done.stdout


def read_lines(path):
    return [json.loads(line)
            for line in pathlib.Path(path).read_text('utf-8').splitlines()]


def as_words(properties):
    return [f'{name.replace("_", "-")}={value}'
            for name, value in properties.items()]


def score(video, results, task, **properties):
    """Scores a file; returns its only record."""
    launch('filesrc', f'location={video}', '!', 'decodebin', '!', 'scoresink',
           f'task={task}', f'results-location={results}',
           *as_words(properties))
    records = read_lines(results)
    if len(records) != 1:
        raise AssertionError(f'{video}: {len(records)} records')
    return records[0]


def render(video, task, outcome, seed, size=(320, 240), rate=15, truth=None,
           frames=None, encoder=('x264enc', 'speed-preset=veryfast')):
    """Records a toy episode into an MP4, and its true progress; or only its
    first frames."""
    frames_words = [] if frames is None else [f'num-buffers={frames}']
    truth_words = [] if truth is None else [f'truth-location={truth}']
    launch('-e', 'scoretestsrc', f'task={task}', f'outcome={outcome}',
           f'seed={seed}', *frames_words, *truth_words, '!',
           f'video/x-raw,width={size[0]},height={size[1]},framerate={rate}/1',
           '!', *encoder, '!', 'h264parse', '!', 'mp4mux', '!', 'filesink',
           f'location={video}')


class Truth:
    """What scoretestsrc wrote to its truth-location."""

    def __init__(self, path):
        self.rows = sorted((row['stream_time'], row['progress'])
                           for row in read_lines(path))

    def at(self, time):
        return min(self.rows, key=lambda row: abs(row[0] - time))[1]

    def mean_error(self, record):
        errors = [abs(sample['progress'] - self.at(sample['stream_time']))
                  for sample in record['samples']]
        return sum(errors) / len(errors)




def timed(function):
    """What it returns, and the seconds that it took."""
    began = time.monotonic()
    result = function()
    return result, time.monotonic() - began
