#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The page that `gst-score-1.0 report` writes, in a browser, with real clicks and keys.

Nothing may be complained about on the console, nothing may be loaded, and the page
must be usable without a mouse, at any width, in light and dark. Where SCORE_AXE names
axe.min.js of axe-core, its rules are run too.
"""

import json
import os
import pathlib
import unittest

import browser
import chain
import reporting
from exporting import SECOND, failed, record
from report import HOSTILE

# Text against what is behind it, by the formula of WCAG 2: the pairs below 4.5.
CONTRAST = r'''
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}
function light([r, g, b]) {
  const [x, y, z] = [r, g, b].map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
}
function behind(element) {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgba(getComputedStyle(at).backgroundColor);
    if (colour[3] > 0.99)
      return colour;
  }
  return [255, 255, 255, 1];
}
const bad = [];
let n = 0;
for (const element of document.querySelectorAll('body *')) {
  const own = [...element.childNodes].some(c => c.nodeType === 3 && c.data.trim());
  if (!own || !element.getClientRects().length || element.closest('script, .skip'))
    continue;
  const style = getComputedStyle(element);
  const a = light(rgba(element instanceof SVGElement ? style.fill : style.color));
  const b = light(behind(element));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  n++;
  if (ratio < 4.5)
    bad.push(`${element.tagName} ${element.className} ${element.textContent.slice(0, 30)} ` +
      ratio.toFixed(2));
}
return [n, bad];
'''

# What assistive technology needs of the elements that are seen.
STRUCTURE = r'''
const bad = [];
const seen = element => element.getClientRects().length > 0;
const all = selector => [...document.querySelectorAll(selector)].filter(seen);
const named = element => (element.getAttribute('aria-label') || element.textContent ||
  element.getAttribute('alt') || '').trim();
const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i)))
  bad.push(`id ${id} twice`);
for (const e of all('a, button, [role=slider], [role=region], [role=img], nav, [role=search]'))
  if (!named(e)) bad.push(`no name: ${e.outerHTML.slice(0, 80)}`);
for (const e of all('input, select'))
  if (!e.labels.length || !e.labels[0].textContent.trim()) bad.push(`no label: ${e.id}`);
for (const e of all('[aria-labelledby]'))
  if (!document.getElementById(e.getAttribute('aria-labelledby')))
    bad.push(`labelled by nothing: ${e.id}`);
for (const e of all('img')) if (!e.alt) bad.push('a picture without words');
for (const e of all('svg'))
  if (!e.closest('[aria-hidden=true]') && e.getAttribute('role') !== 'img' &&
      !e.closest('[role=img]'))
    bad.push(`a drawing without a role: ${e.outerHTML.slice(0, 80)}`);
for (const e of all('th')) if (!e.scope) bad.push(`no scope: ${e.textContent}`);
if (all('[tabindex]').some(e => e.tabIndex > 0)) bad.push('a tab order of its own');
if (all('h1').length !== 1 || all('main').length !== 1) bad.push('h1 or main');
let level = 1;
for (const e of all('h1, h2, h3, h4')) {
  const now = Number(e.tagName[1]);
  if (now > level + 1) bad.push(`h${now} after h${level}`);
  level = now;
}
if (document.documentElement.lang !== 'en' || !document.title) bad.push('language or title');
for (const e of all('[role=slider]'))
  if (!['aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext']
      .every(name => e.getAttribute(name))) bad.push('a slider without values');
return bad;
'''

ROWS = "[...document.querySelectorAll('#index-rows tr')]"


class BrowserTest(unittest.TestCase):
    """One browser for all, and a set of toy episodes."""

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('report-browser')
        cls.browser = browser.Browser(cls.folder)
        cls.enterClassContext(cls.browser)

    def open(self, path, hash_=''):
        self.browser.open('about:blank')
        self.browser.open(pathlib.Path(path).as_uri() + hash_)
        self.browser.until("document.readyState === 'complete'")
        self.browser.frames()

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def make(self, *records, name='results.jsonl', words=()):
        path = self.folder / name
        path.write_text(''.join(json.dumps(one) + '\n' for one in records), 'utf-8')
        reporting.report(self.folder / 'page.html', *words, path)
        self.open(self.folder / 'page.html')

    def column(self, number):
        return self.browser.get(
            f"{ROWS}.map(row => row.children[{number}].textContent)")

    def ids(self):
        return self.browser.get(f"{ROWS}.map(row => row.querySelector('a').textContent)")

    def check_page(self):
        n, bad = self.browser.run(CONTRAST)
        self.assertGreater(n, 12)
        self.assertEqual(bad, [])
        self.assertEqual(self.browser.run(STRUCTURE), [])
        self.assertLessEqual(self.browser.get('document.scrollingElement.scrollWidth'),
                             self.browser.get('innerWidth'))
        self.check_axe()

    def check_axe(self):
        axe = os.environ.get('SCORE_AXE')
        if not axe:
            return
        self.browser.run(pathlib.Path(axe).read_text('utf-8'))
        violations = self.browser.do('/execute/async', {'script': '''
          const done = arguments[0];
          axe.run(document).then(r => done(r.violations.map(v =>
            `${v.id}: ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`)));''',
                                                        'args': []})
        self.assertEqual(violations, [])


class ToySet(BrowserTest):
    """Two results files with a manifest, pictures, truth and prices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reporting.make_set(cls.folder, 1)
        cls.page = cls.folder / 'set.html'
        reporting.report_of_set(cls.folder, cls.page)

    def setUp(self):
        self.browser.resize(1400)
        self.open(self.page)

    def test_every_figure_is_there(self):
        titles = self.browser.get("[...document.querySelectorAll('h2')].map(e => e.textContent)")
        self.assertEqual(titles, ['Agreement with labels', 'Final progress by label',
                                  '\u03c4 against price', 'Confusion matrix', 'Episodes',
                                  'What was counted'])
        self.assertEqual(self.browser.get(
            "[...document.querySelectorAll('.metrics thead th')].map(e => e.firstChild.data)"),
            ['score.jsonl', 'gvl.jsonl'])
        self.assertEqual(self.browser.get(
            "document.querySelectorAll('#distribution .bar').length > 2 && "
            "document.querySelectorAll('#prices circle').length"), 2)
        self.assertEqual(self.browser.get(
            "document.querySelectorAll('.confusion td.cell').length"), 9)
        self.assertEqual(self.browser.get(
            "document.querySelectorAll('.confusion td.right').length"), 3)
        heat = self.browser.get("[...document.querySelectorAll('.confusion td.cell')].map(e => "
                                "getComputedStyle(e).backgroundColor)")
        self.assertGreater(len(set(heat)), 1)
        for name in ('distribution', 'prices', 'confusion'):
            self.assertRegex(self.browser.get(f"document.getElementById('{name}').textContent"),
                             r'n.=.\d')

    def test_numbers_are_those_of_eval(self):
        figures = self.browser.get("DATA.eval.results[0].overall.metrics")
        shown = self.browser.get(
            "Object.fromEntries([...document.querySelectorAll('.metrics tbody:first-of-type tr')]"
            ".filter(r => r.querySelector('code')).map(r => [r.querySelector('code').textContent,"
            " r.querySelector('td').textContent]))")
        self.assertEqual(shown.keys(),
                         {name for name, one in figures.items() if one['value'] is not None})
        for name, text in shown.items():
            one = figures[name]
            self.assertIn(f'{one["value"]:.2f}'.replace('-', '\u2212'), text)
            self.assertIn(f'n\u00a0=\u00a0{one["n"]}', text)

    def test_other_scopes_and_files(self):
        self.browser.choose('#scope', f'toys: {reporting.TASKS[0]}')
        self.assertRegex(self.browser.get("document.querySelector('.metrics tbody td').textContent"),
                         '^3 1 successful, 1 suboptimal, 1 failure')
        self.browser.choose('#of-file', 'gvl.jsonl')
        self.browser.frames()
        self.assertIn('Of gvl.jsonl', self.browser.get(
            "document.getElementById('distribution').textContent"))
        self.assertFalse(self.browser.get("document.getElementById('confusion')"))

    def test_sort(self):
        ids = self.ids()
        self.assertEqual(ids, sorted(ids))
        self.browser.click('#sort-progress')
        progress = [float(text) if text[0].isdigit() else -1 for text in self.column(3)]
        self.assertEqual(progress, sorted(progress, reverse=True))
        self.assertEqual(self.browser.get(
            "document.querySelector('[aria-sort]').getAttribute('aria-sort')"), 'descending')
        self.browser.press('enter')
        progress = [float(text) if text[0].isdigit() else -1 for text in self.column(3)]
        self.assertEqual(progress, sorted(progress))
        self.assertEqual(self.browser.get("document.activeElement.id"), 'sort-progress')
        self.browser.click('#sort-label')
        labels = self.column(2)
        order = ['successful', 'suboptimal', 'failure', 'none']
        self.assertEqual(labels, sorted(labels, key=order.index))
        self.browser.click('#sort-id')
        self.assertEqual(self.ids(), ids)

    def test_filters(self):
        total = len(self.ids())
        self.browser.choose('#filter-label', 'successful')
        self.assertTrue(all('success' in one for one in self.ids()))
        self.browser.choose('#filter-task', reporting.TASKS[1])
        self.assertEqual(set(self.column(1)), {reporting.TASKS[1]})
        self.browser.choose('#filter-label', 'no label')
        self.assertEqual(set(self.column(1)), {
            f'{reporting.TASKS[1]}video of: {task}' for task in reporting.TASKS
            if task != reporting.TASKS[1]})
        self.browser.choose('#filter-label', 'successful')
        self.browser.choose('#filter-method', 'gvl')
        self.assertEqual(self.ids(), ['toy-success-20'])
        self.browser.type('#filter-text', 'nothing like that')
        self.assertEqual(self.ids(), [])
        self.assertTrue(self.browser.get("!document.getElementById('index-none').hidden"))
        for name in ('label', 'task', 'method'):
            self.browser.choose(f'#filter-{name}', 'all')
        self.browser.clear('#filter-text')
        self.assertEqual(len(self.ids()), total)
        self.browser.type('#filter-text', 'UNREACHABLE gvl')
        self.assertEqual(self.ids(), ['toy-failure-30'])
        self.browser.clear('#filter-text')
        self.browser.choose('#filter-status', 'failed')
        self.assertEqual(self.ids(), ['toy-failure-30'])
        self.assertEqual(self.browser.get("document.getElementById('index-count').textContent"),
                         f'1 of {total} records')

    def test_a_click_opens_an_episode(self):
        self.browser.click('#index-rows tr:nth-child(2) td:nth-child(3)')
        self.browser.until("!document.getElementById('episode').hidden")
        self.browser.frames()
        self.assertEqual(self.browser.get("document.activeElement.id"), 'episode-title')
        self.assertTrue(self.browser.get("document.getElementById('overview').hidden"))
        self.browser.click('#back')
        self.browser.until("!document.getElementById('overview').hidden")

    def test_an_episode_by_keyboard(self):
        self.browser.run("document.getElementById('sort-method').focus()")
        self.browser.press('tab')
        first = self.browser.get('document.activeElement.textContent')
        self.assertEqual(first, self.ids()[0])
        self.browser.press('enter')
        self.browser.until("!document.getElementById('episode').hidden")
        self.assertEqual(self.browser.get("document.getElementById('episode-title').textContent"),
                         first)
        for _ in range(8):
            self.browser.press('tab')
            if self.browser.get("document.activeElement.id") == 'curve':
                break
        said = "document.activeElement.getAttribute('aria-valuetext')"
        last = self.browser.get(said)
        self.browser.press('home')
        self.assertRegex(self.browser.get(said), r'^0\.0.s, progress 0\.\d\d, The ')
        self.browser.press('right')
        second = self.browser.get(said)
        self.assertRegex(second, r'^0\.5.s, ')
        self.assertIn(second.split(', ', 2)[2],
                      self.browser.get("document.querySelector('.card').textContent"))
        self.browser.press('end')
        self.assertEqual(self.browser.get(said), last)
        self.browser.press('escape')
        self.browser.until("!document.getElementById('overview').hidden")
        self.assertEqual(self.browser.get('document.activeElement.textContent'), first)

    def find(self, name, file):
        return self.browser.get(f"EPISODES.find(e => e.id === '{name}' && e.f === {file} "
                                "&& !e.own).index")

    def test_the_curve(self):
        self.open(self.page, f'#episode={self.find("toy-success-10", 0)}')
        self.assertEqual(self.browser.get("document.querySelectorAll('.curve circle').length"), 17)
        for kind in ('truth', 'other', 'line', 'label-mark', 'threshold'):
            self.assertEqual(self.browser.get(f"document.querySelectorAll('.curve .{kind}').length"),
                             1, kind)
        # the line goes where the samples are
        points = self.browser.run('''
          const line = document.querySelector('.curve polyline.line');
          const samples = readBlock(`e${opened.index}`).samples;
          const [left, right, top, bottom] = (box => [38, box.width.baseVal.value - 14, 10,
            box.height.baseVal.value - 26])(line.ownerSVGElement);
          const last = samples[samples.length - 1].stream_time - samples[0].stream_time;
          return samples.map((s, i) => [line.points[i].x -
            (left + (right - left) * (s.stream_time - samples[0].stream_time) / last),
            line.points[i].y - (bottom - (bottom - top) * s.progress)]);''')
        self.assertEqual(len(points), 17)
        for x, y in points:
            self.assertAlmostEqual(x, 0, delta=0.2)
            self.assertAlmostEqual(y, 0, delta=0.2)

    def test_other_words_have_no_truth(self):
        index = self.browser.get("EPISODES.find(e => e.own).index")
        self.open(self.page, f'#episode={index}')
        self.assertEqual(self.browser.get(
            "document.querySelectorAll('.curve .truth, .curve .label-mark').length"), 0)
        text = self.browser.get("document.getElementById('episode').textContent")
        self.assertIn('Other words than the video\u2019s own', text)
        self.assertNotIn('Label', text)

    def test_hover_shows_the_sample(self):
        self.open(self.page, f'#episode={self.find("toy-success-10", 0)}')
        box = self.browser.get("document.getElementById('curve').getBoundingClientRect().toJSON()")
        self.browser.point(box['x'] + 38 + (box['width'] - 52) * 4 / 16, box['y'] + 100)
        self.browser.until("document.querySelector('.card').textContent.includes('Sample 5 of 17')")
        words = self.browser.get("readBlock(`e${opened.index}`).samples[4].description")
        self.assertIn(words, self.browser.get("document.querySelector('.card').textContent"))
        self.assertTrue(self.browser.get("document.querySelector('.card img').alt"))
        frame = self.browser.until("document.querySelector('.strip img').complete && "
                                   "document.querySelector('.strip img').getBoundingClientRect()"
                                   ".toJSON()")
        self.browser.point(frame['x'] + 5, frame['y'] + 5)
        self.browser.until("document.querySelector('.card').textContent.includes('Sample 1 of 17')")

    def test_pictures_are_decoded_late_and_do_not_overlap(self):
        self.assertEqual(self.browser.get('document.images.length'), 0)
        self.open(self.page, f'#episode={self.find("toy-success-10", 0)}')
        for width in (1400, 400):
            self.browser.resize(width)
            self.browser.until("document.images.length > 2 && "
                               "[...document.images].every(i => i.complete && i.naturalWidth)")
            boxes = self.browser.get("[...document.querySelectorAll('.strip img')].map(i => "
                                     "i.getBoundingClientRect().toJSON())")
            self.assertGreaterEqual(len(boxes), 3)
            for left, right in zip(boxes, boxes[1:]):
                self.assertLessEqual(left['right'], right['left'])
            self.assertLessEqual(boxes[-1]['right'], width)
            self.assertTrue(self.browser.get("[...document.querySelectorAll('.strip img')]"
                                             ".every(i => i.loading === 'lazy')"))

    def test_from_one_episode_to_the_next(self):
        self.browser.choose('#filter-label', 'failure')
        ids = self.ids()
        self.browser.click('#index-rows a')
        for name in ids[1:3]:
            self.browser.click('a[rel=next]')
            self.browser.until(
                f"document.getElementById('episode-title').textContent === {json.dumps(name)}")
        self.browser.click('a[rel=prev]')
        self.browser.until(
            f"document.getElementById('episode-title').textContent === {json.dumps(ids[1])}")
        self.browser.click('#back')
        self.browser.until("!document.getElementById('overview').hidden")
        self.assertEqual(self.ids(), ids)

    def test_an_episode_that_failed(self):
        self.open(self.page, f'#episode={self.find("toy-failure-30", 1)}')
        self.assertIn('Failed: unreachable', self.browser.get(
            "document.querySelector('.error').textContent"))
        self.check_page()

    def test_accessible_at_both_widths(self):
        for width in (1400, 400):
            self.browser.resize(width)
            self.open(self.page)
            self.check_page()
            self.open(self.page, '#episode=0')
            self.check_page()

    def test_the_keyboard_goes_through_in_the_order_of_the_page(self):
        self.browser.run('document.body.focus()')
        tops, names = [], []
        for _ in range(30):
            self.browser.press('tab')
            name, top = self.browser.get(
                "[document.activeElement.id || document.activeElement.className || "
                "document.activeElement.textContent, "
                "document.activeElement.getBoundingClientRect().top + scrollY]")
            names.append(name)
            tops.append(top)
        self.assertEqual(names[0], 'skip')
        self.assertIn('filter-text', names)
        self.assertIn('sort-id', names)
        for i in range(2, len(tops)):
            self.assertGreaterEqual(tops[i], tops[i - 1] - 60, names[:i + 1])

    def test_nothing_is_loaded(self):
        self.open(self.page, '#episode=0')
        self.assertEqual(self.browser.get(
            "performance.getEntriesByType('resource').map(e => e.name)"
            ".filter(name => !name.startsWith('data:'))"), [])

    def test_prints(self):
        self.browser.run("dispatchEvent(new Event('beforeprint'))")
        self.browser.cdp('Emulation.setEmulatedMedia', {'media': 'print'})
        self.assertEqual(self.browser.get(
            "[...document.querySelectorAll('.controls, .skip')].filter(e => "
            "e.getClientRects().length).length"), 0)
        self.browser.cdp('Emulation.setEmulatedMedia', {'media': ''})
        self.assertTrue(self.browser.printed().startswith(b'%PDF'))


class Dark(BrowserTest):
    """The same in dark."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        reporting.make_set(cls.folder, 1)
        reporting.report_of_set(cls.folder, cls.folder / 'set.html')
        cls.browser.darken()

    def test_dark(self):
        self.open(self.folder / 'set.html')
        self.assertTrue(self.browser.get("matchMedia('(prefers-color-scheme: dark)').matches"))
        back = self.browser.get('getComputedStyle(document.body).backgroundColor')
        self.assertEqual(back, 'rgb(21, 24, 28)')
        self.check_page()
        self.open(self.folder / 'set.html', '#episode=0')
        self.check_page()


class Sparse(BrowserTest):
    """Pages of little, and of strange things."""

    def test_one_record(self):
        self.make(record('a', [(0, 0.5, {})]))
        self.assertEqual(self.ids(), ['a'])
        self.check_page()
        self.browser.click('#index-rows a')
        self.browser.until("!document.getElementById('episode').hidden")
        self.check_page()

    def test_only_failures(self):
        self.make(failed('a'), failed('b'))
        self.assertIn('No metric is defined', self.browser.get('document.body.textContent'))
        self.assertFalse(self.browser.get("document.getElementById('distribution')"))
        self.assertFalse(self.browser.get("document.getElementById('prices')"))
        self.check_page()
        self.browser.click('#index-rows a')
        self.browser.until("!document.getElementById('episode').hidden")
        self.assertIn('No answer in 120 s.', self.browser.get(
            "document.querySelector('.error').textContent"))
        self.check_page()

    def test_no_samples_and_no_times(self):
        bare = failed('a')
        bare['samples'] = []
        timeless = record('b', [(i * SECOND, i / 4, {}) for i in range(5)])
        for sample in timeless['samples']:
            for name in ('timestamp', 'stream_time', 'running_time'):
                del sample[name]
        self.make(bare, timeless)
        for index, words in ((0, 'There are no samples.'), (1, 'sample 4')):
            self.open(self.folder / 'page.html', f'#episode={index}')
            self.assertIn(words, self.browser.get("document.getElementById('episode').textContent"))
            self.check_page()

    def test_hostile_words_stay_words(self):
        samples = [(i * SECOND, 0.5, {'description': text, 'reason': text})
                   for i, text in enumerate(HOSTILE)]
        # as an id, as a task, as a method
        hostile = [record(text, samples, task=text, method=text, model=text, outcome=text,
                          objects=list(HOSTILE), completion_state=text, notes=list(HOSTILE),
                          options={'base-url': text}) for text in HOSTILE]
        self.make(*hostile, words=('--title', HOSTILE[0]))
        tags = "[...document.querySelectorAll('img, iframe, object, [onload], [onerror]')].length"
        for index, text in enumerate(HOSTILE):
            self.browser.run(f"location.hash = 'episode={index}'")
            self.browser.until(f"opened && opened.index === {index}")
            self.assertEqual(self.browser.get("document.querySelector('.task').textContent"), text)
            self.assertEqual(self.browser.get(tags), 0)
            self.assertEqual(self.browser.get('document.scripts.length'), len(HOSTILE) + 2)
        self.assertTrue(self.browser.get("typeof broken === 'undefined'"))
        self.assertEqual(self.browser.get("document.title"), HOSTILE[0])

    def test_an_address_of_nothing(self):
        self.make(record('a', [(0, 0.5, {})]))
        for hash_ in ('#episode=99', '#episode=', '#episode=__proto__', '#main', '#e0'):
            self.open(self.folder / 'page.html', hash_)
            self.assertTrue(self.browser.get("document.getElementById('episode').hidden"), hash_)

    def test_two_thousand_episodes(self):
        words = 'The banana rests on the table, 40 cm to the left of the bowl. ' * 2
        records = [record(f'pick-{i}', [(k * SECOND // 2, (i * k) % 17 / 17,
                                         {'description': words}) for k in range(17)],
                          outcome=('success', 'failure', 'suboptimal')[i % 3])
                   for i in range(2000)]
        self.make(*records, words=('--bootstrap', '100'))
        size = (self.folder / 'page.html').stat().st_size / 2**20
        took = self.browser.get("performance.timing.domContentLoadedEventEnd - "
                                "performance.timing.responseEnd")
        print(f'2,000 episodes: {size:.1f} MiB, {took} ms until everything is shown', flush=True)
        self.assertEqual(len(self.ids()), 200)
        self.browser.type('#filter-text', 'pick-1999')
        self.assertEqual(self.ids(), ['pick-1999'])
        self.browser.clear('#filter-text')
        self.browser.click('#index-more')
        self.assertEqual(len(self.ids()), 2000)
        self.assertEqual(self.ids()[2], 'pick-2')
        self.browser.click('#sort-mean')
        self.browser.click('#index-rows tr:first-child a')
        self.browser.until("!document.getElementById('episode').hidden")


if __name__ == '__main__':
    if browser.missing():
        chain.skip(f'{" and ".join(browser.missing())} not installed')
    if not os.environ.get('SCORE_AXE'):
        print('SCORE_AXE names no axe.min.js: only the own checks of accessibility are run')
    unittest.main(verbosity=2)
