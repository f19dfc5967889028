#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A careful Python client: decodes every frame, as its libraries make it, and
converts, scales and encodes the samples alone. Never more than a frame or two
of pixels in memory, one decoder thread, one connection."""

import os

import vspython


def sample_with_cv2(path, interval):
    """grab() decodes; only retrieve() makes an array of it."""
    os.environ.setdefault('OPENCV_FFMPEG_CAPTURE_OPTIONS', 'threads;1')
    import cv2

    cv2.setNumThreads(1)
    video = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    rate = video.get(cv2.CAP_PROP_FPS)
    last = int(video.get(cv2.CAP_PROP_FRAME_COUNT)) - 1
    schedule = vspython.Schedule(interval)
    samples = []
    index = 0
    while video.grab():
        if schedule.wants(index / rate) or index == last:
            _, frame = video.retrieve()
            size = vspython.fit(frame.shape[1], frame.shape[0])
            small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
            _, jpeg = cv2.imencode('.jpg', small, [cv2.IMWRITE_JPEG_QUALITY,
                                                   vspython.QUALITY])
            samples.append((index / rate, vspython.to_base64(jpeg)))
        index += 1
    return samples


def sample_with_av(path, interval):
    """Frames stay as the decoder gives them; samples are converted and scaled
    in one step."""
    import io

    import av

    def encode(frame):
        width, height = vspython.fit(frame.width, frame.height)
        out = io.BytesIO()
        frame.to_image(width=width, height=height).save(
            out, 'JPEG', quality=vspython.QUALITY)
        return vspython.to_base64(out.getvalue())

    schedule = vspython.Schedule(interval)
    samples = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        start = last = None
        for frame in container.decode(stream):
            start = frame.time if start is None else start
            last = frame
            if schedule.wants(frame.time - start):
                samples.append((frame.time - start, encode(frame)))
                last = None
        if last is not None:
            samples.append((last.time - start, encode(last)))
    return samples


def main():
    arguments = vspython.parse_arguments(__doc__.split(':')[0])
    sample = sample_with_cv2 if arguments.library == 'cv2' else sample_with_av
    vspython.score(arguments, sample(arguments.clip, arguments.interval))


if __name__ == '__main__':
    main()
