#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page that `gst-score-1.0 report` writes, as a file.

Read here with Python's HTML parser: what is in it, that nothing in it leads out of
it, and that what a record says cannot become a part of the page.
"""

import base64
import hashlib
import html.parser
import io
import json
import os
import re
import struct
import subprocess
import unittest

import chain
import exporting
import reporting
from exporting import SECOND, failed, record

HOSTILE = ('</script><script>window.broken = 1</script>', '<img src=x onerror="broken = 1">',
           '<!--<script>', '"\'`&lt;', '\u2028\u2029', ']]>', '<svg onload=alert(1)>', '\\u003c',
           'javascript:alert(1)', '@@SCRIPT@@', '${1}', 'Kästchen 箱 🍌')


class Page(html.parser.HTMLParser):
    """Scripts, styles, data and addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.tags, self.blocks, self.outside = [], {}, []
        self.script = self.style = self.policy = self.title = ''
        self.addresses, self.handlers = [], []
        self.inside = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.inside = (tag, values)
        self.handlers += [name for name in values if name.startswith('on')]
        self.addresses += [values[name] for name in ('src', 'href', 'action', 'data')
                           if name in values]
        if values.get('http-equiv') == 'Content-Security-Policy':
            self.policy = values['content']

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        tag, values = self.inside or ('', {})
        if tag == 'script' and values.get('type') == 'application/json':
            self.blocks[values['id']] = self.blocks.get(values['id'], '') + data
            return
        self.outside.append(data)
        if tag == 'script':
            self.script += data
        elif tag == 'style':
            self.style += data
        elif tag == 'title':
            self.title += data

    def read(self, name):
        return json.loads(self.blocks[name])


def run(*words, output=None):
    out = [] if output is None else ['-o', str(output)]
    return subprocess.run([chain.TOOL, 'report', *out, *map(str, words)], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=240)


def jpeg_size(data):
    """Width and height, from the frame header."""
    stream = io.BytesIO(data)
    if stream.read(2) != b'\xff\xd8':
        raise AssertionError('no JPEG')
    while True:
        marker, length = struct.unpack('>HH', stream.read(4))
        body = stream.read(length - 2)
        if marker in (0xffc0, 0xffc2):
            height, width = struct.unpack('>HH', body[1:5])
            return width, height


def digest(text):
    return "'sha256-%s'" % base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.folder = chain.scratch('report')

    def write(self, name, *records):
        path = self.folder / name
        path.write_text(''.join(json.dumps(one) + '\n' for one in records), 'utf-8')
        return path

    def page(self, *words):
        output = self.folder / 'page.html'
        done = run(*words, output=output)
        self.assertEqual(done.returncode, 0, done.stderr)
        return Page(output.read_text('utf-8'))

    def refused(self, status, *words):
        done = run(*words, output=self.folder / 'never.html')
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertFalse((self.folder / 'never.html').exists())
        return done.stderr.decode()


class Pages(ReportTest):
    """The page of a whole set."""

    @classmethod
    def setUpClass(cls):
        cls.set = chain.scratch('report-set')
        reporting.make_set(cls.set, 1)
        reporting.report_of_set(cls.set, cls.set / 'page.html')
        cls.whole = Page((cls.set / 'page.html').read_text('utf-8'))
        cls.data = cls.whole.read('data')

    def test_every_record_is_there_as_it_was_written(self):
        written = [one for name in ('score.jsonl', 'gvl.jsonl')
                   for one in chain.read_lines(self.set / name)]
        self.assertEqual([self.whole.read(f'e{i}') for i in range(len(written))], written)
        self.assertEqual([one['id'] for one in self.data['episodes']],
                         [one['episode_id'] for one in written])
        self.assertEqual([one['scored'] for one in self.data['episodes']].count(False), 1)

    def test_figures_are_those_of_eval(self):
        done = subprocess.run(
            [chain.TOOL, 'eval', '--json', '-m', self.set / 'set.csv',
             self.set / 'score.jsonl', self.set / 'gvl.jsonl'],
            stdout=subprocess.PIPE, check=True)
        self.assertEqual(self.data['eval'], json.loads(done.stdout))
        self.assertIsNotNone(self.data['eval']['results'][0]['confusion'])

    def test_nothing_leads_out(self):
        page = self.whole
        for address in page.addresses:
            self.assertRegex(address, r'^(#|data:)')
        code = ''.join(page.outside).replace("'http://www.w3.org/2000/svg'", '')
        self.assertNotRegex(code, r'(?i)https?:|//[\w-]+\.\w|@import|url\(|sendBeacon|fetch\(|'
                                  r'XMLHttpRequest|WebSocket|import\(|innerHTML|eval\(')
        self.assertEqual(page.handlers, [])
        self.assertNotIn('iframe', page.tags)

    def test_policy_names_the_script_and_the_style(self):
        policy = dict(part.strip().split(' ', 1) for part in self.whole.policy.split(';'))
        self.assertEqual(policy['default-src'], "'none'")
        self.assertEqual(policy['script-src'], digest(self.whole.script))
        self.assertEqual(policy['style-src'], digest(self.whole.style))
        self.assertEqual(policy['img-src'], 'data:')
        self.assertNotIn('unsafe', self.whole.policy)

    def test_labels_and_tasks_are_the_manifests(self):
        for one in self.data['episodes']:
            label = reporting.LABELS[one['id'].split('-')[1]]
            self.assertEqual((one.get('label'), one.get('partial')),
                             (None, None) if 'own' in one else label)
            self.assertEqual(one['set'], 'toys')
        asked = [one for one in self.data['episodes'] if 'own' in one]
        self.assertEqual(len(asked), 6)
        for one in asked:
            self.assertNotEqual(one['own'], one['task'])

    def test_pictures_are_small_and_at_their_times(self):
        for name in (name for name in self.whole.blocks if name.startswith('m')):
            thumbs = self.whole.read(name)['thumbs']
            self.assertEqual(len(thumbs), 12)
            self.assertEqual([row[1] for row in thumbs], sorted(row[1] for row in thumbs))
            for time, sample, data in thumbs:
                jpeg = base64.b64decode(data, validate=True)
                self.assertEqual(jpeg_size(jpeg), (160, 120))
                self.assertLess(len(jpeg), 6000)
                self.assertAlmostEqual(time, sample * SECOND / 2, delta=SECOND / 4)
        used = {one['media'] for one in self.data['episodes']}
        self.assertEqual(len(used), 9)

    def test_truth_is_that_of_the_episode(self):
        for one in self.data['episodes']:
            truth = self.whole.read(f'm{one["media"]}')['truth']
            rows = chain.read_lines(self.set / 'truth' / f'{one["id"]}.jsonl')
            known = {row['stream_time']: row['progress'] for row in rows}
            self.assertEqual(truth[0][0], min(known))
            self.assertEqual(truth[-1][0], max(known))
            for time, progress in truth:
                self.assertAlmostEqual(progress, known[time], delta=1e-4)

    def test_same_words_same_page(self):
        reporting.report_of_set(self.set, self.set / 'again.html')
        self.assertEqual((self.set / 'again.html').read_bytes(),
                         (self.set / 'page.html').read_bytes())


class Records(ReportTest):
    """What becomes of single records."""

    def test_what_a_record_says_stays_text(self):
        samples = [(i * SECOND, 0.5, {'description': text, 'reason': text})
                   for i, text in enumerate(HOSTILE)]
        hostile = record(HOSTILE[0], samples, task=HOSTILE[1], method='gvl',
                         completion_state=HOSTILE[0], objects=list(HOSTILE), model=HOSTILE[0],
                         outcome=HOSTILE[0], notes=list(HOSTILE),
                         **{f'<b>{HOSTILE[0]}': HOSTILE[0]})
        path = self.write(f'results {HOSTILE[1]}.jsonl'.replace('/', ''), hostile)
        quiet = self.page(self.write('quiet.jsonl', record('a', [(0, 0.5, {})])))
        page = self.page('--title', HOSTILE[0], path)
        self.assertEqual(page.tags, quiet.tags)
        self.assertEqual(page.script, quiet.script)
        self.assertEqual(page.title, HOSTILE[0])
        self.assertEqual(page.read('e0'), hostile)
        for block in page.blocks.values():
            self.assertNotRegex(block, '[<>&\u2028\u2029]')

    def test_the_last_scored_one_counts(self):
        first = failed('a')
        scored = record('a', [(0, 0.25, {})])
        other = record('b', [(0, 0.5, {})])
        page = self.page(self.write('r.jsonl', first, other, scored, failed('a')))
        self.assertEqual(page.read('e0'), scored)
        self.assertEqual(page.read('e1'), other)
        self.assertEqual(len(page.read('data')['episodes']), 2)

    def test_progress_is_that_of_the_samples(self):
        one = record('a', [(0, 0.2, {}), (SECOND, 0.6, {})], progress=0.9, mean_progress=0.9)
        data = self.page(self.write('r.jsonl', one)).read('data')['episodes'][0]
        self.assertEqual((data['progress'], data['mean']), (0.6, 0.4))

    def test_provisional_and_torn_ones_do_not(self):
        path = self.write('r.jsonl', record('a', [(0, 0.5, {})]),
                          record('b', [(0, 0.5, {})], provisional=True))
        path.write_bytes(b'\xef\xbb\xbf' + path.read_bytes() + b'{"schema": "gst-sc')
        page = self.page(path)
        self.assertEqual([one['id'] for one in page.read('data')['episodes']], ['a'])

    def test_failures_alone_make_a_page(self):
        page = self.page(self.write('r.jsonl', failed('a'), failed('b')))
        data = page.read('data')
        self.assertEqual([one['scored'] for one in data['episodes']], [False, False])
        self.assertTrue(all('error' in one for one in data['episodes']))

    def test_costs(self):
        usage = {'requests': 2, 'input_tokens': 900_000, 'output_tokens': 100_000}

        def record(*words, **more):
            return exporting.record(*words, method='score', **more)
        some = self.write('cost.jsonl', record('a', [(0, 0.5, {})], usage={**usage, 'cost': 0.5}),
                          record('b', [(0, 0.5, {})], usage={**usage, 'cost': 1.5}),
                          record('c', [(0, 0.5, {})], usage=usage))
        none = self.write('none.jsonl', record('a', [(0, 0.5, {})], usage=usage))
        cost, unknown = self.page(some, none).read('data')['files']
        self.assertEqual((cost['cost'], cost['n_cost'], cost['price']), (2.0, 2, 1.0))
        self.assertEqual(cost['n_usage'], 3)
        self.assertNotIn('cost', unknown)
        self.assertNotIn('price', unknown)
        for name in ('none.jsonl', none, 'score'):
            files = self.page('--price', f'{name}=3.5', some, none).read('data')['files']
            self.assertEqual((files[1]['cost'], files[1]['price']), (3.5, 3.5))
            self.assertEqual(files[0]['price'], 3.5 if name == 'score' else 1.0)

    def test_wrong_words(self):
        path = self.write('r.jsonl', record('a', [(0, 0.5, {})]))
        self.assertIn('at least one file', self.refused(2))
        self.assertIn('no results file, method or model is "x"',
                      self.refused(2, '--price', 'x=1', path))
        for price in ('score', 'score=', 'score=-1', 'score=nan', 'score=1$'):
            self.assertIn('NAME=USD', self.refused(2, '--price', price, path))
        self.assertIn('--thumbnails', self.refused(2, '--thumbnails', '-1', path))
        self.assertIn('--bootstrap', self.refused(2, '--bootstrap', '-1', path))
        self.assertIn('nowhere.jsonl', self.refused(1, self.folder / 'nowhere.jsonl'))
        self.assertIn('has no records', self.refused(1, self.write('empty.jsonl')))
        self.assertIn('no.csv', self.refused(1, '-m', self.folder / 'no.csv', path))

    def test_files_that_are_something_else(self):
        path = self.write('r.jsonl', record('a', [(0, 0.5, {})]))
        (self.folder / 'empty').mkdir()
        self.assertIn('record.json', self.refused(1, '--samples', self.folder / 'empty', path))
        self.assertIn('gone', self.refused(1, '--samples', self.folder / 'gone', path))
        self.assertIn('r.jsonl, line 1', self.refused(1, '--truth', path, path))
        lines = self.folder / 'lines.jsonl'
        lines.write_text('{"episode_id":"a","stream_time":0,"progress":0}\n\n[]\n', 'utf-8')
        self.assertIn('lines.jsonl, line 3', self.refused(1, '--truth', lines, path))

    def test_a_page_stays_when_the_next_fails(self):
        output = self.folder / 'page.html'
        output.write_text('before', 'utf-8')
        self.assertEqual(run(self.folder / 'nowhere.jsonl', output=output).returncode, 1)
        self.assertEqual(output.read_text('utf-8'), 'before')
        path = self.write('r.jsonl', record('a', [(0, 0.5, {})]))
        done = run(path, output=self.folder / 'no' / 'page.html')
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'no/page.html', done.stderr)

    def test_default_name_and_standard_output(self):
        path = self.write('r.jsonl', record('a', [(0, 0.5, {})]))
        subprocess.run([chain.TOOL, 'report', path], cwd=self.folder, check=True, timeout=60)
        done = run(path, output='-')
        self.assertEqual((self.folder / 'report.html').read_bytes(), done.stdout)

    def test_truth_of_one_episode_needs_no_id(self):
        truth = self.folder / 'b.jsonl'
        truth.write_text('{"episode_id":"toy","stream_time":0,"progress":0}\n'
                         '{"episode_id":"toy","stream_time":5,"progress":1}\n', 'utf-8')
        one = self.write('one.jsonl', record('a', [(0, 0.5, {})]))
        two = self.write('two.jsonl', record('a', [(0, 0.5, {})]), record('b', [(0, 0.5, {})]))
        self.assertEqual(self.page('--truth', truth, one).read('m0')['truth'], [[0, 0], [5, 1]])
        data = self.page('--truth', truth, two).read('data')
        self.assertEqual(['media' in one for one in data['episodes']], [False, True])


class Samples(ReportTest):
    """Pictures from folders."""

    def make(self, name, n, jpeg=None):
        folder = self.folder / 'samples' / name
        folder.mkdir(parents=True)
        samples = [(i * SECOND, 0.5, {}) for i in range(n)]
        one = record(name.split('+')[0], samples)
        (folder / 'record.json').write_text(json.dumps(one), 'utf-8')
        for i in range(n):
            (folder / f'{i:05}.jpg').write_bytes(jpeg or self.jpeg)
        return one

    def draw(self, width, height):
        path = self.folder / 'a.jpg'
        chain.launch('videotestsrc', 'num-buffers=1', '!',
                     f'video/x-raw,width={width},height={height}', '!', 'jpegenc', '!',
                     'filesink', f'location={path}')
        return path.read_bytes()

    def setUp(self):
        super().setUp()
        self.jpeg = self.draw(1280, 720)

    def thumbs(self, *words):
        page = self.page('--samples', self.folder / 'samples', *words)
        return page, {one['id']: page.read(f'm{one["media"]}')['thumbs']
                      for one in page.read('data')['episodes'] if 'media' in one}

    def test_the_first_the_last_and_as_many_as_asked_for(self):
        path = self.write('r.jsonl', self.make('a', 30), self.make('b', 1))
        for most, indices in ((2, [0, 29]), (4, [0, 9, 19, 29])):
            _, thumbs = self.thumbs('--thumbnails', most, path)
            self.assertEqual([row[1] for row in thumbs['a']], indices)
            self.assertEqual([row[1] for row in thumbs['b']], [0])
        page, thumbs = self.thumbs('--thumbnails', 0, path)
        self.assertEqual(thumbs, {})
        self.assertNotIn('m0', page.blocks)
        _, thumbs = self.thumbs(path)
        self.assertEqual(jpeg_size(base64.b64decode(thumbs['a'][0][2])), (160, 90))

    def test_the_folder_with_the_most_samples(self):
        path = self.write('r.jsonl', self.make('a', 3))
        self.make('a+2', 5)
        self.make('a+3', 4)
        self.make('stranger', 9)
        _, thumbs = self.thumbs(path)
        self.assertEqual(list(thumbs), ['a'])
        self.assertEqual(len(thumbs['a']), 5)

    def test_one_folder_alone(self):
        path = self.write('r.jsonl', self.make('a', 3))
        page = self.page('--samples', self.folder / 'samples' / 'a', path)
        self.assertEqual(len(page.read('m0')['thumbs']), 3)

    def test_stray_bytes_are_harmless(self):
        end = self.jpeg.rindex(b'\xff\xd9')
        path = self.write('r.jsonl', self.make('a', 2, self.jpeg[:end] + b'\0' * 9 + b'\xff\xd9'))
        page, thumbs = self.thumbs(path)
        self.assertEqual(len(thumbs['a']), 2)
        self.assertEqual(page.read('data')['broken'], 0)

    def test_broken_pictures_are_counted(self):
        path = self.write('r.jsonl', self.make('a', 3, b'no picture'),
                          self.make('b', 2, self.jpeg[:len(self.jpeg) // 2]),
                          self.make('c', 2, b''))
        (self.folder / 'samples' / 'c' / '00000.jpg').unlink()
        page, thumbs = self.thumbs(path)
        self.assertEqual({name: len(rows) for name, rows in thumbs.items()}, {'c': 1})
        self.assertEqual(page.read('data')['broken'], 5)

    def test_two_thousand_episodes(self):
        records = []
        self.jpeg = self.draw(320, 180)
        for i in range(2000):
            records.append(self.make(f'e{i}', 1))
            folder = self.folder / 'samples' / f'e{i}'
            samples = [(k * SECOND // 2, (i + k) % 18 / 17,
                        {'description': f'The banana is {k} cm away.'}) for k in range(17)]
            records[-1] = record(f'e{i}', samples, outcome=('success', 'failure')[i % 2])
            (folder / 'record.json').write_text(json.dumps(records[-1]), 'utf-8')
            for k in (8, 16):
                os.link(folder / '00000.jpg', folder / f'{k:05}.jpg')
        _, thumbs = self.thumbs(self.write('r.jsonl', *records))
        self.assertEqual(len(thumbs), 2000)
        self.assertTrue(all(2 <= len(rows) <= 3 for rows in thumbs.values()))
        size = (self.folder / 'page.html').stat().st_size
        print(f'a page of 2,000 episodes: {size / 2**20:.1f} MiB', flush=True)
        self.assertLess(size, 48 * 2**20)


if __name__ == '__main__':
    unittest.main(verbosity=2)
