#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Scores episodes that the application begins and ends.

A pipeline with scoresink runs; the application emits start-episode and
end-episode, and prints each result as it comes over the bus. Here the time of
the stream says when an episode begins and ends; in a robot's program the
controller would. Needs python3-gi and python3-gst-1.0, and no binding of
gst-score: a result is a Gst.Structure with plain fields.

Exit status: 0 every episode was scored, 1 not all were, 2 wrong use.
"""

import argparse
import signal
import sys

import gi

gi.require_version('Gst', '1.0')
from gi.repository import GLib, Gst  # noqa: E402


def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        '--base-url', metavar='URL',
        help='model server to ask (default: the one whose key is in the '
             'environment)')
    parser.add_argument('--task', default='put the banana in the bowl',
                        help='what the robot is to do (default: %(default)s)')
    parser.add_argument('--episodes', type=int, default=3, metavar='N',
                        help='how many (default: %(default)s)')
    parser.add_argument('--length', type=float, default=8, metavar='SECONDS',
                        help='of an episode (default: %(default)s)')
    parser.add_argument('--gap', type=float, default=1, metavar='SECONDS',
                        help='between two (default: %(default)s)')
    parser.add_argument(
        '--source', metavar='PIPELINE',
        help='where video comes from, as in gst-launch-1.0 (default: a toy '
             'robot)')
    options = parser.parse_args()
    if options.episodes <= 0 or options.length <= 0 or options.gap < 0:
        parser.error('--episodes and --length above 0, --gap not below')
    return options


class App:
    def __init__(self, options):
        self.task = options.task
        self.n_episodes = options.episodes
        self.length = int(options.length * Gst.SECOND)
        self.period = self.length + int(options.gap * Gst.SECOND)
        self.episode = 0        # the open one, from 1; streaming thread's
        self.enough = False
        self.n_scored = self.n_bad = 0
        self.interrupted = False
        self.loop = GLib.MainLoop()
        self.make_pipeline(options)

    def make_pipeline(self, options):
        source = options.source or (
            f'scoretestsrc num-episodes={self.n_episodes} '
            f'episode-duration={self.length} '
            f'episode-gap={self.period - self.length}')
        self.pipeline = Gst.parse_launch_full(
            f'{source} ! scoresink name=sink', None,
            Gst.ParseFlags.FATAL_ERRORS)
        self.sink = self.pipeline.get_by_name('sink')
        self.sink.set_property('base-url', options.base_url)
        self.sink.get_static_pad('sink').add_probe(
            Gst.PadProbeType.BUFFER | Gst.PadProbeType.EVENT_DOWNSTREAM,
            self.watch_pad)

    # Episodes: on the streaming thread, before the sink sees the frame.

    def watch_pad(self, pad, info):
        if info.type & Gst.PadProbeType.BUFFER:
            segment = pad.get_sticky_event(Gst.EventType.SEGMENT,
                                           0).parse_segment()
            self.mark_episodes(segment.to_stream_time(Gst.Format.TIME,
                                                      info.get_buffer().pts))
            return Gst.PadProbeReturn.OK
        # The toy robot marks its episodes, too; here the application does.
        if info.get_event().type == Gst.EventType.CUSTOM_DOWNSTREAM:
            return Gst.PadProbeReturn.DROP
        return Gst.PadProbeReturn.OK

    def mark_episodes(self, time):
        if time == Gst.CLOCK_TIME_NONE:
            return
        turn = time // self.period + 1
        inside = (time % self.period < self.length
                  and turn <= self.n_episodes)
        if self.episode and (not inside or self.episode != turn):
            self.sink.emit('end-episode', None)
            self.episode = 0
        if inside and not self.episode:
            self.sink.emit('start-episode', self.task, f'episode-{turn}')
            self.episode = turn
        if turn > self.n_episodes and not self.enough:
            self.enough = True
            self.sink.post_message(Gst.Message.new_application(
                self.sink, Gst.Structure.new_empty('enough')))

    # Results: on the main thread, from the bus.

    def print_result(self, result):
        name = result['episode-id']
        if result['status'] != 'scored':
            print(f"{name}: failed: {result['error-message']}", flush=True)
            self.n_bad += 1
            return
        verdict = 'success' if result['success'] else 'no success'
        print(f"{name}: progress {result['progress']:.2f}, "
              f"mean {result['mean-progress']:.2f}, {verdict}")
        for sample in result['samples']:
            text = sample.get_string('description') or ''
            print(f"  {sample['stream-time'] / Gst.SECOND:5.1f} s  "
                  f"{sample['progress']:.2f}  {text}")
        sys.stdout.flush()
        self.n_scored += 1

    def handle_message(self, bus, message):
        if message.type == Gst.MessageType.ELEMENT:
            structure = message.get_structure()
            if structure.get_name() == 'score/episode':
                self.print_result(structure)
            elif structure.get_name() == 'score/episode-started':
                print(f"{structure['episode-id']}: begins", flush=True)
        elif message.type == Gst.MessageType.APPLICATION:
            self.finish()
        elif message.type == Gst.MessageType.ERROR:
            print(message.parse_error()[0].message, file=sys.stderr)
            self.n_bad += 1
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()

    def finish(self):
        """EOS and not a stop: the open episode ends and is scored.

        From a thread of its own, since a source takes EOS only when the sink
        has let its last frame in.
        """
        self.pipeline.call_async(
            lambda pipeline: pipeline.send_event(Gst.Event.new_eos()))

    def interrupt(self):
        """Ctrl-C: scores what there is; a second one does not wait for it."""
        if self.interrupted:
            self.loop.quit()
        else:
            self.finish()
        self.interrupted = True
        return GLib.SOURCE_CONTINUE

    def run(self):
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message', self.handle_message)
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT,
                             self.interrupt)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        bus.remove_signal_watch()
        return 0 if self.n_scored > 0 and self.n_bad == 0 else 1


def main():
    Gst.init(None)
    try:
        app = App(parse_options())
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 2
    return app.run()


if __name__ == '__main__':
    sys.exit(main())
