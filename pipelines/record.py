#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Records a pipeline into a file an episode, for record-with-progress.sh.

The words of the pipeline end in `scoreannotate name=annotate`, whose frames are
encoded here and go, with its text pad, into splitmuxsink. The GstScoreMeta of a
frame says which episode it is of: with the first of another one the encoder is
asked for a key frame and splitmuxsink to split there, which gst-launch-1.0 alone
cannot do. A file has the name of its episode.

Exit status: 0 every episode was scored, 1 not all were, 2 wrong use.
"""

import argparse
import os
import re
import signal
import sys

import gi

gi.require_version('Gst', '1.0')
gi.require_version('GstVideo', '1.0')
from gi.repository import GLib, Gst, GstVideo  # noqa: E402

# An episode leaves as a whole, and splitmuxsink takes texts and frames a group of
# pictures at a time, which is that episode: the queues have room for it.
OPEN = 'max-size-buffers=0 max-size-bytes=0 max-size-time=0'
REST = ('! videoconvert ! video/x-raw,format=I420 '
        '! x264enc name=encoder tune=zerolatency speed-preset=veryfast '
        f'pass=quant quantizer=21 ! h264parse ! queue name=video {OPEN} '
        f'annotate.text_src ! queue name=text {OPEN}').split()


def parse_options():
    parser = argparse.ArgumentParser(description='See record-with-progress.sh.')
    parser.add_argument('--duration', type=float, metavar='SECONDS')
    parser.add_argument('folder')
    parser.add_argument('container', choices=['mkv', 'mp4'])
    parser.add_argument('words', nargs='+')
    return parser.parse_args()


def episode_of(buffer):
    """Its id, or None."""
    meta = buffer.get_custom_meta('GstScoreMeta')
    return meta.get_structure()['episode-id'] if meta else None


def file_name(episode):
    """The id, without what a file cannot be called."""
    return re.sub(r'[^\w.-]', '_', episode)


def running_time_of(pad, buffer):
    segment = pad.get_sticky_event(Gst.EventType.SEGMENT, 0).parse_segment()
    return segment.to_running_time(Gst.Format.TIME, buffer.pts)


class Recorder:
    def __init__(self, options):
        self.folder = options.folder
        self.end = options.container
        self.duration = options.duration
        self.began = None       # running time; the source's thread
        self.episode = None     # the encoder's thread
        self.n_files = self.n_closed = 0
        self.all_encoded = False
        self.results = {}
        self.n_bad = 0
        self.interrupted = self.ended = False
        self.loop = GLib.MainLoop()
        self.make_pipeline(options.words)

    def make_pipeline(self, words):
        self.pipeline = Gst.parse_launchv(
            [re.sub(r'([\\" ])', r'\\\1', word) for word in words] + REST)
        self.make_split()
        self.encoder = self.pipeline.get_by_name('encoder')
        self.encoder.get_static_pad('sink').add_probe(
            Gst.PadProbeType.BUFFER, self.watch_episodes)
        self.encoder.get_static_pad('src').add_probe(
            Gst.PadProbeType.EVENT_DOWNSTREAM, self.watch_end)
        self.pipeline.get_by_name('annotate').get_static_pad('sink').add_probe(
            Gst.PadProbeType.BUFFER, self.watch_time)

    def make_split(self):
        """Each file has a muxer of its own: matroskamux of GStreamer 1.22 stands
        still when it is used for a second one that has texts."""
        self.split = Gst.ElementFactory.make('splitmuxsink')
        self.split.set_property('async-finalize', True)
        if self.end == 'mkv':
            self.split.set_property('muxer-factory', 'matroskamux')
            self.split.set_property(
                'muxer-properties',
                Gst.Structure.new_from_string('m,offset-to-zero=true'))
        self.split.set_property('max-size-time', 0)
        self.split.connect('format-location-full', self.name_file)
        self.pipeline.add(self.split)
        for name, pad in (('video', 'video'), ('text', 'subtitle_%u')):
            self.pipeline.get_by_name(name).link_pads('src', self.split, pad)

    # On streaming threads.

    def watch_time(self, pad, info):
        if self.duration is None:
            return Gst.PadProbeReturn.OK
        time = running_time_of(pad, info.get_buffer())
        if self.began is None:
            self.began = time
        if time - self.began < self.duration * Gst.SECOND:
            return Gst.PadProbeReturn.OK
        if not self.ended:
            self.ended = True
            self.finish()
        return Gst.PadProbeReturn.DROP

    def watch_episodes(self, pad, info):
        buffer = info.get_buffer()
        episode = episode_of(buffer)
        if episode is not None and episode != self.episode:
            self.n_files += 1
            if self.episode is not None:
                self.split_at(running_time_of(pad, buffer))
            self.episode = episode
        return Gst.PadProbeReturn.OK

    def watch_end(self, pad, info):
        if info.get_event().type == Gst.EventType.EOS:
            self.all_encoded = True
        return Gst.PadProbeReturn.OK

    def split_at(self, time):
        self.encoder.get_static_pad('src').send_event(
            GstVideo.video_event_new_upstream_force_key_unit(time, True, 0))
        self.split.emit('split-at-running-time', time)

    def name_file(self, split, index, sample):
        episode = episode_of(sample.get_buffer()) or f'none-{index}'
        return os.path.join(self.folder, f'{file_name(episode)}.{self.end}')

    # On the main thread.

    def handle_message(self, bus, message):
        if message.type == Gst.MessageType.ELEMENT:
            self.handle_structure(message.get_structure())
        elif message.type == Gst.MessageType.WARNING:
            print(message.parse_warning()[0].message, file=sys.stderr)
        elif message.type == Gst.MessageType.ERROR:
            print(f'{message.src.get_name()}: '
                  f'{message.parse_error()[0].message}', file=sys.stderr)
            self.n_bad += 1
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()

    def handle_structure(self, structure):
        name = structure.get_name()
        if name == 'score/episode':
            scored = structure['status'] == 'scored'
            self.results[file_name(structure['episode-id'])] = (
                f"{structure['progress']:.0%}" if scored else 'not scored')
            self.n_bad += not scored
        elif name == 'splitmuxsink-fragment-closed':
            location = structure['location']
            episode = os.path.splitext(os.path.basename(location))[0]
            print(f"{location}: {self.results.get(episode, 'no episode')}",
                  flush=True)
            self.n_closed += 1
            # The EOS of splitmuxsink is lost when it comes while the file
            # before the last is still being put away (GStreamer 1.22).
            if self.all_encoded and self.n_closed == self.n_files:
                self.loop.quit()

    def finish(self):
        """EOS and not a stop: what is held is scored and written.

        From a thread of its own, since a source may not take EOS at once.
        """
        self.pipeline.call_async(
            lambda pipeline: pipeline.send_event(Gst.Event.new_eos()))

    def interrupt(self):
        """Ctrl-C: a second one does not wait for results."""
        if self.interrupted:
            self.n_bad += 1
            self.loop.quit()
        else:
            print('ending; once more gives up what is not written yet',
                  file=sys.stderr)
            self.finish()
        self.interrupted = True
        return GLib.SOURCE_CONTINUE

    def run(self):
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect('message', self.handle_message)
        for number in (signal.SIGINT, signal.SIGTERM):
            GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, self.interrupt)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        bus.remove_signal_watch()
        return 0 if self.results and self.n_bad == 0 else 1


def main():
    Gst.init(None)
    try:
        recorder = Recorder(parse_options())
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 2
    return recorder.run()


if __name__ == '__main__':
    sys.exit(main())
