"""Makes records and manifests, and runs `gst-score-1.0 eval` over them."""

import json
import os
import pathlib
import subprocess

TOOL = os.environ['SCORE_TOOL']
LABELS = ('failure', 'suboptimal', 'successful')
STEP = 500_000_000      # nanoseconds between samples


def record(name, task, values, **more):
    """A record of an episode with these values, as the elements write it."""
    samples = [{'index': k, 'stream_time': k * STEP, 'progress': value,
                'flags': []} for k, value in enumerate(values)]
    return {'schema': 'gst-score/1', 'episode_id': name, 'task': task,
            'method': 'score', 'model': 'toy', 'status': 'scored',
            'samples': samples} | more


def failed(name, task, **more):
    return {'schema': 'gst-score/1', 'episode_id': name, 'task': task,
            'status': 'failed', 'samples': [],
            'error': {'code': 'timeout', 'message': 'No answer.'}} | more


def entry(name, task, label=None, source='', partial=None):
    return {'id': name, 'task': task, 'quality_label': label,
            'data_source': source, 'partial_success': partial}


def write(path, rows):
    """JSON Lines, of records or of entries."""
    path = pathlib.Path(path)
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), 'utf-8')
    return path


def run(*arguments):
    """The finished process; its output is text."""
    return subprocess.run([TOOL, 'eval', *map(str, arguments)], text=True,
                          capture_output=True, timeout=60, check=False)


def evaluate(*arguments):
    """What --json says."""
    done = run('--json', *arguments)
    if done.returncode != 0:
        raise AssertionError(f'{done.returncode}: {done.stderr}')
    return json.loads(done.stdout)


def figures(scope):
    """The values of a scope by name."""
    return {name: figure['value'] for name, figure in scope['metrics'].items()}
