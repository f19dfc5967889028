#!/usr/bin/env python3
"""CPU time of commands, as ratios to the first of them.

bench-ratio.py [--rounds N] [--medians FILE] NAME=COMMAND NAME=COMMAND...

The commands run in turns, A B C A B C, with the first once more at the end of
each round: what it takes then, over what it took before, is the noise of the
machine. A ratio is that of one round, to the mean of both runs of the first;
what is shown is the median and the quartiles over the rounds. One round before
them warms up. CPU is user + system of the command and of the processes that it
waited for. FILE gets a line a command: its name, and the medians of CPU
seconds, wall seconds and peak memory in KiB.
"""

import argparse
import os
import shlex
import statistics
import subprocess
import sys
import time


def run(command):
    """Return CPU seconds, wall seconds and peak memory in KiB."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench-ratio.py: exit status {process.returncode}: "
                 f"{shlex.join(command)}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss


def measure(commands, rounds):
    base = next(iter(commands))
    order = [*commands.items(), ("noise", commands[base])]
    taken = {name: [] for name, _ in order}
    for number in range(rounds + 1):
        for name, command in order:
            figures = run(command)
            if number > 0:
                taken[name].append(figures)
    return taken


def get_ratios(taken, base, name, column):
    ratios = []
    for before, after, figures in zip(taken[base], taken["noise"], taken[name]):
        floor = before[column]
        if name != "noise":
            floor = (before[column] + after[column]) / 2
        ratios.append(figures[column] / floor)
    return ratios


def get_quartiles(values):
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def report(taken, base):
    print(f"{'name':<12}{'ratio':>8}{'q1':>8}{'q3':>8}"
          f"{'CPU s':>9}{'wall':>8}{'MB':>7}")
    for name, figures in taken.items():
        low, middle, high = get_quartiles(get_ratios(taken, base, name, 0))
        wall = statistics.median(get_ratios(taken, base, name, 1))
        seconds = statistics.median(f[0] for f in figures)
        memory = statistics.median(f[2] for f in figures) / 1024
        print(f"{name:<12}{middle:>8.4f}{low:>8.4f}{high:>8.4f}"
              f"{seconds:>9.3f}{wall:>8.3f}{memory:>7.0f}")


def write_medians(taken, path):
    with open(path, "w", encoding="utf-8") as out:
        for name, figures in taken.items():
            print(name, *map(statistics.median, zip(*figures)), file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--medians", metavar="FILE")
    parser.add_argument("commands", nargs="+", metavar="NAME=COMMAND")
    arguments = parser.parse_args()
    commands = {}
    for text in arguments.commands:
        name, separator, command = text.partition("=")
        if not separator or not command or name in (*commands, "noise"):
            parser.error(f"not NAME=COMMAND, or a name twice: {text}")
        commands[name] = shlex.split(command)
    taken = measure(commands, max(1, arguments.rounds))
    report(taken, next(iter(commands)))
    if arguments.medians:
        write_medians(taken, arguments.medians)


if __name__ == "__main__":
    main()
