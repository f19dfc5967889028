#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints what paper-in-miniature.sh measured as the paper shows it.

Usage: paper-table.py FOLDER

FOLDER holds eval.json and the records of results/. A price is what the records
cost over the tokens that they took, in and out.
"""

import json
import pathlib
import sys


def read_usage(path):
    """US dollars, tokens and number of the records that have a cost."""
    cost = tokens = count = 0
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            usage = json.loads(line).get('usage', {})
            if 'cost' in usage:
                cost += usage['cost']
                tokens += usage['input_tokens'] + usage['output_tokens']
                count += 1
    return cost, tokens, count


def show_figure(figure):
    if figure['value'] is None:
        return '     -'
    span = '' if figure['low'] is None else \
        f' [{figure["low"]:.2f}, {figure["high"]:.2f}]'
    return f'{figure["value"]:6.3f}{span}'


def show_table(reports):
    print("Table I: Kendall's tau of progress with the labels, 95 % interval;\n"
          'share of all progress that goes to the right words\n')
    print(f'  {"method":<12}{"model":<12}{"avg":<22}{"last":<22}{"right words":<22}'
          'episodes')
    for report in reports:
        counted = report['overall']['metrics']['tau_last']['n']
        ranks = report['overall']['metrics']
        words = report['confusion']['metrics']
        print(f'  {report["method"]:<12}{report["model"]:<12}'
              f'{show_figure(ranks["tau_avg"]):<22}'
              f'{show_figure(ranks["tau_last"]):<22}'
              f'{show_figure(words["column_normalized_diagonal"]):<22}{counted}')


def show_confusion(report):
    confusion = report['confusion']
    tasks = confusion['languages']
    figure = confusion['metrics']['column_normalized_diagonal']
    print('\nFigure 1: every video asked about with every task'
          f' ({report["method"]}, {report["model"]})\n')
    for task, row in zip(tasks, confusion['matrix']):
        cells = ''.join('     -' if value is None else f'{value:6.2f}'
                        for value in row)
        print(f'  {task:<38}{cells}')
    print(f'\n  column-normalized diagonal {figure["value"]:.3f},'
          f' by chance {1 / len(tasks):.3f}')


def show_prices(folder, reports):
    print('\nFigure 2: tau of score against the price of the model\n')
    print(f'  {"model":<14}{"$ a million tokens":>18}{"tau avg":>9}{"tau last":>9}'
          f'{"$ a 1000 episodes":>19}')
    for report in reports:
        cost, tokens, count = read_usage(folder / 'results' / report['file'])
        metrics = report['overall']['metrics']
        if tokens:
            print(f'  {report["model"]:<14}{cost / tokens * 1e6:>18.2f}'
                  f'{metrics["tau_avg"]["value"]:>9.3f}'
                  f'{metrics["tau_last"]["value"]:>9.3f}{cost / count * 1000:>19.2f}')


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith('-'):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    with open(folder / 'eval.json', encoding='utf-8') as file:
        reports = json.load(file)['results']
    show_table([report for report in reports
                if not report['file'].startswith('score-')])
    show_confusion(next(report for report in reports if 'confusion' in report))
    priced = [report for report in reports if report['method'] == 'score']
    priced.sort(key=lambda report: report['file'] == 'score.jsonl')
    show_prices(folder, priced)


if __name__ == '__main__':
    main()
