#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""report.py FOLDER: the pictures of a report of toy episodes, for docs/tool.md."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'pipelines'))

import browser      # noqa: E402
import chain        # noqa: E402
import reporting    # noqa: E402

FEW_COLOURS = ('split[a][b];[a]palettegen=max_colors=96:reserve_transparent=0[p];'
               '[b][p]paletteuse=dither=none')


def save(path, *pictures):
    """Side by side where there are several, in few colours."""
    inputs = []
    for i, picture in enumerate(pictures):
        part = path.with_suffix(f'.{i}.tmp')
        part.write_bytes(picture)
        inputs += ['-f', 'png_pipe', '-i', part]
    beside = f'hstack=inputs={len(pictures)},' if len(pictures) > 1 else ''
    subprocess.run(['ffmpeg', '-v', 'error', '-y', *inputs, '-filter_complex',
                    beside + FEW_COLOURS, '-compression_level', '9', path], check=True)
    for i in range(len(pictures)):
        path.with_suffix(f'.{i}.tmp').unlink()


class Camera:
    def __init__(self, window, page):
        self.window, self.page = window, page

    def episode(self, name):
        self.window.open('about:blank')
        self.window.open(self.page)
        index = self.window.get(f"EPISODES.find(e => e.id === '{name}').index")
        self.window.run(f"location.hash = 'episode={index}'")
        self.window.until("document.images.length && [...document.images].every(i => "
                          "i.complete && i.naturalWidth)")

    def take(self, width, height, top='body'):
        self.window.resize(width, height)
        self.window.until('[...document.images].every(i => i.complete && i.naturalWidth)')
        self.window.frames()
        y = self.window.get(f"document.querySelector('{top}').getBoundingClientRect().top + scrollY")
        return self.window.picture(clip={'x': 0, 'y': max(0, y - 20), 'width': width,
                                         'height': height})


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    made = chain.scratch('pictures')
    reporting.make_set(made, 3)
    reporting.report_of_set(made, made / 'page.html')
    with browser.Browser(made) as window:
        camera = Camera(window, (made / 'page.html').as_uri())
        window.open(camera.page)
        save(folder / 'report-overview.png', camera.take(1400, 1330, '#overview > .controls'))
        narrow = camera.take(400, 1000, '#distribution')
        camera.episode('toy-partial-20')
        save(folder / 'report-narrow.png', narrow, camera.take(400, 1000))
        save(folder / 'report-episode.png', camera.take(1400, 1000))
        window.darken()
        window.open('about:blank')
        window.open(camera.page)
        save(folder / 'report-dark.png', camera.take(1400, 900))


if __name__ == '__main__':
    main()
