#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A camera on loopback: the toy robot by RTSP, with sound. Prints its URL, and
ends with 77 where there is no binding of the RTSP server."""

import sys

import gi

gi.require_version('Gst', '1.0')
try:
    gi.require_version('GstRtspServer', '1.0')
except ValueError:
    sys.exit(77)
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

CAMERA = ('( scoretestsrc is-live=true num-episodes=-1 '
          '! video/x-raw,width=320,height=240,framerate=15/1 '
          '! x264enc tune=zerolatency speed-preset=veryfast key-int-max=15 '
          '! rtph264pay name=pay1 config-interval=-1 pt=96 '
          'audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay0 pt=8 )')


def main():
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address('127.0.0.1')
    server.set_service('0')
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(CAMERA)
    server.get_mount_points().add_factory('/robot', factory)
    server.attach(None)
    print(f'rtsp://127.0.0.1:{server.get_bound_port()}/robot', flush=True)
    GLib.MainLoop().run()


if __name__ == '__main__':
    main()
