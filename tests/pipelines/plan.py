#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`gst-score-1.0 run` decodes less, and nobody can tell.

Every video is scored twice, decoding what samples need and decoding everything:
samples must have the same times and the same bytes. What the plan leaves out is
read from the log, so that a plan that was not made does not go unnoticed.
"""

import os
import pathlib
import random
import re
import shutil
import subprocess
import unittest

import chain
import modelserver

CLIPS = pathlib.Path(os.environ.get('SCORE_CLIPS', ''))
HAS_FFMPEG = bool(shutil.which('ffmpeg'))
SUFFIXES = ('.mp4', '.mov', '.mkv', '.webm', '.gif')
SECONDS = 120
PLANNED = re.compile(r'([^/ ]+): \d+ samples, (\d+) of (\d+) units decoded')
UNPLANNED = re.compile(r'([^/ ]+): not decoded by a plan, for (.*)')
TIMES = ('timestamp', 'stream_time', 'running_time')
PICTURES = 'testsrc2=size=96x80:rate=30:duration=5,noise=c0s=14:c0f=t'
X264 = ('-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'veryfast',
        '-threads', '1', '-x264-params')
X265 = ('-pix_fmt', 'yuv420p', '-c:v', 'libx265', '-preset', 'ultrafast',
        '-x265-params')
X265_QUIET = 'log-level=none:pools=1:frame-threads=1:'

# What is left to decode, as a share of the units; None: no plan.
ENCODINGS = {
    'gop-250.mp4': (X264 + ('keyint=250:scenecut=0',), 0.7),
    'gop-30.mp4': (X264 + ('keyint=30:scenecut=0',), 0.55),
    'gop-2.mp4': (X264 + ('keyint=2:scenecut=0',), 0.15),
    'intra.mp4': (X264 + ('keyint=1',), 0.1),
    'no-b-frames.mp4': (X264 + ('keyint=60:bframes=0',), 0.95),
    'slices.mp4': (X264 + ('keyint=48:slices=4:bframes=3',), 0.7),
    'cavlc.mp4': (X264 + ('keyint=48:cabac=0:bframes=3',), 0.7),
    'pyramid.mp4': (X264 + ('keyint=100:bframes=8:b-pyramid=strict:b-adapt=0:'
                            'ref=5:weightp=2:weightb=1',), 0.7),
    'temporal.mp4': (X264 + ('keyint=100:bframes=5:b-pyramid=normal:ref=6:'
                             'weightp=2:direct=temporal',), 0.7),
    'intra-refresh.mp4': (X264 + ('keyint=40:intra-refresh=1:bframes=3',), 0.7),
    'open-gop.mp4': (X264 + ('keyint=40:open-gop=1:bframes=5:b-adapt=0',), 0.7),
    'ten-bits.mp4': (('-pix_fmt', 'yuv420p10le') + X264[2:] +
                     ('keyint=48',), 0.7),
    'fragmented.mp4': (X264 + ('keyint=48', '-movflags',
                               'frag_keyframe+empty_moov'), 0.7),
    'transport.ts': (X264 + ('keyint=48:bframes=3:aud=1',), 0.7),
    'matroska.mkv': (X264 + ('keyint=48:bframes=3',), 0.7),
    'flash.flv': (X264 + ('keyint=48:bframes=3',), 0.7),
    'one-frame.mp4': (X264 + ('keyint=48', '-frames:v', '1'), 1),
    'two-frames.mp4': (X264 + ('keyint=48', '-frames:v', '2'), 1),
    'varying.mp4': (('-vf', r'select=not(mod(n\,7))+not(mod(n\,5))+lt(n\,50)',
                     '-fps_mode', 'vfr') + X264 + ('keyint=48',), 0.8),
    'varying.mkv': (('-vf', r'select=not(mod(n\,7))+not(mod(n\,5))+lt(n\,50)',
                     '-fps_mode', 'vfr') + X264 + ('keyint=48',), 0.8),
    'fields.mp4': (X264 + ('keyint=40:tff=1',), None),
    'no-times.avi': (X264 + ('keyint=48:bframes=3',), None),
    'no-times.h264': (X264 + ('keyint=48:bframes=3',), None),
    'hevc.mp4': (X265 + (X265_QUIET + 'keyint=48:bframes=4:open-gop=0',), 0.8),
    'hevc-open.mp4': (X265 + (X265_QUIET + 'keyint=48:bframes=4',), 0.8),
    'hevc-radl.mkv': (X265 + (X265_QUIET + 'keyint=48:bframes=4:open-gop=0:'
                              'radl=2',), 0.8),
    'hevc.ts': (X265 + (X265_QUIET + 'keyint=30:open-gop=0',), 0.8),
    'vp9.webm': (('-c:v', 'libvpx-vp9', '-g', '20', '-deadline', 'realtime',
                  '-cpu-used', '8'), 0.9),
    'vp9-hidden.webm': (('-c:v', 'libvpx-vp9', '-g', '40', '-auto-alt-ref', '1',
                         '-lag-in-frames', '16', '-deadline', 'good',
                         '-cpu-used', '8'), 1),
    'mpeg2.ts': (('-c:v', 'mpeg2video', '-bf', '2'), None),
    'mpeg4.mp4': (('-c:v', 'mpeg4', '-bf', '2'), None),
    'mjpeg.avi': (('-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg'), None),
}


def ffmpeg(*words):
    subprocess.run(['ffmpeg', '-v', 'error', '-y', *map(str, words)],
                   check=True, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def encode(video, words):
    ffmpeg('-f', 'lavfi', '-i', PICTURES, *words, video)
    return video


def read_log(path):
    """{file: (units decoded, of how many)} and {file: why there is no plan}."""
    text = path.read_text('utf-8', 'replace')
    return ({name: (int(some), int(all_)) for name, some, all_
             in PLANNED.findall(text)}, dict(UNPLANNED.findall(text)))


class Plan(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.server = modelserver.ModelServer().__enter__()
        cls.addClassCleanup(cls.server.__exit__, None, None, None)

    def setUp(self):
        self.folder = chain.scratch('plan')

    def score(self, name, videos, *words):
        """Records by id, and the log."""
        log = self.folder / f'{name}.log'
        done = subprocess.run(
            [chain.TOOL, 'run', '--quiet', '--task', 'follow it', '--base-url',
             self.server.url, '--output', self.folder / f'{name}.jsonl',
             '--samples', self.folder / name, *words, *videos],
            env=os.environ | {'GST_DEBUG': 'scoreplan:4,default:4',
                              'GST_DEBUG_FILE': str(log),
                              'GST_DEBUG_NO_COLOR': '1'},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=SECONDS, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        records = {record['episode_id']: record for record
                   in chain.read_lines(self.folder / f'{name}.jsonl')}
        self.assertEqual(len(records), len(videos))
        return records, read_log(log)

    def pictures(self, name, episode):
        return {path.name: path.read_bytes() for path
                in (self.folder / name / episode).glob('*.jpg')}

    def compare(self, videos, *words):
        """Samples of both ways are the same; returns the log of the short one."""
        videos = list(map(str, videos))
        less, log = self.score('less', videos, *words)
        everything, _ = self.score('all', videos, '--decode=all', *words)
        for episode, record in everything.items():
            with self.subTest(video=episode):
                self.check_record(less[episode], record)
                expected = self.pictures('all', episode)
                self.assertEqual(len(expected), len(record['samples']))
                self.assertEqual(self.pictures('less', episode), expected)
        planned, _ = log
        for video in videos:
            name = pathlib.Path(video).name
            if name in planned:
                episode = pathlib.Path(video).stem
                self.assertEqual(less[episode]['n_frames'],
                                 everything[episode]['n_frames'], video)
        for name in ('less', 'all'):
            shutil.rmtree(self.folder / name)
            (self.folder / f'{name}.jsonl').unlink()
        return log

    def check_record(self, less, everything):
        self.assertEqual([[sample.get(time) for time in TIMES]
                          for sample in less['samples']],
                         [[sample.get(time) for time in TIMES]
                          for sample in everything['samples']])
        self.assertEqual(less['duration'], everything['duration'])
        for note in less['notes']:
            self.assertNotIn('decoder-throttle', note)

    def make_all(self):
        """Names differ before the suffix: that is the episode's id."""
        def make(name):
            path = self.folder / name.replace('.', '-', 1)
            path = path.with_name(path.name + pathlib.Path(name).suffix)
            return name, encode(path, ENCODINGS[name][0])
        return dict(chain.on_both_cores(make, ENCODINGS))

    @unittest.skipUnless(CLIPS.is_dir(), 'there are no recorded clips')
    def test_recorded_clips(self):
        videos = [path for path in sorted(CLIPS.iterdir())
                  if path.suffix in SUFFIXES]
        planned, _ = self.compare(videos)
        for path in videos:
            if 'gif' not in path.name and 'mpeg4' not in path.name:
                self.assertIn(path.name, planned)

    def test_key_frames_far_near_and_every_other(self):
        videos = []
        for gop, share in ((250, 0.7), (30, 0.55), (2, 0.2)):
            video = self.folder / f'gop-{gop}.mp4'
            chain.render(video, 'put the banana in the bowl', 'success', 4,
                         rate=30, size=(160, 120),
                         encoder=('x264enc', 'speed-preset=veryfast',
                                  f'key-int-max={gop}', 'b-adapt=false',
                                  f'bframes={3 if gop > 2 else 0}',
                                  'option-string=scenecut=0'))
            videos.append((video, share))
        planned, _ = self.compare([video for video, _ in videos])
        for video, share in videos:
            decoded, units = planned[video.name]
            self.assertEqual(units, 240)
            self.assertLess(decoded, share * units, video)

    @unittest.skipUnless(HAS_FFMPEG, 'there is no ffmpeg')
    def test_containers_and_encodings(self):
        videos = self.make_all()
        planned, unplanned = self.compare(videos.values())
        for name, (_, share) in ENCODINGS.items():
            with self.subTest(video=name):
                path = videos[name].name
                if share is None:
                    self.assertIn(path, unplanned)
                else:
                    self.assertIn(path, planned)
                    decoded, units = planned[path]
                    self.assertLessEqual(decoded, share * units)

    @unittest.skipUnless(HAS_FFMPEG, 'there is no ffmpeg')
    def test_any_choice_of_samples(self):
        rand = random.Random(7)
        names = ('gop-250.mp4', 'pyramid.mp4', 'open-gop.mp4', 'varying.mkv',
                 'hevc-open.mp4', 'hevc-radl.mkv', 'vp9-hidden.webm')
        videos = [encode(self.folder / f'{number}-{name}', ENCODINGS[name][0])
                  for number, name in enumerate(names)]
        for _ in range(4):
            rate = f'{rand.randint(1, 120)}/{rand.randint(1, 15)}'
            most = rand.randint(2, 40)
            with self.subTest(rate=rate, most=most):
                planned, _ = self.compare(
                    videos, '--property', f'framerate={rate}',
                    '--property', f'max-frames={most}')
                self.assertEqual(len(planned), len(videos))

    @unittest.skipUnless(HAS_FFMPEG, 'there is no ffmpeg')
    def test_cut_short(self):
        videos = []
        for name in ('transport.ts', 'matroska.mkv', 'fragmented.mp4'):
            whole = encode(self.folder / name, ENCODINGS[name][0]).read_bytes()
            for tenth in (3, 5, 8):
                part = self.folder / f'{tenth}-{name}'
                part.write_bytes(whole[:len(whole) * tenth // 10 + tenth])
                videos.append(part.rename(part.with_name(
                    f'{part.suffix[1:]}-{part.name}')))
        self.compare(videos)

    @unittest.skipUnless(HAS_FFMPEG, 'there is no ffmpeg')
    def test_lost_packets(self):
        whole = encode(self.folder / 'whole.ts',
                       ENCODINGS['transport.ts'][0]).read_bytes()
        packets = [whole[at:at + 188] for at in range(0, len(whole), 188)]
        lossy = self.folder / 'lossy.ts'
        lossy.write_bytes(b''.join(
            packet for n, packet in enumerate(packets) if n < 60 or n % 97))
        self.assertIn(lossy.name, self.compare([lossy])[1])

    @unittest.skipUnless(HAS_FFMPEG, 'there is no ffmpeg')
    def test_cut_by_an_edit_list_and_beside_other_streams(self):
        whole = encode(self.folder / 'whole.mp4', ENCODINGS['gop-30.mp4'][0])
        cuts = [self.folder / f'cut-{name}.mp4' for name in ('copied', 'late')]
        ffmpeg('-ss', '1.37', '-i', whole, '-c', 'copy', cuts[0])
        ffmpeg('-i', whole, '-ss', '2.5', '-c', 'copy', cuts[1])
        small = 'testsrc=size=48x32:rate=15:duration=6'
        many = []
        for name, maps in (('sound-first.mp4', '201'), ('small-first.mkv', '102'),
                           ('large-first.mp4', '012')):
            many.append(self.folder / name)
            ffmpeg('-f', 'lavfi', '-i', PICTURES, '-f', 'lavfi', '-i', small,
                   '-f', 'lavfi', '-i', 'sine=duration=6',
                   *(word for number in maps for word in ('-map', number)),
                   *X264, 'keyint=48', '-c:a', 'aac', many[-1])
        planned, unplanned = self.compare(cuts + many)
        for path in cuts:
            self.assertIn(path.name, unplanned)
        # of Matroska it hangs on which stream comes first
        for path in many:
            if path.suffix == '.mp4':
                self.assertIn(path.name, planned)

    def test_a_file_that_is_no_video_is_a_failed_record(self):
        video = self.folder / 'torn.mp4'
        chain.render(video, 'put the banana in the bowl', 'success', 1,
                     frames=30)
        video.write_bytes(video.read_bytes()[:3000])
        done = subprocess.run(
            [chain.TOOL, 'run', '--quiet', '--task', 'follow it', '--base-url',
             self.server.url, '--output', self.folder / 'torn.jsonl', video],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
            check=False)
        self.assertEqual(done.returncode, 1, done.stdout)
        record, = chain.read_lines(self.folder / 'torn.jsonl')
        self.assertEqual(record['error']['code'], 'encode')


if __name__ == '__main__':
    unittest.main(verbosity=2)
