#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Subtitles that `gst-score-1.0 export` makes of records.

What they say at any time is held against the record, and ffprobe reads them.
"""

import json
import math
import random
import re
import shutil
import subprocess
import unittest

from exporting import MS, SECOND, ExportTest, failed, record

HAS_FFMPEG = bool(shutil.which('ffmpeg') and shutil.which('ffprobe'))
TIMES = re.compile(r'^(\d\d+):(\d\d):(\d\d)[.,](\d{3}) --> '
                   r'(\d\d+):(\d\d):(\d\d)[.,](\d{3})$')


def read_cues(text):
    """(start, end, text) of each, in milliseconds."""
    cues = []
    for block in re.split(r'\n\n+', text.strip()):
        lines = block.splitlines()
        if lines and lines[0].isdigit() and len(lines) > 1:
            lines = lines[1:]
        found = TIMES.match(lines[0]) if lines else None
        if found:
            n = [int(part) for part in found.groups()]
            times = [((n[i] * 60 + n[i + 1]) * 60 + n[i + 2]) * 1000 + n[i + 3]
                     for i in (0, 4)]
            cues.append((*times, '\n'.join(lines[1:])))
    return cues


def progress_at(made, time):
    points = [(s['stream_time'], s['progress']) for s in made['samples']]
    if time <= points[0][0]:
        return points[0][1]
    for (left, one), (right, other) in zip(points, points[1:]):
        if time <= right:
            return one + (other - one) * (time - left) / (right - left)
    return points[-1][1]


class Cues(ExportTest):

    def setUp(self):
        super().setUp()
        source = random.Random(11)
        times = sorted(source.sample(range(2 * SECOND, 30 * SECOND), 20))
        self.made = record('x', [(time, source.random()) for time in times])

    def check_cues(self, cues, said):
        """One after the other over the episode, each as long as it is true."""
        made = self.made
        self.assertEqual(cues[0][0], round(made['stream_time'] / MS))
        self.assertEqual(cues[-1][1], round(
            (made['stream_time'] + made['duration']) / MS))
        for one, other in zip(cues, cues[1:]):
            self.assertEqual(one[1], other[0])
            self.assertNotEqual(one[2], other[2])
        for start, end, text in cues:
            self.assertLess(start, end)
            # the ends are rounded to a millisecond
            for time in (start + 0.6, (start + end) / 2, end - 0.6):
                if start + 0.6 <= time <= end - 0.6:
                    self.assertIn(text, said(progress_at(made, time * MS)))

    def test_percent(self):
        def said(progress):
            near = progress * 100
            return {f'{math.floor(near + 0.5 + d):.0f}%' for d in (-1e-6, 1e-6)}
        path = self.write(self.made)
        vtt, srt = (self.export('-f', name, path) for name in ('vtt', 'srt'))
        self.assertTrue(vtt.startswith('WEBVTT\n\n'))
        self.check_cues(read_cues(vtt), said)
        self.assertEqual(read_cues(vtt), read_cues(srt))
        numbers = [int(line) for line in srt.splitlines() if line.isdigit()]
        self.assertEqual(numbers, list(range(1, len(read_cues(srt)) + 1)))

    def test_progress(self):
        text = self.export('-f', 'vtt', '--cue-text=progress',
                           self.write(self.made))
        self.check_cues(read_cues(text), lambda progress: {
            f'{progress + d:.3f}' for d in (-1e-6, 0, 1e-6)})

    def test_constant_progress_is_one_cue(self):
        path = self.write(record('x', [(k * SECOND, 0.5) for k in range(9)]))
        self.assertEqual(read_cues(self.export('-f', 'srt', path)),
                         [(0, 8100, '50%')])

    def test_a_jump_has_no_empty_cues(self):
        path = self.write(record('x', [(0, 0.0), (SECOND, 0.0),
                                       (SECOND + 5 * MS, 1.0),
                                       (2 * SECOND, 1.0)]))
        cues = read_cues(self.export('-f', 'vtt', path))
        self.assertEqual((cues[0][0], cues[-1][1], cues[-1][2]),
                         (0, 2100, '100%'))
        for one, other in zip(cues, cues[1:]):
            self.assertLess(one[0], one[1])
            self.assertEqual(one[1], other[0])

    def test_long_videos(self):
        path = self.write(record('x', [(101 * 3600 * SECOND, 0.5),
                                       (102 * 3600 * SECOND, 0.5)]))
        self.assertIn('101:00:00.000 --> 102:00:00.100',
                      self.export('-f', 'vtt', path))

    def test_descriptions_are_escaped(self):
        texts = ['The <b>cup</b> & the "bowl" --> close.',
                 'Two\n\nlines\r\n\tand {\\an8} braces.', None,
                 '\u200bÄhre 箱 🍌', '  ', '1\n00:00:00,000 --> 00:00:09,000']
        samples = [(k * SECOND, 0.1, {'description': text} if text else {})
                   for k, text in enumerate(texts)]
        path = self.write(record('x', samples))
        vtt = read_cues(self.export('-f', 'vtt', '--cue-text=description',
                                    path))
        srt = read_cues(self.export('-f', 'srt', '--cue-text=description',
                                    path))
        self.assertEqual([cue[:2] for cue in vtt],
                         [(0, 1000), (1000, 2000), (3000, 4000), (5000, 5100)])
        self.assertEqual([cue[:2] for cue in srt], [cue[:2] for cue in vtt])
        self.assertEqual(vtt[0][2], 'The &lt;b&gt;cup&lt;/b&gt; &amp; the '
                                    '"bowl" --&gt; close.')
        self.assertEqual(srt[0][2], 'The ‹b›cup‹/b› & the "bowl" --› close.')
        self.assertEqual(vtt[1][2], 'Two lines and {\\an8} braces.')
        self.assertEqual(srt[1][2], 'Two lines and (\\an8) braces.')
        self.assertEqual(vtt[2][2], texts[3])

    def test_episodes_of_one_video(self):
        path = self.write(record('b', [(3 * SECOND, 0.5), (4 * SECOND, 0.5)]),
                          failed('c'), record('a', [(0, 0.25), (SECOND, 0.25)]))
        cues = read_cues(self.export('-f', 'vtt', path, warns='"c" has no cues'))
        self.assertEqual(cues, [(0, 1100, '25%'), (3000, 4100, '50%')])

    def test_episodes_of_several_videos(self):
        path = self.write(record('a'), record('b'))
        said = self.fails('-f', 'vtt', path)
        self.assertIn('--episode', said)
        self.assertIn('line 2', said)
        self.assertIn('WEBVTT', self.export('-f', 'vtt', '-e', 'b', path))

    def test_nothing_to_say(self):
        path = self.write(failed('a'))
        self.assertEqual(self.export('-f', 'vtt', path, warns='not scored'),
                         'WEBVTT\n\n')
        self.assertEqual(self.export('-f', 'srt', path, warns='not scored'), '')

    @unittest.skipUnless(HAS_FFMPEG, 'ffmpeg is not installed')
    def test_ffprobe_reads_them(self):
        for name in ('vtt', 'srt'):
            for words in ((), ('--cue-text=progress',)):
                out = self.folder / f'cues.{name}'
                self.export('-f', name, *words, '-o', out, self.write(self.made))
                done = subprocess.run(
                    ['ffprobe', '-v', 'error', '-of', 'json', '-show_packets',
                     str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    check=True)
                self.assertEqual(done.stderr, b'')
                packets = json.loads(done.stdout)['packets']
                cues = read_cues(out.read_text('utf-8'))
                self.assertGreater(len(cues), 20)
                self.assertEqual(
                    [(packet['pts'], packet['pts'] + packet['duration'])
                     for packet in packets], [cue[:2] for cue in cues])


if __name__ == '__main__':
    unittest.main(verbosity=2)
