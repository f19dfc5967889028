#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Recordings of real robots, in every container and codec that is at hand.

Each goes through `decodebin ! scoresink` to a server that keeps what it was
asked: the samples' times are held against the container's, the pictures against
what ffmpeg shows of the same frames, and with decoder-throttle they must be the
same bytes.
"""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import unittest

import chain
import modelserver

CLIPS = pathlib.Path(os.environ.get('SCORE_CLIPS', ''))
SECOND = 1_000_000_000
DIFFERENCE = 8          # of 255, the mean over a picture
HAS_FFMPEG = bool(shutil.which('ffmpeg') and shutil.which('ffprobe'))


def ffmpeg(*words, data=None):
    return subprocess.run(['ffmpeg', '-v', 'error', '-threads', '1', *words],
                          input=data, stdout=subprocess.PIPE, check=True,
                          stdin=None if data else subprocess.DEVNULL).stdout


def probe(video, what):
    done = subprocess.run(
        ['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-of', 'json',
         '-show_entries', what, str(video)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def frame_times(video):
    """Presentation times of the container's frames, in nanoseconds."""
    if HAS_FFMPEG:
        frames = probe(video, 'frame=best_effort_timestamp_time')['frames']
        return sorted(round(float(frame['best_effort_timestamp_time']) * SECOND)
                      for frame in frames)
    said = chain.launch('filesrc', f'location={video}', '!', 'decodebin', '!',
                        'identity', 'silent=false', '!', 'fakesink',
                        options=('-v',))
    times = []
    for word in said.split('pts: ')[1:]:
        hours, minutes, seconds = word.split(',')[0].split(':')
        times.append(round((int(hours) * 3600 + int(minutes) * 60 +
                            float(seconds)) * SECOND))
    return [time - min(times) for time in sorted(times)]


def jpeg_size(jpeg):
    """Width and height, from the start-of-frame marker."""
    at = 2
    while jpeg[at + 1] not in (0xc0, 0xc1, 0xc2):
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], 'big')
    return (int.from_bytes(jpeg[at + 7:at + 9], 'big'),
            int.from_bytes(jpeg[at + 5:at + 7], 'big'))


def upright_size(clip):
    width, height = clip['width'], clip['height']
    if (clip['rotation'] or 0) % 180:
        width, height = height, width
    if clip['sar']:
        across, down = map(int, clip['sar'].split(':'))
        width = width * across / down
    return width, height


def mean_differences(jpegs, video, numbers, size):
    """Of every JPEG to that frame as ffmpeg shows it, turned as it says."""
    select = '+'.join(f'eq(n,{number})' for number in numbers)
    shown = ffmpeg('-i', str(video), '-vf',
                   f"select='{select}',scale={size[0]}:{size[1]}:flags=area",
                   '-vsync', '0', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-')
    sent = ffmpeg('-f', 'mjpeg', '-i', '-', '-vsync', '0', '-f', 'rawvideo',
                  '-pix_fmt', 'rgb24', '-', data=b''.join(jpegs))
    if len(shown) != len(sent):
        raise AssertionError(f'{video.name}: {len(sent)} bytes of pictures '
                             f'sent, {len(shown)} shown')
    bytes_of_one = size[0] * size[1] * 3
    return [sum(map(abs, map(int.__sub__, shown[at:at + bytes_of_one],
                             sent[at:at + bytes_of_one]))) / bytes_of_one
            for at in range(0, len(sent), bytes_of_one)]


class Run:
    """One clip, scored by a server that keeps its questions."""

    def __init__(self, clip, results, throttle):
        self.video = CLIPS / clip['file']
        with modelserver.ModelServer() as server:
            self.record = chain.score(
                self.video, results, clip['instruction'],
                base_url=server.url, decoder_throttle=str(throttle).lower())
        self.requests = server.requests
        self.everything = [request.raw for request in server.requests]
        self.everything += server.heads
        self.pictures = server.pictures()
        self.samples = self.record['samples']

    def label(self, sample):
        """The time that the sample's label in a question has."""
        since = sample['running_time'] - self.samples[0]['running_time']
        return f'{since / SECOND:.2f}'

    def picture(self, sample):
        return self.pictures[self.label(sample)]

    def by_time(self):
        return {sample['stream_time']: self.picture(sample)
                for sample in self.samples}


class Row:
    """What is known of one clip after all its runs; or why there are none."""

    def __init__(self, clip, folder, simulator):
        self.clip = clip
        self.name = clip['file']
        self.missing = None
        stem = folder / self.name
        try:
            self.whole = Run(clip, f'{stem}.jsonl', False)
        except AssertionError as error:
            if 'missing a plug-in' not in str(error):
                raise
            self.missing = 'no decoder for this clip'
            return
        self.throttled = Run(clip, f'{stem}.throttled.jsonl', True)
        self.simulated = chain.score(
            CLIPS / self.name, f'{stem}.simulated.jsonl', clip['instruction'],
            **simulator.settings())
        self.times = frame_times(CLIPS / self.name)
        self.worst_difference = None
        if HAS_FFMPEG:
            self.compare_pictures()

    def compare_pictures(self):
        samples = self.whole.samples
        chosen = [samples[i] for i in
                  sorted({0, len(samples) // 2, len(samples) - 1})]
        numbers = [self.nearest(sample)[1] for sample in chosen]
        jpegs = [self.whole.picture(sample) for sample in chosen]
        self.worst_difference = max(mean_differences(
            jpegs, CLIPS / self.name, numbers, jpeg_size(jpegs[0])))

    def nearest(self, sample):
        """How far the nearest frame of the container is, and its number."""
        return min((abs(sample['stream_time'] - time), number)
                   for number, time in enumerate(self.times))

    def tolerance(self):
        """A quarter of a frame, so that no other frame can be meant."""
        return min(b - a for a, b in zip(self.times, self.times[1:])) / 4

    def show(self):
        share = self.throttled.record['n_frames'] / len(self.times)
        difference = '' if self.worst_difference is None else \
            f'{self.worst_difference:5.2f}'
        drift = max(self.nearest(sample)[0] for sample in self.whole.samples)
        size = jpeg_size(self.whole.picture(self.whole.samples[0]))
        print(f'{self.name[:40]:40} {self.clip["codec"]:6} '
              f'{size[0]:3}x{size[1]:<3} {len(self.times):4} '
              f'{self.whole.record["n_frames"]:4} '
              f'{self.throttled.record["n_frames"]:4} {share:4.0%} '
              f'{len(self.whole.samples):3} {len(self.whole.requests):3} '
              f'{drift / 1e6:6.2f} {difference:>5} '
              f'{"; ".join(self.throttled.record["notes"])}')


def of_each_clip(check):
    """Makes check (self, row) a test of every clip."""
    @functools.wraps(check)
    def test(self):
        for row in self.rows:
            with self.subTest(clip=row.name):
                check(self, row)
    return test


class Clips(unittest.TestCase):
    """Every clip of the manifest."""

    @classmethod
    def setUpClass(cls):
        folder = chain.scratch('clips')
        clips = chain.read_lines(CLIPS / 'manifest.jsonl')
        with chain.Simulator() as simulator:
            rows = chain.on_both_cores(
                lambda clip: Row(clip, folder, simulator), clips)
        cls.rows = [row for row in rows if row.missing is None]
        print('\nclip                                     codec  sent     '
              'file read thro share samples requests, ms off, difference')
        for row in rows:
            if row.missing:
                print(f'{row.name}: skipped: {row.missing}')
            else:
                row.show()

    def test_some_clips_can_be_decoded(self):
        self.assertGreater(len(self.rows), 0)

    @of_each_clip
    def test_one_record_is_scored(self, row):
        for run in (row.whole, row.throttled):
            self.assertEqual(run.record['status'], 'scored',
                             run.record.get('error'))
            self.assertEqual(run.record['task'], row.clip['instruction'])
            self.assertEqual(run.record['progress'], 1)

    @of_each_clip
    def test_every_frame_arrives(self, row):
        self.assertEqual(row.whole.record['n_frames'], len(row.times))
        self.assertEqual(len(row.times), row.clip['frames'])

    @of_each_clip
    def test_samples_have_the_times_of_frames(self, row):
        for run in (row.whole, row.throttled):
            for sample in run.samples:
                self.assertLess(row.nearest(sample)[0], row.tolerance(),
                                sample)

    @of_each_clip
    def test_first_and_last_frame_are_samples(self, row):
        samples = row.whole.samples
        self.assertEqual(row.nearest(samples[0])[1], 0)
        self.assertEqual(row.nearest(samples[-1])[1], len(row.times) - 1)
        self.assertLessEqual(len(samples), 32)

    @of_each_clip
    def test_samples_cover_the_clip(self, row):
        """A step apart, but for the distance of frames, and for the last."""
        times = [sample['stream_time'] for sample in row.whole.samples]
        doublings = 0
        while row.times[-1] / (SECOND // 2 << doublings) > 31:
            doublings += 1
        step = SECOND // 2 << doublings
        frame = max(b - a for a, b in zip(row.times, row.times[1:]))
        for n, time in enumerate(times[:-1]):
            self.assertLess(abs(time - times[0] - n * step),
                            frame + SECOND // 100)

    @of_each_clip
    def test_pictures_have_the_aspect_that_a_person_sees(self, row):
        width, height = upright_size(row.clip)
        scale = min(1, 512 / max(width, height))
        for jpeg in row.whole.pictures.values():
            sent = jpeg_size(jpeg)
            self.assertLessEqual(abs(sent[0] - width * scale), 1)
            self.assertLessEqual(abs(sent[1] - height * scale), 1)

    @unittest.skipUnless(HAS_FFMPEG, 'no ffmpeg to compare with')
    @of_each_clip
    def test_pictures_are_what_a_person_sees(self, row):
        self.assertLess(row.worst_difference, DIFFERENCE)

    @of_each_clip
    def test_no_name_of_a_file_is_sent(self, row):
        names = [row.name, pathlib.Path(row.name).stem, str(CLIPS)]
        for run in (row.whole, row.throttled):
            self.assertGreaterEqual(len(run.requests), 3)
            for sent in run.everything:
                for name in names:
                    self.assertNotIn(name.encode(), sent)

    @of_each_clip
    def test_throttled_pictures_are_the_same_bytes(self, row):
        """But for the last frame, where the decoder dropped it: then the
        record says so."""
        whole, throttled = row.whole.by_time(), row.throttled.by_time()
        last = row.whole.samples[-1]['stream_time']
        for time, jpeg in whole.items():
            if time != last or time in throttled:
                self.assertEqual(throttled[time], jpeg, time)
        extra = sorted(throttled.keys() - whole.keys())
        if last not in throttled:
            self.assertIn('last frame', '; '.join(row.throttled.record['notes']))
            extra = extra[:-1]
        self.assertEqual(extra, [])

    @of_each_clip
    def test_simulator_knows_no_real_picture(self, row):
        self.assertEqual(row.simulated['status'], 'scored')
        self.assertEqual(row.simulated['objects'], [])
        self.assertEqual({sample['progress']
                          for sample in row.simulated['samples']}, {0})


if __name__ == '__main__':
    if not (CLIPS / 'manifest.jsonl').is_file():
        chain.skip(f'no folder of recorded clips: {CLIPS}')
    unittest.main(verbosity=2)
