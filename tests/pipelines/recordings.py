#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""overlay-recording.sh, annotate-recording.sh and live-camera.sh as their users
run them, against the simulator."""

import os
import re
import shutil
import subprocess
import unittest

import chain

FOLDER = chain.SOURCE_DIR / 'pipelines'
SCRIPTS = ('overlay-recording.sh', 'annotate-recording.sh', 'live-camera.sh')
TASK = 'put the cup on the plate'
CLIPS = chain.pathlib.Path(os.environ.get('SCORE_CLIPS', ''))
CUE = re.compile(r'(\d+):(\d+):([\d.]+) --> (\d+):(\d+):([\d.]+)\n(.*)')


def probe(video, kind, what):
    done = subprocess.run(
        ['ffprobe', '-v', 'error', '-select_streams', kind, '-show_data_hash',
         'md5', '-show_entries', what, '-of', 'csv=p=0', str(video)],
        stdout=subprocess.PIPE, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line]


def packets(video, kind):
    return [line.rpartition('MD5:')[2]
            for line in probe(video, kind, 'packet=data_hash')]


def cues(vtt):
    text = vtt.read_text('utf-8')
    if not text.startswith('WEBVTT\n\n'):
        raise AssertionError(text)
    return [(float(c[0]) * 3600 + float(c[1]) * 60 + float(c[2]),
             float(c[3]) * 3600 + float(c[4]) * 60 + float(c[5]), c[6])
            for c in CUE.findall(text)]


class Recordings(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('recordings')
        cls.silent = cls.folder / 'silent.mp4'
        chain.render(cls.silent, TASK, 'success', 3)
        cls.loud = cls.folder / 'loud.mp4'
        chain.launch('filesrc', f'location={cls.silent}', '!', 'qtdemux',
                     'name=d', 'mp4mux', 'name=m', '!', 'filesink',
                     f'location={cls.loud}', 'd.video_0', '!', 'queue', '!',
                     'm.video_0', 'audiotestsrc', 'num-buffers=300', '!',
                     'avenc_aac', '!', 'queue', 'max-size-time=0',
                     'max-size-buffers=0', '!', 'm.audio_0')
        cls.simulator = chain.Simulator()
        cls.simulator.__enter__()
        cls.addClassCleanup(cls.simulator.stop)

    def run_script(self, name, *words):
        return subprocess.run(
            ['bash', str(FOLDER / name), '--no-install', *map(str, words)],
            cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
            capture_output=True, timeout=60, check=False,
            env={**os.environ, 'SCORE_BUILD_DIR': str(chain.BUILD_DIR),
                 'SCORE_BASE_URL': self.simulator.url})

    def succeed(self, name, *words):
        done = self.run_script(name, *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def check_annotated(self, video, out):
        self.assertEqual(packets(out, 'v'), packets(video, 'v'))
        self.assertEqual(len(probe(out, 's', 'stream=codec_name')), 1)
        found = cues(out.with_suffix('.vtt'))
        self.assertGreater(len(found), 0)
        for (_, end, _), (start, _, _) in zip(found, found[1:]):
            self.assertAlmostEqual(end, start, delta=0.002)
        self.assertTrue(all(end > start for start, end, _ in found))
        return found

    def test_help_helps(self):
        for name in SCRIPTS:
            done = self.run_script(name, '--help')
            self.assertEqual(done.returncode, 0, name)
            self.assertIn('Usage:', done.stdout)
            self.assertEqual(done.stderr, '')

    def test_wrong_use_is_one_line(self):
        for name in SCRIPTS[:2]:
            for words in ([], [self.silent], ['missing.mp4', 'out.mp4'],
                          [self.silent, 'no/such/out.mp4'],
                          [self.silent, self.silent], [self.silent, 'out.x'],
                          ['--nonsense'], ['--task']):
                with self.subTest(name=name, words=words):
                    done = self.run_script(name, *words)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertEqual(len(done.stderr.splitlines()), 1)

    def test_annotated_recordings_keep_their_packets(self):
        for video in (self.silent, self.loud):
            for end in ('mp4', 'mkv'):
                with self.subTest(video=video.name, end=end):
                    out = self.folder / f'{video.stem}-annotated.{end}'
                    self.succeed('annotate-recording.sh', '--task', TASK,
                                 video, out)
                    found = self.check_annotated(video, out)
                    self.assertEqual(found[0][0], 0)
                    self.assertEqual(packets(out, 'a'), packets(video, 'a'))

    def test_every_frame_has_its_cue(self):
        out = self.folder / 'every.mp4'
        self.succeed('annotate-recording.sh', '--task', TASK, '--every-frame',
                     self.silent, out)
        self.assertEqual(len(cues(out.with_suffix('.vtt'))),
                         len(packets(self.silent, 'v')))

    def test_drawn_recordings_keep_audio_and_frames(self):
        for video in (self.silent, self.loud):
            out = self.folder / f'{video.stem}-drawn.mp4'
            self.succeed('overlay-recording.sh', '--task', TASK, video, out)
            self.assertEqual(len(packets(out, 'v')), len(packets(video, 'v')))
            self.assertEqual(packets(out, 'a'), packets(video, 'a'))

    def test_camera_is_a_toy_where_there_is_none(self):
        if os.path.exists('/dev/video0'):
            self.skipTest('there is a camera')
        done = self.run_script('live-camera.sh', '--headless', '--buffers', 15)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn('no camera', done.stderr)

    @unittest.skipUnless((CLIPS / 'manifest.jsonl').is_file(), 'no clips')
    def test_clips_keep_their_packets(self):
        def annotate(clip):
            video = CLIPS / clip['file']
            end = 'vtt' if video.suffix == '.gif' else 'mkv'
            out = self.folder / f'clip-{video.stem}.{end}'
            return video, out, self.run_script('annotate-recording.sh',
                                               '--task', 'wave', video, out)
        clips = chain.read_lines(CLIPS / 'manifest.jsonl')
        for video, out, done in chain.on_both_cores(annotate, clips):
            with self.subTest(clip=video.name):
                self.assertEqual(done.returncode, 0, done.stderr)
                if out.suffix == '.mkv':
                    self.check_annotated(video, out)


if __name__ == '__main__':
    if not (shutil.which('ffmpeg') and shutil.which('ffprobe')):
        chain.skip('no ffprobe to look at the results with')
    unittest.main(verbosity=2)
