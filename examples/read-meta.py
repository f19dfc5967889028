#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads the progress of every frame from the GstScoreMeta that scoreannotate
attaches, in an application that takes the frames out of an appsink.

Needs python3-gi and python3-gst-1.0, and no binding of gst-score: the meta is a
Gst.CustomMeta, whose structure has plain fields.

Exit status: 0 at the end of the stream, 1 after an error, 2 wrong use.
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
    parser.add_argument('--mode', default='auto',
                        choices=['live', 'hold', 'auto'])
    parser.add_argument('--scores', metavar='FILE',
                        help='record written earlier; no model is asked')
    parser.add_argument(
        '--source', metavar='PIPELINE', default='scoretestsrc',
        help='where video comes from, as in gst-launch-1.0 (default: a toy '
             'robot)')
    return parser.parse_args()


def describe(fields):
    """The fields of a meta, in a line.

    A field that is not there is None by fields['progress'], so one that may be
    missing is compared with None: a progress of 0 is false, too.
    """
    progress = fields['progress']
    number = '    -' if progress is None else f'{progress:5.3f}'
    flag = 'interpolated' if fields['interpolated'] else ''
    time = fields['sample-time']
    sample = ('no sample          ' if time in (None, Gst.CLOCK_TIME_NONE)
              else f'sample of {time / Gst.SECOND:7.3f} s')
    return (f"{number}  {fields['status']:11}  {flag:12}  {sample}  "
            f"{fields['episode-id']}")


def print_frame(sample):
    """On the streaming thread.

    The meta is the buffer's and goes with it, so it is read while the sample is
    there and not kept. Its structure is a copy, which may be.
    """
    buffer = sample.get_buffer()
    meta = buffer.get_custom_meta('GstScoreMeta')
    time = sample.get_segment().to_stream_time(Gst.Format.TIME, buffer.pts)
    what = describe(meta.get_structure()) if meta else '    -  no episode'
    print(f'{time / Gst.SECOND:9.3f} s  {what}', flush=True)


def take_sample(appsink):
    sample = appsink.emit('pull-sample')
    if sample is not None:
        print_frame(sample)
    return Gst.FlowReturn.OK


def make_pipeline(options):
    pipeline = Gst.parse_launch_full(
        f'{options.source} ! scoreannotate name=annotate '
        '! appsink name=frames sync=false emit-signals=true', None,
        Gst.ParseFlags.FATAL_ERRORS)
    annotate = pipeline.get_by_name('annotate')
    annotate.set_property('base-url', options.base_url)
    annotate.set_property('scores-location', options.scores)
    annotate.set_property('task', options.task)
    annotate.set_property('mode', options.mode)
    pipeline.get_by_name('frames').connect('new-sample', take_sample)
    return pipeline


def wait_for_end(pipeline):
    """Until the end of the stream, True, or an error.

    An episode that fails is a warning.
    """
    bus = pipeline.get_bus()
    wanted = (Gst.MessageType.EOS | Gst.MessageType.ERROR
              | Gst.MessageType.WARNING)
    while True:
        message = bus.timed_pop_filtered(Gst.CLOCK_TIME_NONE, wanted)
        if message.type == Gst.MessageType.EOS:
            return True
        if message.type == Gst.MessageType.WARNING:
            print(message.parse_warning()[0].message, file=sys.stderr)
        else:
            print(message.parse_error()[0].message, file=sys.stderr)
            return False


def main():
    # Python's own handler would wait for the bus to return.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    options = parse_options()
    Gst.init(None)
    try:
        pipeline = make_pipeline(options)
    except GLib.Error as error:
        print(error.message, file=sys.stderr)
        return 2
    pipeline.set_state(Gst.State.PLAYING)
    done = wait_for_end(pipeline)
    pipeline.set_state(Gst.State.NULL)
    return 0 if done else 1


if __name__ == '__main__':
    sys.exit(main())
