#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A robot logger: records a camera, has its episodes scored, logs the joints,
and puts all of it together by UTC.

The folder that it makes has

  video.mkv      what the camera saw
  joints.csv     utc,joint1,...: here of a robot that is not there
  scores.jsonl   the results of scoresink, as they came
  log.csv        the rows of the joints with the progress at that time

Times are UTC in nanoseconds. Samples have theirs from scoresink: from the frame's
GstReferenceTimestampMeta, or else by the clock of the pipeline. Needs python3-gi
and python3-gst-1.0, and no binding of gst-score.

Ctrl-C ends the recording and waits for the results.
Exit status: 0 all is in FOLDER, 1 something went wrong, 2 wrong use.
"""

import argparse
import csv
import datetime
import pathlib
import signal
import sys
import time

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402

SOURCE = ('scoretestsrc is-live=true num-episodes=2 '
          'episode-duration=4000000000 episode-gap=1000000000')
ENCODER = ('videoconvert ! x264enc tune=zerolatency speed-preset=veryfast '
           '! h264parse')
N_JOINTS = 6
JOINTS_PERIOD = 10_000_000
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def parse_time(text):
    """UTC in nanoseconds."""
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    return (moment - EPOCH) // datetime.timedelta(microseconds=1) * 1000


def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', metavar='FOLDER', type=pathlib.Path)
    parser.add_argument(
        '--base-url', metavar='URL',
        help='model server to ask (default: the one whose key is in the '
             'environment)')
    parser.add_argument('--task', default='put the banana in the bowl',
                        help='what the robot is to do (default: %(default)s)')
    parser.add_argument(
        '--source', metavar='PIPELINE', default=SOURCE,
        help='camera, as in gst-launch-1.0 (default: a toy robot)')
    parser.add_argument('--encoder', metavar='PIPELINE', default=ENCODER,
                        help='how it is recorded (default: %(default)s)')
    parser.add_argument(
        '--joints', metavar='FILE', type=pathlib.Path,
        help='log to join instead of simulated joints: CSV whose first column '
             'is UTC in nanoseconds')
    parser.add_argument(
        '--start', metavar='TIME', type=parse_time,
        help='when a recording used as source began, as 2026-01-31T12:00:00Z')
    return parser.parse_args()


class Joints:
    """In a robot's program, its driver; here they swing."""

    def __init__(self, path):
        self.file = path.open('w', encoding='utf-8')
        names = [f'joint{i}' for i in range(1, N_JOINTS + 1)]
        self.file.write(','.join(['utc', *names]) + '\n')
        now = time.time_ns()
        self.next = now - now % JOINTS_PERIOD
        self.timer = GLib.timeout_add(JOINTS_PERIOD // 1_000_000, self.log)

    def log(self):
        """All that were due: the main loop may be late."""
        now = time.time_ns()
        while self.next <= now:
            turns = [self.next % period / period for period in
                     (2 * i * Gst.SECOND for i in range(1, N_JOINTS + 1))]
            self.file.write(','.join([str(self.next), *(
                f'{abs(2 * turn - 1):.6f}' for turn in turns)]) + '\n')
            self.next += JOINTS_PERIOD
        return GLib.SOURCE_CONTINUE

    def close(self):
        GLib.source_remove(self.timer)
        self.file.close()


class Episode:
    """A result, by UTC: a row gets the progress at its time, on a straight line
    between the samples."""

    def __init__(self, result, start):
        self.name = result['episode-id']
        self.status = result['status']
        self.points = [(self.time_of(sample, start), sample['progress'])
                       for sample in result['samples']]
        self.is_timed = None not in [utc for utc, _ in self.points]

    @staticmethod
    def time_of(sample, start):
        """By the time that the recording began, where the frame has no other.

        The program in C stamps the frames instead; a pad probe in Python cannot,
        since the buffer that it sees is never writable.
        """
        if sample['utc-time'] != Gst.CLOCK_TIME_NONE:
            return sample['utc-time']
        return None if start is None else start + sample['stream-time']

    def covers(self, utc):
        return (self.is_timed and bool(self.points)
                and self.points[0][0] <= utc <= self.points[-1][0])

    def progress_at(self, utc):
        before, progress = self.points[0]
        for after, value in self.points[1:]:
            if utc < after:
                return progress + (value - progress) * (
                    (utc - before) / (after - before))
            before, progress = after, value
        return progress

    def columns_at(self, utc):
        scored = self.status == 'scored'
        return [f'{self.progress_at(utc):.4f}' if scored else '', self.name,
                self.status]


def join(rows_path, log_path, episodes):
    """Writes the rows of a CSV file with three columns more."""
    with rows_path.open(newline='', encoding='utf-8') as rows, \
            log_path.open('w', newline='', encoding='utf-8') as log:
        reader = csv.reader(rows)
        writer = csv.writer(log, lineterminator='\n')
        writer.writerow([*next(reader, []), 'progress', 'episode_id',
                         'status'])
        for row in reader:
            try:
                utc = int(row[0] if row else '')
            except ValueError:
                raise ValueError(f'{rows_path}:{reader.line_num} does not begin '
                                 'with a time in nanoseconds') from None
            columns = next((episode.columns_at(utc) for episode in episodes
                            if episode.covers(utc)), ['', '', ''])
            writer.writerow([*row, *columns])


class App:
    def __init__(self, options):
        self.options = options
        self.episodes = []
        self.interrupted = self.failed = False
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.parse_launch_full(
            f'{options.source} '
            '! capsfilter caps="video/x-raw(ANY); image/jpeg" ! tee name=camera '
            f'camera. ! queue ! {options.encoder} ! matroskamux '
            '! filesink name=video camera. ! queue ! scoresink name=score',
            None, Gst.ParseFlags.FATAL_ERRORS)
        folder = options.folder
        self.pipeline.get_by_name('video').set_property(
            'location', str(folder / 'video.mkv'))
        score = self.pipeline.get_by_name('score')
        score.set_property('results-location', str(folder / 'scores.jsonl'))
        score.set_property('base-url', options.base_url)
        score.set_property('task', options.task)

    def complain(self, text, failed=True):
        print(text, file=sys.stderr)
        self.failed = self.failed or failed

    def take_result(self, result):
        episode = Episode(result, self.options.start)
        self.episodes.append(episode)
        verdict = 'failed'
        if episode.status == 'scored':
            verdict = (f"progress {result['progress']:.2f}, "
                       + ('success' if result['success'] else 'no success'))
        print(f'{episode.name}: {verdict}', flush=True)
        if not episode.is_timed:
            self.complain(f'{episode.name}: nothing says when its frames were '
                          'taken; the source is not live, so use --start')

    def handle_message(self, bus, message):
        if message.type == Gst.MessageType.ELEMENT:
            structure = message.get_structure()
            if structure.get_name() == 'score/episode':
                self.take_result(structure)
            elif structure.get_name() == 'score/episode-started':
                print(f"{structure['episode-id']}: begins", flush=True)
        elif message.type == Gst.MessageType.WARNING:
            error, _ = message.parse_warning()
            self.complain(f'{message.src.name}: {error.message}', failed=False)
        elif message.type == Gst.MessageType.ERROR:
            error, _ = message.parse_error()
            self.complain(f'{message.src.name}: {error.message}')
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()

    def interrupt(self):
        """Ctrl-C ends the recording, and waits for results; a second one does
        not."""
        if self.interrupted:
            self.loop.quit()
        else:
            self.pipeline.call_async(
                lambda pipeline: pipeline.send_event(Gst.Event.new_eos()))
        self.interrupted = True
        return GLib.SOURCE_CONTINUE

    def record(self):
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message', self.handle_message)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT,
                             self.interrupt)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        bus.remove_signal_watch()

    def run(self):
        folder, rows = self.options.folder, self.options.joints
        try:
            folder.mkdir()      # of its own: no recording is written over
            joints = None if rows else Joints(folder / 'joints.csv')
            self.record()
            if joints:
                joints.close()
            join(rows or folder / 'joints.csv', folder / 'log.csv',
                 self.episodes)
        except (OSError, ValueError) as error:
            self.complain(error)
        return 1 if self.failed else 0


def main():
    options = parse_options()
    Gst.init(None)
    try:
        app = App(options)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 2
    return app.run()


if __name__ == '__main__':
    sys.exit(main())
