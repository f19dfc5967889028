#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""overlay-recording.sh, annotate-recording.sh, live-camera.sh and
record-with-progress.sh as their users run them, against the simulator.

With SCORE_SOAK=1 every clip goes into every container.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

import chain

FOLDER = chain.SOURCE_DIR / 'pipelines'
RECORDINGS = ('overlay-recording.sh', 'annotate-recording.sh')
CAMERAS = ('live-camera.sh', 'record-with-progress.sh')
TASK = 'put the cup on the plate'
# What the clips cannot be put into as they are, as docs/recipes.md says.
REFUSED = {('.webm', 'mp4')}
SOAK = bool(os.environ.get('SCORE_SOAK'))
CLIPS = chain.pathlib.Path(os.environ.get('SCORE_CLIPS', ''))
CUE = re.compile(r'(?:(\d+):)?(\d+):([\d.]+) --> (?:(\d+):)?(\d+):([\d.]+)\n(.*)')


def probe(video, kind, what):
    done = subprocess.run(
        ['ffprobe', '-v', 'error', '-select_streams', kind, '-show_data_hash',
         'md5', '-show_entries', what, '-of', 'csv=p=0', str(video)],
        stdout=subprocess.PIPE, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line]


def packets(video, kind):
    return [line.rpartition('MD5:')[2]
            for line in probe(video, kind, 'packet=data_hash')]


def frame_times(video):
    return sorted(float(time) for time in probe(video, 'v', 'packet=pts_time'))


def is_key(video):
    """Of every packet of the video, whether it is a key frame."""
    return ['K' in flags for flags in probe(video, 'v', 'packet=flags')]


def progress_at(record, time):
    """Between samples on a line, as a record means it."""
    samples = [(sample['stream_time'] / 1e9, sample['progress'])
               for sample in record['samples']]
    before = max((s for s in samples if s[0] <= time), default=samples[0])
    after = min((s for s in samples if s[0] >= time), default=samples[-1])
    if after[0] == before[0]:
        return before[1]
    return before[1] + ((after[1] - before[1]) * (time - before[0])
                        / (after[0] - before[0]))


def cues(vtt):
    text = vtt.read_text('utf-8')
    if not text.startswith('WEBVTT\n\n'):
        raise AssertionError(text)
    return [(float(c[0] or 0) * 3600 + float(c[1]) * 60 + float(c[2]),
             float(c[3] or 0) * 3600 + float(c[4]) * 60 + float(c[5]), c[6])
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
        # Frames at uneven times, and a picture that is to be turned.
        cls.uneven = cls.folder / 'uneven.mp4'
        subprocess.run(
            ['ffmpeg', '-v', 'error', '-i', str(cls.silent), '-vf',
             "select='mod(n,5)*mod(n,7)'", '-vsync', 'vfr', '-bf', '2',
             str(cls.uneven)], check=True, stdin=subprocess.DEVNULL)
        cls.turned = cls.folder / 'turned.mp4'
        subprocess.run(
            ['ffmpeg', '-v', 'error', '-i', str(cls.silent), '-c', 'copy',
             '-metadata:s:v', 'rotate=90', str(cls.turned)], check=True,
            stdin=subprocess.DEVNULL)
        cls.simulator = chain.Simulator()
        cls.simulator.__enter__()
        cls.addClassCleanup(cls.simulator.stop)

    def start_script(self, name, *words, simulator=None):
        """In a group of processes, as a shell starts it."""
        return subprocess.Popen(
            ['bash', str(FOLDER / name), '--no-install', *map(str, words)],
            cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, 'SCORE_BUILD_DIR': str(chain.BUILD_DIR),
                 'SCORE_BASE_URL': simulator or self.simulator.url})

    def run_all(self, jobs):
        """(job, what came of it) of every (name, words)."""
        return chain.on_both_cores(
            lambda job: (job, self.run_script(job[0], *job[1])), jobs)

    def end_script(self, process):
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            running = subprocess.run(
                ['ps', '-o', 'pid,stat,wchan:20,etime,args', '-g',
                 str(process.pid)], text=True, stdout=subprocess.PIPE,
                check=False).stdout
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise AssertionError(
                f'{process.args} did not end:\n{out}{err}{running}') from None
        return subprocess.CompletedProcess(process.args, process.returncode,
                                           out, err)

    def run_script(self, name, *words):
        return self.end_script(self.start_script(name, *words))

    def interrupt(self, process, word):
        """Ctrl-C, once there is a line with this word."""
        for line in process.stdout:
            if word in line:
                break
        os.killpg(process.pid, signal.SIGINT)
        return self.end_script(process)

    def succeed(self, name, *words):
        done = self.run_script(name, *words)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def check_annotated(self, video, out):
        self.assertEqual(packets(out, 'v'), packets(video, 'v'))
        self.assertEqual(len(probe(out, 's', 'stream=codec_name')), 1)
        found = cues(out.with_suffix('.vtt'))
        self.assertGreater(len(found), 0)
        for (_, end, text), (start, _, other) in zip(found, found[1:]):
            self.assertAlmostEqual(end, start, delta=0.002)
            self.assertNotEqual(text, other)
        self.assertTrue(all(end > start for start, end, _ in found))
        return found

    def check_record(self, record, found, times):
        """That the cue of every frame says what the record says, but for the
        rounding to whole percent and to whole frames."""
        for time in times:
            said = [text for start, end, text in found
                    if start <= time + 0.002 < end]
            self.assertEqual(len(said), 1, time)
            self.assertAlmostEqual(float(said[0].rstrip('%')),
                                   100 * progress_at(record, time), delta=1.5)

    def test_help_helps(self):
        for name in RECORDINGS + CAMERAS:
            done = self.run_script(name, '--help')
            self.assertEqual(done.returncode, 0, name)
            self.assertIn('Usage:', done.stdout)
            self.assertEqual(done.stderr, '')

    def check_wrong_use(self, jobs):
        for job, done in self.run_all(jobs):
            with self.subTest(job=job):
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_wrong_use_is_one_line(self):
        self.check_wrong_use([(name, words) for name in RECORDINGS for words in (
            [], [self.silent], ['missing.mp4', 'out.mp4'],
            [self.silent, 'no/such/out.mp4'], [self.silent, self.silent],
            [self.silent, 'out.x'], ['--nonsense'], ['--task'])])

    def test_cameras_that_are_none_are_one_line(self):
        full = self.folder / 'full'
        full.mkdir()
        (full / 'file').touch()
        cases = [('live-camera.sh', words) for words in (
            ['missing'], ['http://host/x'], [self.silent], ['a', 'b'],
            ['--episode', '0'], ['--episode'], ['--buffers', 'x'],
            ['--record', 'no/such/file'], ['--nonsense'])]
        cases += [('record-with-progress.sh', words) for words in (
            [], ['new', 'missing'], ['new', 'http://host/x'], ['no/such/new'],
            [full], [self.silent], ['--episodes', '0', 'new'],
            ['--container', 'avi', 'new'], ['--task'], ['a', 'b', 'c'])]
        self.check_wrong_use(cases)
        self.assertFalse((self.folder / 'new').exists())

    def test_dead_cameras_are_named(self):
        jobs = []
        for n, camera in enumerate(('rtsp://127.0.0.1:9/dead', '/dev/null')):
            jobs += [('live-camera.sh', ['--headless', camera]),
                     ('record-with-progress.sh', [f'dead-{n}', camera])]
        for (name, words), done in self.run_all(jobs):
            with self.subTest(name=name, words=words):
                self.assertEqual(done.returncode, 1, done.stderr)
                last = done.stderr.splitlines()[-1]
                self.assertIn(name, last)
                self.assertIn(words[-1], last)
                self.assertFalse((self.folder / words[0]).exists())

    def test_annotated_recordings_keep_their_packets(self):
        jobs = [('annotate-recording.sh', [
            '--task', TASK, video,
            self.folder / f'{video.stem}-annotated-{end}.{end}'])
                for video in (self.silent, self.loud) for end in ('mp4', 'mkv')]
        for (_, words), done in self.run_all(jobs):
            video, out = words[2:]
            with self.subTest(out=out.name):
                self.assertEqual(done.returncode, 0, done.stderr)
                found = self.check_annotated(video, out)
                self.assertEqual(found[0][0], 0)
                self.assertEqual(packets(out, 'a'), packets(video, 'a'))
                record, = chain.read_lines(out.with_suffix('.jsonl'))
                self.check_record(record, found, frame_times(video))

    def test_uneven_frames_have_their_cues(self):
        times = frame_times(self.uneven)
        self.assertGreater(len({round(b - a, 3)
                                for a, b in zip(times, times[1:])}), 1)
        for end in ('mp4', 'mkv'):
            out = self.folder / f'uneven-annotated.{end}'
            self.succeed('annotate-recording.sh', '--task', TASK,
                         '--every-frame', self.uneven, out)
            others = frame_times(out)
            for time, other in zip(times, others):
                self.assertAlmostEqual(time - times[0], other - others[0],
                                       delta=0.002)
            self.assertEqual(packets(out, 'v'), packets(self.uneven, 'v'))
            record, = chain.read_lines(out.with_suffix('.jsonl'))
            self.check_record(record, cues(out.with_suffix('.vtt')), times)

    def test_a_turn_that_is_lost_is_said(self):
        done = self.succeed('annotate-recording.sh', '--task', TASK,
                            self.turned, 'turned-annotated.mkv')
        self.assertIn('(rotate-', done.stderr)

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

    @unittest.skipIf(os.path.exists('/dev/video0'), 'there is a camera')
    def test_camera_is_a_toy_where_there_is_none(self):
        done = self.succeed('live-camera.sh', '--headless', '--buffers', 15)
        self.assertIn('no camera', done.stderr)

    @unittest.skipIf(os.path.exists('/dev/video0'), 'there is a camera')
    def test_ctrl_c_ends_a_camera(self):
        record = self.folder / 'live.jsonl'
        done = self.interrupt(
            self.start_script('live-camera.sh', '--headless', '--record',
                              record), 'score/episode-started')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([row['status'] for row in chain.read_lines(record)],
                         ['scored'])

    def test_rtsp(self):
        with subprocess.Popen(
                [sys.executable,
                 str(chain.SOURCE_DIR / 'tests/pipelines/rtspserver.py')],
                stdout=subprocess.PIPE, text=True) as server:
            url = server.stdout.readline().strip()
            if not url:
                self.skipTest('no binding of the RTSP server')
            try:
                self.check_rtsp(url)
            finally:
                server.terminate()

    def check_rtsp(self, url):
        self.succeed('live-camera.sh', '--headless', '--buffers', 15, url)
        folder = self.folder / 'rtsp'
        self.succeed('record-with-progress.sh', '--episode', 1, '--episodes', 2,
                     folder, url)
        self.assertEqual(self.check_fragments(folder, 'mkv'), 2)

    def check_fragments(self, folder, end):
        """A file an episode, with its name, its frames and its texts."""
        records = chain.read_lines(folder / 'scores.jsonl')
        self.assertEqual({path.name for path in folder.iterdir()},
                         {f"{record['episode_id']}.{end}"
                          for record in records} | {'scores.jsonl'})
        for record in records:
            video = folder / f"{record['episode_id']}.{end}"
            keys = is_key(video)
            self.assertTrue(keys[0])
            self.assertEqual(len(keys), record['n_frames'])
            self.assertEqual(len(probe(video, 's', 'stream=codec_name')), 1)
            vtt = video.with_suffix('.vtt')
            subprocess.run(['ffmpeg', '-v', 'error', '-y', '-i', str(video),
                            str(vtt)], check=True, stdin=subprocess.DEVNULL)
            found = cues(vtt)
            vtt.unlink()
            self.assertAlmostEqual(found[0][0], 0, delta=0.002)
            began = record['samples'][0]['stream_time']
            for sample in record['samples']:
                sample['stream_time'] -= began
            self.check_record(record, found, frame_times(video))
        return len(records)

    @unittest.skipIf(os.path.exists('/dev/video0'), 'there is a camera')
    def test_a_file_an_episode(self):
        def record(end):
            folder = self.folder / f'episodes-{end}'
            return end, folder, self.succeed(
                'record-with-progress.sh', '--container', end, '--episode', 2,
                '--episodes', 3, folder)
        for end, folder, done in chain.on_both_cores(record, ['mkv', 'mp4']):
            self.assertIn('no camera', done.stderr)
            self.assertEqual(self.check_fragments(folder, end), 3)

    @unittest.skipIf(os.path.exists('/dev/video0'), 'there is a camera')
    def test_ctrl_c_leaves_whole_files(self):
        folder = self.folder / 'interrupted'
        done = self.interrupt(
            self.start_script('record-with-progress.sh', '--episode', 2,
                              folder), '.mkv')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreaterEqual(self.check_fragments(folder, 'mkv'), 1)

    @unittest.skipIf(os.path.exists('/dev/video0'), 'there is a camera')
    def test_what_is_not_scored_is_still_recorded(self):
        folder = self.folder / 'unscored'
        done = self.end_script(self.start_script(
            'record-with-progress.sh', '--episode', 1, '--duration', 1, folder,
            simulator='http://127.0.0.1:9/v1'))
        self.assertEqual(done.returncode, 1, done.stderr)
        record, = chain.read_lines(folder / 'scores.jsonl')
        self.assertEqual(record['status'], 'failed')
        self.assertEqual(len(is_key(folder / f"{record['episode_id']}.mkv")),
                         record['n_frames'])

    @unittest.skipUnless((CLIPS / 'manifest.jsonl').is_file(), 'no clips')
    def test_clips_keep_their_packets(self):
        def annotate(job):
            video, end = job
            out = self.folder / f'clip-{video.stem}-{end}.{end}'
            return video, out, self.run_script('annotate-recording.sh',
                                               '--task', 'wave', video, out)

        def containers(n, video):
            if video.suffix == '.gif':
                return ['vtt']
            both = ['mkv', 'mp4']
            return both if SOAK else both[n % 2:][:1]

        clips = [CLIPS / clip['file']
                 for clip in chain.read_lines(CLIPS / 'manifest.jsonl')]
        jobs = [(video, end) for n, video in enumerate(clips)
                for end in containers(n, video)]
        for video, out, done in chain.on_both_cores(annotate, jobs):
            with self.subTest(clip=video.name, out=out.suffix):
                if (video.suffix, out.suffix[1:]) in REFUSED:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn('cannot be put into mp4', done.stderr)
                    self.assertFalse(out.exists())
                    continue
                self.assertEqual(done.returncode, 0, done.stderr)
                if out.suffix != '.vtt':
                    self.check_annotated(video, out)
                    self.assertEqual(len(packets(out, 'a')) > 0,
                                     len(packets(video, 'a')) > 0)


if __name__ == '__main__':
    if not (shutil.which('ffmpeg') and shutil.which('ffprobe')):
        chain.skip('no ffprobe to look at the results with')
    unittest.main(verbosity=2)
