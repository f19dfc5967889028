# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small set of toy episodes, scored in several ways, for reports of it."""

import csv
import json
import pathlib
import subprocess

import chain

TASKS = ('put the banana in the bowl', 'put the cup on the plate',
         'put the block in the drawer')
LABELS = {'success': ('successful', 1.0), 'partial': ('suboptimal', 0.5),
          'failure': ('failure', 0.0)}
RATE = 10
# A model that sees and guesses as models do, not as well as the simulator can.
SIMULATOR = ('--noise', '9', '--hallucinate', '0.15', '--seed', '5')


def episode_of(number, outcome, of_kind):
    """Seeds differ between tasks, and so do the ids."""
    seed = 10 * (number + 1) + of_kind
    return seed, f'toy-{outcome}-{seed}'


def run_episode(folder, simulator, number, outcome, of_kind, *, results, task=None,
                samples=False, truth=False, **properties):
    seed, name = episode_of(number, outcome, of_kind)
    words = {'results_location': folder / results, **simulator.settings(), **properties}
    if task:
        words['task'] = task
    if samples:
        words['samples_location'] = folder / 'samples'
    source = ['scoretestsrc', f'task={TASKS[number]}', f'outcome={outcome}', f'seed={seed}']
    if truth:
        source.append(f'truth-location={folder / "truth" / name}.jsonl')
    chain.launch(*source, '!', f'video/x-raw,width=320,height=240,framerate={RATE}/1',
                 '!', 'scoresink', *chain.as_words(words))


def write_manifest(folder, per_label):
    with open(folder / 'set.csv', 'w', encoding='utf-8', newline='') as file:
        table = csv.writer(file)
        table.writerow(('id', 'task', 'quality_label', 'data_source', 'partial_success'))
        for number, task in enumerate(TASKS):
            for outcome, (label, partial) in LABELS.items():
                for of_kind in range(per_label):
                    table.writerow((episode_of(number, outcome, of_kind)[1], task, label,
                                    'toys', partial))


def make_set(folder, per_label):
    """Episodes of three tasks and labels: by score, with pictures, truth and the words
    of the other tasks, and by gvl; one more fails. Files of `folder`: set.csv,
    score.jsonl, gvl.jsonl, samples/, truth/."""
    (folder / 'truth').mkdir()
    write_manifest(folder, per_label)
    jobs = [(number, outcome, of_kind) for number in range(len(TASKS))
            for outcome in LABELS for of_kind in range(per_label)]

    with chain.Simulator(*SIMULATOR) as simulator:
        def run(job):
            run_episode(folder, simulator, *job, results='score.jsonl', samples=True,
                        truth=True)
            run_episode(folder, simulator, *job, results='gvl.jsonl', method='gvl')
            for task in TASKS:
                if job[1] == 'success' and task != TASKS[job[0]]:
                    run_episode(folder, simulator, *job, results='score.jsonl', task=task)
        chain.on_both_cores(run, jobs)
    fail_one(folder, jobs[-1])


def fail_one(folder, job):
    """The gvl record of the last episode is one that failed."""
    path = folder / 'gvl.jsonl'
    _, name = episode_of(*job)
    kept = [line for line in path.read_text('utf-8').splitlines(True)
            if json.loads(line)['episode_id'] != name]
    path.write_text(''.join(kept), 'utf-8')

    class Nobody:
        @staticmethod
        def settings():
            return {'provider': 'openai', 'base_url': 'http://127.0.0.1:9/v1',
                    'retries': 0}
    run_episode(folder, Nobody, *job, results='gvl.jsonl', method='gvl', model='toy-simulator')


def report(output, *words):
    """Writes the page; what the tool said when it could not."""
    done = subprocess.run([chain.TOOL, 'report', '-o', str(output), *map(str, words)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=240)
    if done.returncode:
        raise AssertionError(f'report {words} ended with {done.returncode}: {done.stdout}')
    return done.stdout


def report_of_set(folder, output):
    truths = [word for path in sorted(pathlib.Path(folder, 'truth').iterdir())
              for word in ('--truth', path)]
    report(output, '--manifest', folder / 'set.csv', '--samples', folder / 'samples',
           *truths, '--price', 'score.jsonl=0.4', '--price', 'gvl.jsonl=1.1',
           '--title', 'Toy episodes', folder / 'score.jsonl', folder / 'gvl.jsonl')
