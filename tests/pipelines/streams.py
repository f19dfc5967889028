#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams whose times are not simply 0, 1, 2, and a sink that is not alone.

Frames that are coded out of order, containers that begin late, and a tee: the
first frame is the first sample, and who stands beside scoresink gets it all.
"""

import re
import unittest

import chain
import modelserver

SECOND = 1_000_000_000
RATE = 15
N_FRAMES = 60
SIZE = (160, 120)
FRAME_BYTES = SIZE[0] * SIZE[1] * 3
# Something moves in every frame, and no two look alike.
SOURCE = ('videotestsrc', 'pattern=ball', f'num-buffers={N_FRAMES}')
FORMAT = ('!', f'video/x-raw,width={SIZE[0]},height={SIZE[1]},'
          f'framerate={RATE}/1')
B_FRAMES = ('x264enc', 'bframes=3', 'b-adapt=false', 'key-int-max=30', '!',
            'h264parse')
STAMPS = re.compile(r'dts: (\S+), pts: (\S+),')


def as_time(word):
    if word == 'none':
        return None
    hours, minutes, seconds = word.split(':')
    whole, part = seconds.split('.')
    return ((int(hours) * 60 + int(minutes)) * 60 + int(whole)) * SECOND + \
        int(part)


def stamps(video, *words):
    """(dts, pts) of every buffer that comes out of these elements."""
    said = chain.launch('filesrc', f'location={video}', '!', *words, '!',
                        'identity', 'silent=false', '!', 'fakesink',
                        options=('-v',))
    return [tuple(map(as_time, found)) for found in STAMPS.findall(said)]


def in_rgb(path, *words):
    """What a pipeline decodes, frame by frame."""
    chain.launch(*words, '!', 'videoconvert', '!', 'video/x-raw,format=RGB', '!',
                 'filesink', f'location={path}')
    data = path.read_bytes()
    return [data[at:at + FRAME_BYTES]
            for at in range(0, len(data), FRAME_BYTES)]


def difference(a, b):
    return sum(abs(x - y) for x, y in zip(a, b)) / len(a)


class Streams(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('streams')

    def record(self, name, *words, late=0):
        video = self.folder / name
        chain.launch('-e', *SOURCE, f'timestamp-offset={late}', *FORMAT, '!',
                     *words, '!', 'filesink', f'location={video}')
        return video

    def score(self, video, **properties):
        with modelserver.ModelServer() as server:
            record = chain.score(video, f'{video}.jsonl', 'follow the ball',
                                 base_url=server.url, **properties)
        self.assertEqual(record['status'], 'scored', record.get('error'))
        return record, server.pictures()

    def check_samples(self, video):
        """Times and pictures are those of the frames, the first to the last."""
        record, pictures = self.score(video)
        self.assertEqual(record['n_frames'], N_FRAMES)
        times = [pts for _, pts in stamps(video, 'decodebin')]
        frames = in_rgb(self.folder / f'{video.name}.rgb', 'filesrc',
                        f'location={video}', '!', 'decodebin')
        self.assertEqual(len(frames), N_FRAMES)
        samples = record['samples']
        for sample in samples:
            number = times.index(sample['timestamp'])
            since = sample['stream_time'] - samples[0]['stream_time']
            self.assertLess(abs(since - number * SECOND / RATE),
                            SECOND / RATE / 4, sample)
            self.check_picture(pictures[f'{since / SECOND:.2f}'], frames,
                               number)
        self.assertEqual(samples[0]['timestamp'], times[0])
        self.assertEqual(samples[0]['running_time'], 0)
        self.assertEqual(samples[-1]['timestamp'], times[-1])
        return samples[0]

    def check_picture(self, jpeg, frames, number):
        path = self.folder / 'sample.jpg'
        path.write_bytes(jpeg)
        shown, = in_rgb(self.folder / 'sample.rgb', 'filesrc',
                        f'location={path}', '!', 'jpegdec')
        near = min(range(len(frames)),
                   key=lambda i: difference(frames[i][::7], shown[::7]))
        self.assertEqual(near, number)

    def test_b_frames_in_mp4(self):
        """The first time stamp is not 0, and an edit list makes it so."""
        video = self.record('b-frames.mp4', *B_FRAMES, '!', 'mp4mux')
        times = [pts for _, pts in stamps(video, 'qtdemux')]
        self.assertNotEqual(times, sorted(times))
        first = self.check_samples(video)
        self.assertGreater(first['timestamp'], 0)
        self.assertEqual(first['stream_time'], 0)

    def test_late_start_in_matroska(self):
        """The demuxer's stream time begins with the first frame."""
        video = self.record('late.mkv', *B_FRAMES, '!', 'matroskamux',
                            late=2 * SECOND)
        first = self.check_samples(video)
        self.assertEqual(first['timestamp'], 2 * SECOND)
        self.assertEqual(first['stream_time'], 0)

    def test_late_start_in_a_transport_stream(self):
        video = self.record('late.ts', *B_FRAMES, '!', 'mpegtsmux')
        first = self.check_samples(video)
        self.assertGreater(first['timestamp'], 0)

    def test_a_branch_beside_gets_every_frame(self):
        video = self.record('beside.mp4', *B_FRAMES, '!', 'mp4mux')
        whole = self.count_beside(video)
        throttled = self.count_beside(video, 'decoder-throttle=true')
        print(f'beside scoresink: {whole} of {N_FRAMES} frames, '
              f'{throttled} with decoder-throttle')
        self.assertEqual(whole, N_FRAMES)

    def count_beside(self, video, *words):
        """Frames that the other branch of a tee gets."""
        raw = self.folder / 'beside.rgb'
        with modelserver.ModelServer() as server:
            chain.launch('filesrc', f'location={video}', '!', 'decodebin', '!',
                         'tee', 'name=t', '!', 'queue', '!', 'scoresink',
                         'task=follow the ball', f'base-url={server.url}',
                         *words, 't.', '!', 'queue', '!', 'videoconvert', '!',
                         'video/x-raw,format=RGB', '!', 'filesink',
                         f'location={raw}')
            self.assertGreater(len(server.requests), 2)
        self.assertEqual(raw.stat().st_size % FRAME_BYTES, 0)
        return raw.stat().st_size // FRAME_BYTES


if __name__ == '__main__':
    unittest.main(verbosity=2)
