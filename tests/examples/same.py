#!/usr/bin/env python3
"""same.py PROGRAM SCRIPT: both examples print the same results."""

import sys

from simulator import run, simulator


def results(command, url):
    """What is printed of results; when an episode begins is a matter of luck."""
    done = run(command, '--base-url', url, '--episodes', '2', '--length', '4')
    print(done.stdout, done.stderr)
    return done.returncode, [line for line in done.stdout.splitlines()
                             if not line.endswith(': begins')]


def main(program, script):
    with simulator() as url:
        one = results([program], url)
        other = results([sys.executable, script], url)
    return 0 if one == other and one[0] == 0 and len(one[1]) == 20 else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
