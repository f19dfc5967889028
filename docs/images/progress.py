#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws the picture of the README from what the quick start leaves.

  pipelines/quickstart.sh
  docs/images/progress.py quickstart docs/images/progress.svg

One frame a second of episode.mp4 above, the samples of results.jsonl and the
true progress of truth.jsonl below, all on one axis of time.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import textwrap
from xml.sax.saxutils import escape

FRAME_WIDTH, FRAME_HEIGHT = 104, 78
LEFT, TOP, STEP = 66, 44, 108           # STEP: pixels a second
PLOT_TOP, PLOT_HEIGHT = 144, 150
SAID = (2.0, 4.5, 7.0)                  # seconds whose descriptions are shown
GREEN, GREY, INK = '#1a7f4b', '#9aa0a6', '#202124'


def read_lines(path):
    with open(path, encoding='utf-8') as lines:
        return [json.loads(line) for line in lines]


def read_frames(video):
    """One JPEG a second, of the middle of it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ['gst-launch-1.0', '-q', 'filesrc', f'location={video}', '!',
             'decodebin', '!', 'videoconvert', '!', 'videorate', '!',
             'videoscale', '!', 'video/x-raw,framerate=2/1,'
             f'width={2 * FRAME_WIDTH},height={2 * FRAME_HEIGHT}', '!',
             'jpegenc', 'quality=80', '!', 'multifilesink',
             f'location={folder}/%03d.jpg'], check=True)
        return [path.read_bytes()
                for path in sorted(pathlib.Path(folder).iterdir())[1::2]]


def x_of(seconds):
    return LEFT + seconds * STEP


def y_of(progress):
    return PLOT_TOP + PLOT_HEIGHT * (1 - progress)


def text(x, y, words, anchor='middle', colour=INK, size=13, more=''):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
            f'fill="{colour}" font-size="{size}" {more}>{escape(words)}</text>')


def line(points, colour, width, more=''):
    joined = ' '.join(f'{x:.1f},{y:.1f}' for x, y in points)
    return (f'<polyline points="{joined}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}" {more}/>')


def draw_frames(frames):
    for second, frame in enumerate(frames):
        data = base64.b64encode(frame).decode('ascii')
        yield (f'<image x="{x_of(second + 0.5) - FRAME_WIDTH / 2:.1f}" y="{TOP}" '
               f'width="{FRAME_WIDTH}" height="{FRAME_HEIGHT}" '
               f'href="data:image/jpeg;base64,{data}"/>')


def draw_axes(n_seconds):
    for progress in (0, 0.5, 1):
        y = y_of(progress)
        yield line([(LEFT, y), (x_of(n_seconds), y)],
                   '#e3e5e8', 1)
        yield text(LEFT - 10, y + 4, f'{progress:g}', 'end', GREY)
    for second in range(n_seconds + 1):
        yield text(x_of(second), PLOT_TOP + PLOT_HEIGHT + 20, f'{second} s',
                   colour=GREY, more='stroke="#ffffff" stroke-width="6" '
                   'paint-order="stroke"')


def draw_curves(samples, truth):
    yield line([(x_of(row['stream_time'] / 1e9), y_of(row['progress']))
                for row in truth], GREY, 1.5, 'stroke-dasharray="5 4"')
    points = [(x_of(sample['stream_time'] / 1e9), y_of(sample['progress']))
              for sample in samples]
    yield line(points, GREEN, 2.5, 'stroke-linejoin="round"')
    for x, y in points:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{GREEN}"/>'


def draw_words(samples):
    top = PLOT_TOP + PLOT_HEIGHT + 50
    for seconds in SAID:
        sample = min(samples, key=lambda s: abs(s['stream_time'] / 1e9 - seconds))
        x = x_of(sample['stream_time'] / 1e9)
        yield line([(x, y_of(sample['progress'])), (x, top - 16)], GREEN, 1,
                   'stroke-dasharray="2 3"')
        for i, words in enumerate(textwrap.wrap(sample['description'], 36)):
            yield text(x, top + 17 * i, words, more='font-style="italic"')


def draw(folder):
    [record] = read_lines(folder / 'results.jsonl')
    frames = read_frames(folder / 'episode.mp4')
    truth = read_lines(folder / 'truth.jsonl')[::6]
    width = x_of(len(frames)) + 30
    height = PLOT_TOP + PLOT_HEIGHT + 112
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" '
           f'height="{height}" viewBox="0 0 {width:.0f} {height}" '
           'font-family="DejaVu Sans, Verdana, sans-serif">')
    yield (f'<rect width="{width:.0f}" height="{height}" rx="8" '
           'fill="#ffffff"/>')
    yield text(LEFT, 28, f"“{record['task']}”", 'start', size=16,
               more='font-weight="bold"')
    yield text(x_of(len(frames)), 28, '● progress by scoresink', 'end', GREEN)
    yield text(x_of(len(frames)) - 190, 28, '- - truth of the toy robot', 'end', GREY)
    yield from draw_frames(frames)
    yield from draw_words(record['samples'])
    yield from draw_axes(len(frames))
    yield from draw_curves(record['samples'], truth)
    yield '</svg>'


def main(words):
    if len(words) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    svg = '\n'.join(draw(pathlib.Path(words[0]))) + '\n'
    pathlib.Path(words[1]).write_text(svg, encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
