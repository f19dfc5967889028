#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Python client that reads a video as the loaders of published reward models
do: every frame becomes an RGB array, and all of them are in memory before the
first is chosen. Kinder than these: the list is not copied into one array, the
pictures are JPEGs and not PNGs, and there is one decoder thread."""

import os

import vspython


def read_with_cv2(path):
    os.environ.setdefault('OPENCV_FFMPEG_CAPTURE_OPTIONS', 'threads;1')
    import cv2

    cv2.setNumThreads(1)
    video = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    rate = video.get(cv2.CAP_PROP_FPS)
    frames = []
    while True:
        there, frame = video.read()
        if not there:
            break
        frames.append((len(frames) / rate,
                       cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)))
    return frames


def read_with_av(path):
    import av

    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        frames = [(frame.time, frame.to_ndarray(format='rgb24'))
                  for frame in container.decode(stream)]
    return [(time - frames[0][0], frame) for time, frame in frames]


def encode_with_cv2(frame):
    import cv2

    size = vspython.fit(frame.shape[1], frame.shape[0])
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode('.jpg', cv2.cvtColor(small, cv2.COLOR_RGB2BGR),
                           [cv2.IMWRITE_JPEG_QUALITY, vspython.QUALITY])
    return vspython.to_base64(jpeg)


def encode_with_av(frame):
    import io

    from PIL import Image

    small = Image.fromarray(frame).resize(
        vspython.fit(frame.shape[1], frame.shape[0]), Image.BILINEAR)
    out = io.BytesIO()
    small.save(out, 'JPEG', quality=vspython.QUALITY)
    return vspython.to_base64(out.getvalue())


def main():
    arguments = vspython.parse_arguments(__doc__.split(':')[0])
    with_cv2 = arguments.library == 'cv2'
    frames = (read_with_cv2 if with_cv2 else read_with_av)(arguments.clip)
    encode = encode_with_cv2 if with_cv2 else encode_with_av
    schedule = vspython.Schedule(arguments.interval)
    samples = [(time, encode(frame))
               for number, (time, frame) in enumerate(frames, 1)
               if schedule.wants(time) or number == len(frames)]
    vspython.score(arguments, samples)


if __name__ == '__main__':
    main()
