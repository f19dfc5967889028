#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`gst-score-1.0 run`: videos in, records out.

What is wrong with the command line, with a video, with the server and with the
user's patience; what is shown on a terminal and elsewhere.
"""

import fcntl
import http.server
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import unittest

import chain
import modelserver
import running
from running import TASK

SECRET = 'sk-do-not-show'


class VideoHost(http.server.ThreadingHTTPServer):
    """Sends a video. With `wait` it does that and fails before the end."""

    daemon_threads = True

    def __init__(self, video, wait=None):
        self.content = video.read_bytes()
        self.wait = wait
        self.asked = 0
        super().__init__(('127.0.0.1', 0), HostedVideo)
        self.url = f'http://127.0.0.1:{self.server_port}/{video.name}'

    def __enter__(self):
        threading.Thread(target=self.serve_forever,
                         kwargs={'poll_interval': 0.05}).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class HostedVideo(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        host = self.server
        host.asked += 1
        if host.wait is None:
            self.send(200, host.content, len(host.content))
        elif host.asked == 1:
            self.send(200, host.content, 10 * len(host.content))
            host.wait()
            self.close_connection = True
        else:
            self.send(500, b'', 0)

    def send(self, status, content, length):
        self.send_response(status)
        self.send_header('Content-Length', str(length))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format, *args):
        pass


class Videos(running.RunTest):
    def test_videos_become_records(self):
        with chain.Simulator() as server:
            done = self.run_clips(server, '-j', '2', *self.clips)
        records = self.records()
        self.assertEqual({record['episode_id'] for record in records},
                         {clip.stem for clip in self.clips})
        for record in records:
            self.assertEqual(record['schema'], 'gst-score/1')
            self.assertEqual(record['status'], 'scored', record)
            self.assertEqual(record['task'], TASK)
            self.assertEqual(record['n_frames'], 6)
        self.assertEqual(done.stderr, '')

    def test_what_is_no_video_is_a_record(self):
        whole = self.clips[0].read_bytes()
        bad = {'empty.mp4': b'', 'cut.mp4': whole[:len(whole) // 2],
               'text.mp4': b'This is no video.\n' * 50}
        for name, content in bad.items():
            (self.folder / name).write_bytes(content)
        chain.launch('audiotestsrc', 'num-buffers=4', '!', 'wavenc', '!',
                     'filesink', f'location={self.folder / "sound.wav"}')
        chain.launch('videotestsrc', 'num-buffers=1', '!', 'jpegenc', '!',
                     'filesink', f'location={self.folder / "still.jpg"}')
        names = [*bad, 'sound.wav', 'still.jpg', 'gone.mp4']
        with modelserver.ModelServer() as server:
            done = self.run_clips(server, *names, *self.clips, status=1)
            self.assertEqual(len(self.records()),
                             len(names) + len(self.clips))
            failed = {record['episode_id']: record['error']
                      for record in self.records()
                      if record['status'] == 'failed'}
            self.assertEqual(set(failed), {'empty', 'cut', 'text', 'sound',
                                           'still', 'gone'})
            for name in names:
                self.assertIn(f'{name}: The video cannot be read: ',
                              done.stderr)
            for error in failed.values():
                self.assertEqual(error['code'], 'encode')
            self.assertIn('There is no video in it',
                          failed['sound']['message'])
            self.assertIn('have no time stamps', failed['still']['message'])
            # the second time nothing is asked, and the status says the same
            asked = len(server.requests)
            self.run_clips(server, *names, *self.clips, status=1)
            self.assertEqual(len(server.requests), asked)

    def test_an_address_that_does_not_answer(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, 'nothing://nowhere/gone.mp4',
                           self.clips[0], status=1)
        self.assertEqual(self.states(),
                         {'gone': 'failed', 'clip-000': 'scored'})

    def record_stream(self, name):
        """A file that is read from its beginning to its end, once."""
        video = self.folder / name
        chain.launch('scoretestsrc', 'num-buffers=60', '!',
                     'video/x-raw,width=64,height=48,framerate=5/1', '!',
                     'x264enc', 'tune=zerolatency', 'key-int-max=5', '!',
                     'matroskamux', 'streamable=true', '!', 'filesink',
                     f'location={video}')
        return video

    def test_a_video_of_several_tasks_is_decoded_once(self):
        with VideoHost(self.record_stream('once.mkv')) as host:
            manifest = self.write_manifest(
                {'id': f'e{n}', 'task': f'task {n}', 'video': host.url}
                for n in range(3))
            for samples in ((), ('--samples', 'kept')):
                with modelserver.ModelServer() as server:
                    self.output.unlink(missing_ok=True)
                    host.asked = 0
                    done = self.run_tool('-m', manifest, '--base-url',
                                         server.url, '-j', '4', *samples)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertEqual(host.asked, 1)
                    self.assertEqual(list(self.temporary.iterdir()), [])
                    sent = {}
                    for request in server.requests:
                        task = re.search(r'task \d', request.text)
                        pictures = [jpeg for _, jpeg in request.pictures]
                        if 'objects' in request.asked:
                            sent[task[0]] = pictures
                self.assertEqual(len(sent), 3)
                self.assertEqual(sent['task 0'], sent['task 1'])
                self.assertEqual(sent['task 0'], sent['task 2'])
                records = self.records()
                self.assertEqual(len(records), 3)
                for record in records:
                    times = [sample['stream_time']
                             for sample in record['samples']]
                    self.assertEqual(times, [sample['stream_time'] for sample
                                             in records[0]['samples']])
        kept = {path.name for path in (self.folder / 'kept').iterdir()}
        self.assertEqual(kept, {'e0', 'e1', 'e2'})

    def test_what_breaks_off_is_one_failure(self):
        """Frames were asked about already, and are not taken for the whole."""
        video = self.record_stream('breaks.mkv')
        with running.GatedServer() as server, \
                VideoHost(video, lambda: server.wait_for(1)) as host:
            server.set_open(False)
            process = self.start('-t', TASK, '--base-url', server.url,
                                 host.url)
            _, errors = process.communicate(timeout=running.SECONDS)
        self.assertEqual(process.returncode, 1, errors)
        self.assertIn('breaks.mkv: The video cannot be read: ', errors)
        self.assertEqual(self.states(), {'breaks': 'failed'})
        self.assertEqual(len(self.records()), 1)

    def test_what_failed_is_asked_again_when_told(self):
        video = self.folder / 'late.mp4'
        video.write_bytes(b'')
        with modelserver.ModelServer() as server:
            self.run_clips(server, video, self.clips[0], status=1)
            os.replace(self.link(self.clips[1], 'new.mp4'), video)
            done = self.run_clips(server, video, self.clips[0], status=1)
            self.assertIn('--retry-failed', done.stdout)
            self.run_clips(server, '--retry-failed', video, self.clips[0])
        self.assertEqual([record['status'] for record in self.records()
                          if record['episode_id'] == 'late'],
                         ['failed', 'scored'])

    def link(self, clip, name):
        path = self.folder / name
        os.link(clip, path)
        return path

    def test_manifest(self):
        rows = [{'id': f'e{n}', 'task': f'task {n}', 'video': str(clip)}
                for n, clip in enumerate(self.clips)]
        with modelserver.ModelServer() as server:
            done = self.run_tool('-m', self.write_manifest(rows),
                                 '--base-url', server.url)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({record['episode_id']: record['task']
                          for record in self.records()},
                         {row['id']: row['task'] for row in rows})

    def test_an_estimate_asks_nothing(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, self.clips[0])
            before = self.output.read_bytes()
            asked = len(server.requests)
            done = self.run_clips(server, '--dry-run', '--price-input', '1',
                                  '--price-output', '1', *self.clips)
            self.assertEqual(len(server.requests), asked)
        self.assertEqual(self.output.read_bytes(), before)
        self.assertIn('5 episodes of 5 videos are left to be asked about, '
                      '1 are done', done.stdout)
        self.assertRegex(done.stdout, r'(?m)^calls +15$')
        self.assertRegex(done.stdout, r'(?m)^cost +0\.\d+ USD$')

    def test_an_estimate_makes_no_file(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, '--dry-run', '--samples', 'kept',
                           *self.clips)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_confusion_and_shards(self):
        rows = [{'id': f'e{n}', 'task': f'task {n % 2}', 'video': str(clip)}
                for n, clip in enumerate(self.clips)]
        manifest = self.write_manifest(rows)
        with modelserver.ModelServer() as server:
            sizes = []
            for part in (1, 2, 3):
                done = self.run_tool('-m', manifest, '--confusion', '--shard',
                                     f'{part}/3', '--base-url', server.url)
                self.assertEqual(done.returncode, 0, done.stderr)
                sizes.append(len(self.records()))
        self.assertEqual(sizes, [4, 8, 12])
        self.assertEqual({(record['episode_id'], record['task'])
                          for record in self.records()},
                         {(row['id'], task) for row in rows
                          for task in ('task 0', 'task 1')})

    def test_samples_are_kept(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, '--samples', 'kept', self.clips[0])
        folder = self.folder / 'kept' / 'clip-000'
        self.assertTrue((folder / '00000.jpg').exists())
        self.assertEqual(json.loads((folder / 'record.json').read_text()),
                         self.records()[0])

    def test_properties_reach_the_element(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, '-p', 'max-frames=2', '--property',
                           'temperature=0.5', '-p', 'max-frames=3',
                           self.clips[0])
        options = self.records()[0]['options']
        self.assertEqual(options['max-frames'], 3)
        self.assertEqual(options['temperature'], 0.5)

    def test_on_error_fail_is_one_failure(self):
        server = modelserver.ModelServer()
        server.server_close()           # nobody listens there
        self.run_clips(server, '-p', 'on-error=fail', '-p', 'retries=0',
                       *self.clips[:2], status=1)
        self.assertEqual([record['error']['code']
                          for record in self.records()], ['unreachable'] * 2)

    def test_a_refused_key_ends_the_run(self):
        with chain.Simulator('--api-key', 'right') as server:
            done = self.run_clips(server, '-j', '1', '-p', f'api-key={SECRET}',
                                  *self.clips, status=1)
        self.assertEqual(len(self.records()), 1)
        self.assertEqual(self.records()[0]['error']['code'], 'auth')
        self.assertIn('5 not begun', done.stdout)
        self.assertNotIn(SECRET, done.stdout + done.stderr +
                         self.output.read_text())

    def test_a_torn_end_is_not_a_record(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, *self.clips)
            whole = self.output.read_bytes()
            self.output.write_bytes(whole[:-40])
            self.assertEqual(whole.count(b'\n'), len(self.clips))
            self.run_clips(server, *self.clips)
        self.assertEqual(sorted(self.states()),
                         [clip.stem for clip in self.clips])
        self.assertEqual(len(self.records()), len(self.clips))

    def test_other_settings_are_not_mixed(self):
        with modelserver.ModelServer() as server:
            self.run_clips(server, self.clips[0])
            done = self.run_clips(server, '-p', 'max-frames=4',
                                  *self.clips[:2], status=2)
            self.assertIn('max-frames', done.stderr)
            self.assertEqual(len(self.records()), 1)
            self.run_clips(server, '-p', 'max-frames=4', '--mix',
                           *self.clips[:2])
        self.assertEqual(len(self.records()), 2)


class Usage(running.RunTest):
    """Status 2, one line that names what is wrong, and nothing asked."""

    clips_wanted = 1

    def refuse(self, *words, says):
        with modelserver.ModelServer() as server:
            done = self.run_tool('--base-url', server.url, *words)
            self.assertEqual(server.requests, [])
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, '')
        self.assertEqual(done.stderr.count('\n'), 1, done.stderr)
        self.assertIn(says, done.stderr)
        self.assertNotIn(SECRET, done.stderr)
        self.assertFalse(self.output.exists())

    def test_properties(self):
        for words, says in (
                ('no-such=1', 'no-such'),
                (f'api_kee={SECRET}', 'api_kee'),
                ('max-frames=many', 'max-frames'),
                ('max-frames=-1', 'max-frames'),
                ('success-threshold=2', 'success-threshold'),
                ('method=guess', 'there are score, gvl'),
                ('framerate=1/0', 'framerate'),
                ('stats=1', 'stats'),
                ('results-location=x', '--output'),
                ('samples-location=x', '--samples'),
                ('task=x', '--task'),
                ('base-url=ftp://x', 'base-url'),
                ('extra-body=[]', 'extra-body'),
                (f'extra-headers=,{SECRET}', 'extra-headers'),
                ('api-key-file=/no/such/file', 'api-key-file'),
                (SECRET, 'NAME=VALUE'), (f'={SECRET}', 'NAME=VALUE')):
            with self.subTest(words):
                self.refuse('-t', TASK, '-p', words, self.clips[0], says=says)
        self.refuse('-t', TASK, '--method', 'guess', self.clips[0],
                    says='method')

    def test_options(self):
        clip, manifest = self.clips[0], self.write_manifest([])
        for words, says in (
                ((), 'needs videos'),
                ((clip,), '--task'),
                (('-t', '', clip), '--task'),
                (('-m', manifest, clip), '--manifest'),
                (('-m', manifest, '-t', TASK), '--task'),
                (('-t', TASK, '--confusion', clip), '--confusion'),
                (('-t', TASK, '-j', '0', clip), '--jobs'),
                (('-t', TASK, '--shard', '0/2', clip), '--shard'),
                (('-t', TASK, '--shard', '3/2', clip), '--shard'),
                (('-t', TASK, '--shard', '1', clip), '--shard'),
                (('-t', TASK, '--shard', '1/2x', clip), '--shard'),
                (('-t', TASK, '--decode', 'some', clip), '--decode'),
                (('-t', TASK, '--price-input', '-1', clip), '--price-input'),
                (('-t', TASK, '--nonsense', clip), '--nonsense')):
            with self.subTest(words):
                self.refuse(*words, says=says)

    def test_files_that_cannot_be_used(self):
        for words in (('-o', '/no/such/folder/r.jsonl'), ('-o', '/dev/null')):
            with modelserver.ModelServer() as server:
                done = self.run_clips(server, *words, self.clips[0], status=1)
                self.assertEqual(server.requests, [])
            self.assertIn(words[1], done.stderr)

    def test_help(self):
        done = self.run_tool('--help')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        for words in ('Usage:', 'Examples:', '-p, --property=NAME=VALUE',
                      '-j, --jobs=N', '--shard=I/N', '--retry-failed',
                      '--decode=auto|all', 'Exit status:', '130'):
            self.assertIn(words, done.stdout)


class Shown(running.RunTest):
    def test_lines(self):
        """No terminal: a line a video, the summary, no escape sequences."""
        (self.folder / 'bad.mp4').write_bytes(b'')
        with modelserver.ModelServer() as server:
            done = self.run_clips(server, 'bad.mp4', *self.clips,
                                  '--price-input', '1000', '--price-output',
                                  '10000', status=1)
        lines = done.stdout.splitlines()
        self.assertNotIn('\x1b', done.stdout)
        self.assertNotIn('\r', done.stdout)
        self.assertEqual(len(lines), len(self.clips) + 1 + 3)
        for number, line in enumerate(lines[:-3], 1):
            self.assertTrue(line.startswith(f'[{number}/7] '), line)
        self.assertEqual(lines[-3], '6 scored (6 successes), 1 failed')
        # 3 questions an episode, of 100 and 10 tokens
        self.assertRegex(lines[-2], r'^\d+\.\d s, 18 requests, 1,800 tokens '
                         r'in \(0 cached\), 180 out, \$3\.60$')
        self.assertEqual(lines[-1], 'Records: results.jsonl')
        self.assertEqual(done.stderr.count('\n'), 1)
        self.assertIn('bad.mp4: ', done.stderr)

    def test_quiet(self):
        (self.folder / 'bad.mp4').write_bytes(b'')
        with modelserver.ModelServer() as server:
            done = self.run_clips(server, '-q', 'bad.mp4', *self.clips,
                                  status=1)
        self.assertEqual(done.stdout, '')
        self.assertEqual(done.stderr.count('\n'), 1)
        self.assertIn('bad.mp4: ', done.stderr)

    def on_terminal(self, columns, *words):
        """What a terminal of so many columns is sent."""
        try:
            ours, theirs = pty.openpty()
        except OSError as error:
            self.skipTest(f'no terminal here: {error}')
        fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                    struct.pack('HHHH', 24, columns, 0, 0))
        process = self.start(*words, stdout=theirs)
        os.close(theirs)
        sent = b''
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:             # the other end is closed
                break
            if not piece:
                break
            sent += piece
        os.close(ours)
        self.assertEqual(process.wait(running.SECONDS), 0,
                         process.stderr.read())
        return sent.decode()

    def test_bar(self):
        for columns in (100, 40, 12):
            with self.subTest(columns), modelserver.ModelServer() as server:
                self.output.unlink(missing_ok=True)
                sent = self.on_terminal(
                    columns, '-t', TASK, '--base-url', server.url, '-j', '1',
                    '--price-input', '1000', *self.clips)
                bars, _, rest = sent.rpartition('\r\x1b[K')
                bars = bars.split('\r\x1b[K')
                for bar in bars:
                    self.assertLess(len(bar), columns)
                    self.assertNotIn('\n', bar)
                counts = [int(found[1]) for found in
                          (re.search(r'(\d+)/6', bar) for bar in bars)
                          if found]
                self.assertEqual(sorted(set(counts)), list(range(7)))
                self.assertEqual(counts, sorted(counts))
                # the table and the summary stay
                for clip in self.clips:
                    self.assertIn(f'{clip.stem}\r\n', rest)
                self.assertIn('6 scored (6 successes), 0 failed\r\n', rest)
                if columns == 100:
                    self.assertRegex(bars[-1], r'^\[#{40}\] 6/6  .*/(s|min)'
                                     r'  \$1\.80  0:00 left$')


class Together(running.RunTest):
    def test_jobs_are_at_the_same_time(self):
        with running.GatedServer() as server:
            server.set_open(False)
            process = self.start('-t', TASK, '--base-url', server.url,
                                 '-j', '3', *self.clips)
            server.wait_for(3)
            server.set_open(True)
            self.assertEqual(process.wait(running.SECONDS), 0)
            # an episode of one batch asks one question at a time
            self.assertEqual(server.most, 3)
        self.assertEqual(len(self.records()), len(self.clips))

    def test_one_job_is_one_at_a_time(self):
        with running.GatedServer() as server:
            self.run_clips(server, '-j', '1', *self.clips)
            self.assertEqual(server.most, 1)
        self.assertEqual([record['episode_id'] for record in self.records()],
                         [clip.stem for clip in self.clips])


class Stopped(running.RunTest):
    def start_two(self, server):
        """Two videos are under way, and wait for their answers."""
        server.set_open(False)
        process = self.start('-t', TASK, '--base-url', server.url, '-j', '2',
                             *self.clips)
        server.wait_for(2)
        return process

    def test_once_waits_for_those_under_way(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), running.GatedServer() as server:
                self.output.unlink(missing_ok=True)
                process = self.start_two(server)
                process.send_signal(number)
                self.assertIn('the 2 under way', process.stderr.readline())
                server.set_open(True)
                output, _ = process.communicate(timeout=running.SECONDS)
                self.assertEqual(process.returncode, 130)
                self.assertIn('2 scored (2 successes), 0 failed, 4 not begun',
                              output)
                self.assertEqual(self.states(), {'clip-000': 'scored',
                                                 'clip-001': 'scored'})
                self.run_clips(server, *self.clips)
                self.assertEqual(len(self.records()), len(self.clips))
                self.assertEqual(len(server.asked_objects()),
                                 len(self.clips))

    def test_twice_ends_at_once(self):
        with running.GatedServer() as server:
            process = self.start_two(server)
            process.send_signal(signal.SIGINT)
            process.stderr.readline()
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=running.SECONDS)
            self.assertEqual(process.returncode, 130)
            self.assertEqual(self.records(), [])
            server.set_open(True)
            # what was under way left nothing behind, and is asked again
            self.run_clips(server, *self.clips)
        self.assertEqual(len(self.records()), len(self.clips))

    def test_twice_ends_what_does_not_open(self):
        pipe = self.folder / 'pipe.mp4'
        os.mkfifo(pipe)
        with running.GatedServer() as server:
            process = self.start('-t', TASK, '--base-url', server.url, '-j',
                                 '1', self.clips[0], pipe)
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=running.SECONDS)
        self.assertEqual(process.returncode, 130)

    def test_with_nothing_left_it_is_no_stop(self):
        with running.GatedServer() as server:
            server.set_open(False)
            process = self.start('-t', TASK, '--base-url', server.url,
                                 *self.clips[:1])
            server.wait_for(1)
            process.send_signal(signal.SIGINT)
            process.stderr.readline()
            server.set_open(True)
            process.communicate(timeout=running.SECONDS)
        self.assertEqual(process.returncode, 0)


class Environment(running.RunTest):
    clips_wanted = 1

    def test_without_the_plugin(self):
        surroundings = dict(os.environ, GST_PLUGIN_PATH_1_0='/nonexistent',
                            GST_REGISTRY_UPDATE='no',
                            GST_REGISTRY_1_0=str(self.folder / 'none.bin'))
        done = subprocess.run(
            self.command('-t', TASK, self.clips[0]), env=surroundings,
            cwd=self.folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=running.SECONDS, check=False)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('no element scoresink', done.stderr)


if __name__ == '__main__':
    unittest.main(verbosity=2)
