#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a Robometer server gets, read by NumPy and held against the source."""

import pathlib
import re
import subprocess
import unittest

import chain

try:
    import numpy
except ImportError:
    chain.skip('python3-numpy is missing')
import curveserver  # noqa: E402

SECOND = 1_000_000_000
RATE = 10
TASK = 'put the "grüne Banane" in the bowl'
# The same for gst-launch-1.0, which takes quotes for its own.
TASK_WORD = 'task="%s"' % TASK.replace('"', '\\"')
# As scoresink's are by default: of full range, which jpegenc does not see to.
JPEG = ('video/x-raw,format=RGB', '!', 'videoconvert', '!',
        'video/x-raw,format=I420,colorimetry=1:4:0:0', '!',
        'jpegenc', 'quality=85', '!', 'jpegdec')


def as_array(path, width, height):
    stride = (width * 3 + 3) // 4 * 4
    rows = numpy.fromfile(path, numpy.uint8).reshape(-1, height, stride)
    return rows[..., :width * 3].reshape(-1, height, width, 3)


def find_plain(frame, reach=8):
    """Where a picture has one colour as far as this to all sides."""
    plain = numpy.ones(frame.shape[:2], bool)
    for axis in 0, 1:
        for way in range(-reach, reach + 1):
            plain &= (numpy.roll(frame, way, axis) == frame).all(axis=2)
    return plain


def error(frames, others):
    """Mean over all values of all frames."""
    return numpy.abs(frames.astype(float) - others.astype(float)).mean()


class Robometer(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('robometer')

    def file(self, name):
        return self.folder / f'{self.id().rpartition(".")[2]}-{name}'

    def in_rgb(self, name, size, *words):
        """All that the elements give, as RGB, by way of a file."""
        path = self.file(name)
        chain.launch(*words, '!', 'videoconvert', '!',
                     f'video/x-raw,format=RGB,width={size[0]},height={size[1]}',
                     '!', 'filesink', f'location={path}')
        return as_array(path, *size)

    def score(self, *words, **properties):
        """The one question that is asked, and the record."""
        results = self.file('results.jsonl')
        pathlib.Path(results).unlink(missing_ok=True)
        with curveserver.CurveServer() as server:
            chain.launch(*words, '!', 'scoresink', TASK_WORD,
                         'method=robometer', f'base-url={server.url}',
                         f'results-location={results}',
                         *chain.as_words(properties))
        record, = chain.read_lines(results)
        self.assertEqual(record['status'], 'scored', record.get('error'))
        self.assertEqual(server.got, ['/health'])
        question, = server.questions
        return question, record

    def source(self, pattern, n, size, caps='format=I420'):
        return ('videotestsrc', f'pattern={pattern}', f'num-buffers={n}', '!',
                f'video/x-raw,{caps},width={size[0]},height={size[1]},'
                f'framerate={RATE}/1')

    def check_form(self, question, n, size, steps):
        self.assertEqual(question.path, '/evaluate_batch_npy')
        fields = {'sample_0', 'use_frame_steps'} if steps else {'sample_0'}
        self.assertEqual(set(question.fields), fields)
        self.assertEqual(question.fields.get('use_frame_steps', 'true'), 'true')
        self.assertEqual(list(question.files), [curveserver.FRAMES])
        self.assertEqual(question.frames.dtype, numpy.uint8)
        self.assertTrue(question.frames.flags['C_CONTIGUOUS'])
        shape = (n, size[1], size[0], 3)
        self.assertEqual(question.frames.shape, shape)
        self.assertEqual(question.sample, {
            'sample_type': 'progress',
            'trajectory': {
                'frames': {'__numpy_file__': curveserver.FRAMES},
                'frames_shape': list(shape), 'task': TASK, 'id': '0',
                'metadata': {'subsequence_length': n},
                'video_embeddings': None}})

    def check_colours(self, frames, wanted, limit):
        """No worse than the limit, and worse with any two channels swapped."""
        here = error(frames, wanted)
        self.assertLessEqual(here, limit)
        for order in ([2, 1, 0], [1, 0, 2], [0, 2, 1]):
            self.assertGreater(error(frames[..., order], wanted), 5 * here + 5)

    def check_loss(self, caps, size):
        """Against what GStreamer's own JPEG elements lose of the bars.

        At their edges decoders differ in how they spread the colours, of which
        there is one for four pixels.
        """
        bars = self.source('smpte75', 30, size, caps)
        wanted = self.in_rgb('source.rgb', size, *bars)
        lossy = self.in_rgb('jpeg.rgb', size, *bars, '!', 'videoconvert', '!',
                            *JPEG)
        question, _ = self.score(*bars)
        self.check_form(question, 8, size, steps=False)
        chosen = numpy.rint(numpy.linspace(0, 29, 8)).astype(int)
        frames, wanted = question.frames, wanted[chosen]
        self.check_colours(frames, wanted, error(lossy[chosen], wanted) + 2)
        plain = find_plain(wanted[0])
        self.assertGreater(plain.mean(), 0.2)
        self.check_colours(frames[:, plain], wanted[:, plain],
                           error(lossy[chosen][:, plain], wanted[:, plain]) + 2)

    def test_colour_bars_in_yuv(self):
        self.check_loss('format=I420', (320, 240))

    def test_colour_bars_in_rgb(self):
        self.check_loss('format=RGB', (320, 240))

    def test_colour_bars_in_bgrx(self):
        self.check_loss('format=BGRx', (160, 120))

    def test_an_odd_size(self):
        self.check_loss('format=RGB', (161, 119))

    def test_jpegs_that_pass(self):
        """A camera's JPEGs that are small enough are only decoded.

        jpegdec takes a faster way, which makes up to 3 of 255 of difference.
        """
        source = self.source('smpte75', 30, (320, 240)) + ('!', 'jpegenc')
        wanted = self.in_rgb('source.rgb', (320, 240), *source, '!', 'jpegdec')
        question, _ = self.score(*source)
        chosen = numpy.rint(numpy.linspace(0, 29, 8)).astype(int)
        self.check_colours(question.frames, wanted[chosen], 3.0)

    def test_large_pictures_have_a_short_side_of_240(self):
        """Raw and JPEG, lying and standing; in 720p the colours are BT.709's.

        What jpegenc makes of these is another picture, so that it is held
        against what is in it.
        """
        for big, small in (((1280, 720), (427, 240)), ((480, 960), (240, 480))):
            bars = self.source('smpte75', 12, big)
            for words, undone in ((), ()), (('!', 'jpegenc'), ('!', 'jpegdec')):
                wanted = self.in_rgb('source.rgb', small, *bars, *words,
                                     *undone, '!', 'videoconvert', '!',
                                     'videoscale', 'add-borders=false')
                question, _ = self.score(*bars, *words)
                self.check_form(question, 8, small, steps=False)
                self.check_colours(question.frames, wanted[:8], 5.0)

    def test_which_frames(self):
        """The ball is elsewhere in every frame."""
        size = (160, 120)
        ball = self.source('ball', 40, size)
        frames = self.in_rgb('source.rgb', size, *ball)
        question, record = self.score(*ball)
        chosen = [int(i) for i in numpy.rint(numpy.linspace(0, 39, 8))]
        found = [min(range(40), key=lambda i: error(frames[i], frame))
                 for frame in question.frames]
        self.assertEqual(found, chosen)
        samples = record['samples']
        self.assertEqual([s['stream_time'] for s in samples],
                         [i * SECOND // RATE for i in chosen])
        self.assertEqual([s['progress'] for s in samples],
                         [i / 7 for i in range(8)])
        self.assertEqual([s['success_probability'] for s in samples],
                         [i / 14 for i in range(8)])
        self.assertEqual(record['progress'], 1)
        self.assertEqual(record['model'], 'robometer')
        self.assertIs(record['options']['dense'], False)
        self.assertEqual(record['options']['max-frames'], 8)

    def test_few_frames(self):
        for n in 1, 2, 3:
            for dense in False, True:
                question, record = self.score(
                    *self.source('ball', n, (64, 48)), dense=dense)
                self.check_form(question, n, (64, 48), steps=dense and n > 1)
                self.assertEqual(len(record['samples']), n)
                self.assertIs(record['options']['dense'], dense)

    def test_ten_thousand_frames(self):
        """As many seconds as fit no memory; the ends are there all the same."""
        n = 10000
        question, record = self.score(*self.source('ball', n, (64, 48)))
        self.check_form(question, 8, (64, 48), steps=False)
        self.assertEqual(record['n_frames'], n)
        times = [s['stream_time'] * RATE / SECOND for s in record['samples']]
        self.assertEqual(times[0], 0)
        self.assertEqual(times[-1], n - 1)
        # The samples that are kept have a step between a 32nd and a 64th of
        # the whole, and each of these lies at most half of one beside.
        for time, wanted in zip(times, numpy.linspace(0, n - 1, 8)):
            self.assertLess(abs(time - wanted), n / 32)

    def test_more_frames_when_they_are_set(self):
        question, record = self.score(*self.source('ball', 40, (64, 48)),
                                      max_frames=20)
        self.check_form(question, 20, (64, 48), steps=False)
        self.assertEqual(len(record['samples']), 20)

    def test_an_address_with_a_path(self):
        with curveserver.CurveServer() as server:
            chain.launch(*self.source('ball', 3, (64, 48)), '!', 'scoresink',
                         TASK_WORD, 'method=robometer',
                         f'base-url={server.url}/lab/v1/')
        self.assertEqual(server.got, ['/lab/v1/health'])
        self.assertEqual([q.path for q in server.questions],
                         ['/lab/v1/evaluate_batch_npy'])

    def test_the_recipe_of_the_docs(self):
        page = chain.SOURCE_DIR / 'docs' / 'providers.md'
        recipe, = [block for block in re.findall(
            r'^```sh\n(.*?)^```', page.read_text('utf-8'), re.S | re.M)
                   if 'method=robometer' in block]
        self.assertIn(' base-url=http://127.0.0.1:8000 ', recipe)
        chain.render(self.folder / 'episode.mp4', 'put the banana in the bowl',
                     'success', 1)
        with curveserver.CurveServer() as server:
            subprocess.run(
                ['bash', '-euc', recipe.replace('http://127.0.0.1:8000',
                                                server.url)],
                cwd=self.folder, stdout=subprocess.DEVNULL, check=True,
                timeout=60)
        record, = chain.read_lines(self.folder / 'results.jsonl')
        self.assertEqual(record['status'], 'scored', record.get('error'))
        self.assertTrue(record['success'])
        self.assertEqual(record['provider'], 'robometer')

    def test_gst_inspect_says_what_is_needed(self):
        said = subprocess.run(
            ['gst-inspect-1.0', '--no-colors', 'scoresink'], text=True,
            stdout=subprocess.PIPE, check=True, timeout=60).stdout
        lines = re.findall(r'^ +\(\d+\): robometer +- (.*)$', said, re.M)
        self.assertEqual(len(lines), 2, said)
        self.assertRegex(lines[0], 'needs .* provider robometer')
        self.assertRegex(lines[1], 'method robometer .* needs base-url')


if __name__ == '__main__':
    unittest.main()
