#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands of the docs do what the docs say.

A fenced block of README.md or docs/*.md with the info string `sh run` is run as
it stands: by bash, in a folder that holds a recorded `episode.mp4` and links to
`examples`, `pipelines` and `build`, with the simulator in place of any server of
this machine. In a block that is `sh` only, and in the docs of the elements, the
lines that start gst-launch-1.0 are held against the elements, properties and
values that there are.
"""

import collections
import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import unittest

import chain

SECONDS = 30            # a block may take
FENCE = re.compile(r'^ *```+ *(.*?) *$')
SERVER = re.compile(r'http://(?:127\.0\.0\.1|localhost):\d+')
MODEL = re.compile(r'\bmodel=["\']?([A-Za-z0-9._/-]+)')
STARTS = re.compile(r'(?:(?:[A-Za-z_]\w*=\S* +)*)(gst-launch-1\.0\b.*)', re.S)
ENDS = re.compile(r'^(?:\||\|\||&&|;|&|[0-9]?>>?.*|<.*)$')
OPTIONS = re.compile(r'^-')
PROPERTY = re.compile(r'^  (\S+?) *: ')    # long names touch the colon
NICK = re.compile(r'^ +\((-?\w+)\): (\S+)')

Block = collections.namedtuple('Block', 'where info text')


def blocks_of(path):
    """Fenced blocks, each with the place where it begins."""
    found, began, info, lines = [], 0, '', []
    for number, line in enumerate(path.read_text('utf-8').splitlines(), 1):
        fence = FENCE.match(line)
        if fence and not began:
            began, info, lines = number, fence[1], []
        elif fence:
            where = f'{path.relative_to(chain.SOURCE_DIR)}:{began}'
            found.append(Block(where, info.split(), '\n'.join(lines)))
            began = 0
        elif began:
            lines.append(line)
    return found


def all_blocks():
    paths = [chain.SOURCE_DIR / 'README.md',
             *sorted((chain.SOURCE_DIR / 'docs').glob('*.md'))]
    return [block for path in paths for block in blocks_of(path)]


def can_run(block):
    """Examples may be left out of a build."""
    return all((chain.BUILD_DIR / program).exists() for program in
               re.findall(r'^build/(examples/[\w-]+)', block.text, re.M))


def commands(text):
    """Lines of a script, continued ones put together."""
    return [line.strip() for line in
            text.replace('\\\n', ' ').splitlines() if line.strip()]


def launch_lines(text):
    """The words after gst-launch-1.0 and its options, of every such line."""
    for line in commands(text):
        found = STARTS.match(line.removeprefix('$ '))
        if not found:
            continue
        words = []
        for word in shlex.split(found[1], comments=True)[1:]:
            if ENDS.match(word):
                break
            if words or not OPTIONS.match(word):
                words.append(word)
        yield words


def doc_lines():
    """(place, words) of the launch lines in the elements' docs."""
    folder = chain.SOURCE_DIR / 'plugin' / 'elements'
    for path in sorted(folder.glob('*.c')):
        text = path.read_text('utf-8')
        for comment in re.findall(r'\|\[\n(.*?)\]\|', text, re.S):
            plain = re.sub(r'^ \* ?', '', comment, flags=re.M)
            for words in launch_lines(plain):
                yield path.name, words


@functools.lru_cache(None)
def properties_of(element):
    """Names of the properties, each with its words where it is an enum; None
    where there is no such element."""
    done = subprocess.run(['gst-inspect-1.0', '--no-colors', element],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False)
    if done.returncode != 0:
        return None
    found, name = {}, None
    for line in done.stdout.partition('Element Properties:')[2].splitlines():
        start, nick = PROPERTY.match(line), NICK.match(line)
        if start:
            name = start[1]
            found[name] = set()
        elif nick and name:
            found[name] |= {nick[1], nick[2]}
    return found


def problems_of(words):
    """What is wrong with a pipeline's words."""
    element, expects_element = None, True
    for word in words:
        if word in ('!', '(', ')'):
            expects_element = word != ')'
        elif '/' in word.partition('=')[0] or word.startswith('caps:'):
            expects_element = False     # caps
        elif re.fullmatch(r'[\w-]+\.[\w-]*', word):
            expects_element = True      # a pad of a named element
        elif '=' not in word:
            element, expects_element = word, False
            if properties_of(element) is None:
                yield f'no element {element}'
        elif expects_element:
            yield f'an element should be where {word} is'
        else:
            yield from problems_of_setting(element, *word.split('=', 1))


def problems_of_setting(element, name, value):
    known = properties_of(element) if element else None
    if known is None or '::' in name:
        return
    if name not in known:
        yield f'{element} has no property {name}'
    elif known[name] and not re.fullmatch(r'\d+|\$.*|[A-Z_]+', value) and \
            not set(re.split(r'[+]', value)) <= known[name]:
        yield f'{name} of {element} cannot be {value}'


class LaunchLines(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.folder = chain.scratch('launch-lines')
        cls.blocks = all_blocks()
        cls.to_run = [block for block in cls.blocks
                      if block.info == ['sh', 'run'] and can_run(block)]

    def test_info_strings_are_known(self):
        for block in self.blocks:
            self.assertNotEqual(block.info, [], f'{block.where}: no language')
            if len(block.info) > 1:
                self.assertEqual(block.info, ['sh', 'run'], block.where)

    def test_blocks_run(self):
        self.assertGreater(len(self.to_run), 0)
        clip = self.folder / 'episode.mp4'
        chain.render(clip, 'put the banana in the bowl', 'success', 7,
                     size=(640, 480), rate=30)
        models = sorted({model for block in self.to_run
                         for model in MODEL.findall(block.text)})
        options = [word for model in models for word in ('--model', model)]
        with chain.Simulator(*options) as simulator:
            server = simulator.url[:-len('/v1')]
            results = chain.on_both_cores(
                lambda numbered: self.run_block(clip, server, *numbered),
                list(enumerate(self.to_run)))
        for block, (done, seconds) in zip(self.to_run, results):
            print(f'{block.where}: {seconds:.1f} s')
            with self.subTest(block=block.where):
                self.assertEqual(done.returncode, 0,
                                 f'{block.text}\n{done.stdout}')

    def run_block(self, clip, server, number, block):
        folder = self.folder / str(number)
        folder.mkdir()
        shutil.copy(clip, folder)
        for name in ('examples', 'pipelines'):
            (folder / name).symlink_to(chain.SOURCE_DIR / name)
        (folder / 'build').symlink_to(chain.BUILD_DIR)
        script = SERVER.sub(server, block.text)
        environment = dict(os.environ)
        # Our python3 is the one that has GStreamer's modules.
        environment['PATH'] = os.pathsep.join(
            [os.path.dirname(chain.TOOL), os.path.dirname(sys.executable),
             environment['PATH']])
        return chain.timed(lambda: subprocess.run(
            ['bash', '-euo', 'pipefail', '-c', script], cwd=folder, text=True,
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=SECONDS, check=False))

    def test_lines_name_what_there_is(self):
        lines = [(block.where, words) for block in self.blocks
                 if block.info[:1] == ['sh']
                 for words in launch_lines(block.text)]
        lines += doc_lines()
        print(f'{len(lines)} launch lines looked at')
        self.assertGreater(len(lines), 0)
        for where, words in lines:
            with self.subTest(where=where, line=' '.join(words)):
                self.assertEqual(list(problems_of(words)), [])

    def test_simulator_has_the_options_that_are_named(self):
        known = subprocess.run([chain.TOOL, 'simulate', '--help'], text=True,
                               stdout=subprocess.PIPE, check=True).stdout
        for block in self.blocks:
            if block.info[:1] != ['sh']:
                continue
            for line in commands(block.text):
                if not re.match(r'gst-score-1\.0 simulate\b', line):
                    continue
                for option in re.findall(r' (--[a-z-]+)', line):
                    self.assertIn(option, known, f'{block.where}: {line}')

    def test_wrong_lines_are_seen(self):
        wrong = {
            'gst-launch-1.0 filesrc ! nosuchthing ! scoresink': 'nosuchthing',
            'gst-launch-1.0 -m videotestsrc nosuch=1 ! scoresink': 'nosuch',
            'X=1 gst-launch-1.0 filesrc ! scoresink method=hope': 'hope',
            'gst-launch-1.0 filesrc ! tee name=t t. ! queue hope=1': 'hope',
        }
        for line, word in wrong.items():
            words, = launch_lines(line)
            problems = ' '.join(problems_of(words))
            self.assertIn(word, problems, line)
        right, = launch_lines(
            'A=b gst-launch-1.0 -e v4l2src ! image/jpeg,width=640 ! tee name=t '
            '\\\n ! queue ! scoresink task="put it there" provider=gemini t. '
            '! queue ! filesink location=x | tee log')
        self.assertEqual(list(problems_of(right)), [])
        self.assertNotIn('log', right)


if __name__ == '__main__':
    unittest.main(verbosity=2)
