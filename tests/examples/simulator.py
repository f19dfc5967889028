"""The simulator, and programs run against it."""

import concurrent.futures
import contextlib
import os
import subprocess


@contextlib.contextmanager
def simulator(*options):
    """Runs the simulator of $SCORE_TOOL; gives its base URL."""
    process = subprocess.Popen(
        [os.environ['SCORE_TOOL'], 'simulate', '--port', '0', *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


def run(command, *options):
    """Runs a program to its end; gives its completed process."""
    return subprocess.run([*command, *options], text=True, timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def each(function, items):
    """A list of function(item), all at a time; an exception comes through."""
    with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(function, items))
