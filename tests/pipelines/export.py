#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tables of frames that `gst-score-1.0 export` makes of records.

Rows are held against interpolation by brute force with exact fractions, frames
against those that ffprobe finds in the same video.
"""

import fractions
import json
import os
import random
import shutil
import subprocess
import unittest

import chain
from exporting import MS, SECOND, ExportTest, failed, names, record

HAS_FFMPEG = bool(shutil.which('ffmpeg') and shutil.which('ffprobe'))
TASK = 'put the banana in the bowl'
ODD = ['a,b', '"quoted"', 'two\nlines', 'cr\r\nlf', ' spaces ', 'Kästchen 箱 🍌',
       "it's", '=1+1', ';', 'tab\there', 'back\\slash', '\x7f\x01', '"', ',,']


def interpolate(samples, time, member):
    """On the line between the samples around it; the nearest one's outside."""
    points = sorted((sample['stream_time'], fractions.Fraction(sample[member]))
                    for sample in samples if member in sample)
    before = [point for point in points if point[0] <= time]
    after = [point for point in points if point[0] > time]
    if not before or not after:
        return (before[-1:] or after)[0][1]
    (left, one), (right, other) = before[-1], after[0]
    return one + (other - one) * fractions.Fraction(time - left, right - left)


def shown_frames(video):
    """Times of the frames as ffprobe decodes them, in nanoseconds."""
    done = subprocess.run(
        ['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-of', 'json',
         '-show_entries', 'frame=best_effort_timestamp_time', str(video)],
        stdout=subprocess.PIPE, check=True)
    return [round(float(frame['best_effort_timestamp_time']) * SECOND)
            for frame in json.loads(done.stdout)['frames']]


def random_record(source, number):
    times = sorted(source.sample(range(0, 20 * SECOND), source.randint(2, 32)))
    utc = 1_700_000_000 * SECOND
    samples = []
    for time in times:
        members = {}
        if source.random() < 0.8:
            members['utc_time'] = utc + time + source.randint(-MS, MS)
        if source.random() < 0.2:
            members['flags'] = ['interpolated']
        samples.append((time, source.random(), members))
    return record(f'episode-{number}', samples,
                  n_frames=source.randint(1, 700), duration=None)


class Rows(ExportTest):

    def test_rows_are_interpolated(self):
        source = random.Random(5)
        records = [random_record(source, number) for number in range(20)]
        # frames that fall on samples
        grid = sorted(source.sample(range(100), 12))
        records.append(record('grid', [(k * SECOND // 25, source.random())
                                       for k in grid], n_frames=120,
                              duration=None))
        rows = self.rows('--framerate=25', self.write(*records))
        exact = 0
        for index, made in enumerate(records):
            mine = [row for row in rows if row['episode_index'] == str(index)]
            self.assertEqual(len(mine), made['n_frames'])
            samples = {s['stream_time']: s for s in made['samples']}
            for number, row in enumerate(mine):
                time = made['stream_time'] + number * SECOND // 25
                self.assertEqual(row['frame_index'], str(number))
                self.assertEqual(row['stream_time'], str(time))
                self.assertEqual(row['pts'], str(time + 5))
                self.assertEqual(row['status'], 'scored')
                wanted = interpolate(made['samples'], time, 'progress')
                self.assertAlmostEqual(float(row['progress']), float(wanted),
                                       delta=1e-12)
                sample = samples.get(time)
                if sample:
                    exact += 1
                    self.assertEqual(float(row['progress']),
                                     sample['progress'])
                self.assertEqual(row['interpolated'], str(
                    not sample or 'interpolated' in sample['flags']).lower())
        self.assertGreaterEqual(exact, 12)

    def test_utc_is_interpolated(self):
        source = random.Random(8)
        made = random_record(source, 1)
        path = self.write(made, record('none', duration=None))
        rows = self.rows('--framerate=25', path)
        known = [s for s in made['samples'] if 'utc_time' in s]
        first, last = known[0], known[-1]
        inside = 0
        for row in rows[:made['n_frames']]:
            time, utc = int(row['stream_time']), int(row['utc_time'])
            if time < first['stream_time']:
                wanted = first['utc_time'] - first['stream_time'] + time
            elif time > last['stream_time']:
                wanted = last['utc_time'] - last['stream_time'] + time
            else:
                inside += 1
                wanted = interpolate(known, time, 'utc_time')
            self.assertLessEqual(abs(utc - wanted), 1)
        self.assertGreater(inside, 0)
        self.assertEqual({row['utc_time'] for row in rows[made['n_frames']:]},
                         {''})

    def test_a_clock_that_is_set_back(self):
        utc = 1_700_000_000 * SECOND
        made = record('x', [(0, 0, {'utc_time': utc}),
                            (SECOND, 1, {'utc_time': utc - 60 * SECOND})])
        rows = self.rows('--framerate=2', self.write(made | {'n_frames': 3}))
        self.assertEqual([int(row['utc_time']) - utc for row in rows],
                         [0, SECOND // 2, -60 * SECOND])

    def test_rates(self):
        path = self.write(record('x', n_frames=4, duration=None))
        for rate, times in (
                ('30000/1001', [0, 33366667, 66733333, 100100000]),
                ('29.97', [0, 33366700, 66733400, 100100100]),
                ('0.5', [0, 2 * SECOND, 4 * SECOND, 6 * SECOND])):
            rows = self.rows('--framerate', rate, path)
            self.assertEqual([int(row['stream_time']) for row in rows], times)

    def test_a_rate_that_does_not_fit(self):
        path = self.write(record('x'))
        self.assertEqual(len(self.rows('--framerate=10', path)), 11)
        self.assertEqual(len(self.rows('--framerate=30', path,
                                       warns='as --framerate says')), 11)

    def test_failed_episodes_have_no_number(self):
        path = self.write(record('good'), failed('bad'))
        rows = self.rows('--framerate=10', path)[11:]
        self.assertEqual(len(rows), 11)
        for row in rows:
            self.assertEqual((row['status'], row['progress'],
                              row['interpolated']), ('failed', '', ''))
        lines = self.export('-f', 'json', '--framerate=10', path).splitlines()
        for line in lines[11:]:
            row = json.loads(line)
            self.assertEqual((row['status'], row['progress'],
                              row['interpolated']), ('failed', None, None))

    def test_odd_texts(self):
        records = [record(f'{text}#{number}', task=text)
                   for number, text in enumerate(ODD)]
        records.append(record('no task', task=None))
        path = self.write(*records)
        rows = self.rows('--framerate=10', path)
        objects = [json.loads(line) for line in self.export(
            '-f', 'json', '--framerate=10', path).splitlines()]
        self.assertEqual(len(rows), 11 * len(records))
        self.assertEqual(list(rows[0]), list(objects[0]))
        for number, made in enumerate(records):
            mine = slice(11 * number, 11 * number + 11)
            for row in rows[mine] + objects[mine]:
                self.assertEqual(row['episode_id'], made['episode_id'])
                self.assertEqual(row['task'] or None, made['task'])
        for row, other in zip(rows, objects):
            for name, value in other.items():
                written = {None: '', True: 'true', False: 'false'}.get(
                    value, value) if isinstance(value, (bool, type(None))) \
                    else value
                if isinstance(value, float):
                    self.assertEqual(float(row[name]), value)
                else:
                    self.assertEqual(row[name], str(written))

    def test_lerobot(self):
        path = self.write(record('a'), failed('b'), record('c'))
        text = self.export('-f', 'lerobot', '--framerate=10', path)
        lines = [line.split(',') for line in text.splitlines()]
        self.assertEqual(lines[0], ['index', 'episode_index', 'frame_index',
                                    'progress_sparse'])
        self.assertEqual([line[:3] for line in lines[1:]],
                         [[str(i), str(i // 11), str(i % 11)]
                          for i in range(33)])
        self.assertEqual([line[3] for line in lines[12:23]], [''] * 11)
        for k, line in enumerate(lines[23:]):
            self.assertAlmostEqual(float(line[3]), k / 10, delta=1e-12)


class Records(ExportTest):

    def order(self, *words, **more):
        rows = self.rows('--framerate=10', *words, **more)
        return list(dict.fromkeys((row['episode_id'], row['episode_index'])
                                  for row in rows))

    def test_order_and_choice(self):
        one = self.write(record('ep10'), record('ep2'), name='1.jsonl')
        two = self.write(record('ep1'), name='2.jsonl')
        self.assertEqual(self.order(one, two),
                         [('ep10', '0'), ('ep2', '1'), ('ep1', '2')])
        self.assertEqual(self.order('--sort', one, two),
                         [('ep1', '0'), ('ep2', '1'), ('ep10', '2')])
        self.assertEqual(self.order('--sort', '-e', 'ep10', '-e', 'ep2', one,
                                    two), [('ep2', '1'), ('ep10', '2')])
        self.assertIn('"ep3"', self.fails('--framerate=10', '-e', 'ep3', one))

    def test_the_last_record_counts(self):
        path = self.write(failed('a'), record('b'), failed('a'), record('a'),
                          record('c'))
        rows = self.rows('--framerate=10', path, warns='2 records are left out')
        self.assertEqual([row['episode_id'] for row in rows[::11]],
                         ['a', 'b', 'c'])
        self.assertEqual(rows[0]['status'], 'scored')
        rows = self.rows('--framerate=10', '--keep-all', path)
        self.assertEqual([row['status'] for row in rows[::11]],
                         ['failed', 'scored', 'failed', 'scored', 'scored'])

    def test_a_failed_record_replaces_no_scored_one(self):
        path = self.write(record('a'), failed('a'), record('a', task='other'))
        rows = self.rows('--framerate=10', path, warns='left out for others')
        self.assertEqual([(row['status'], row['task']) for row in rows[::11]],
                         [('scored', TASK), ('scored', 'other')])

    def test_standard_input_and_odd_lines(self):
        line = json.dumps(record('x'))
        text = '\ufeff' + line + '\r\n\r\n   \n' + line.replace('"x"', '"y"')
        self.assertEqual(self.order('-', text=text.encode()),
                         [('x', '0'), ('y', '1')])

    def test_errors_name_file_and_line(self):
        good = json.dumps(record('x')) + '\n'
        for bad, what in (
                ('{"schema": "gst-score/1"', 'line has no end'),
                ('not json\n', 'not a JSON record'),
                (json.dumps(record('y', schema='gst-score/2')) + '\n',
                 '"gst-score/2"'),
                (json.dumps({'episode_id': 'y'}) + '\n', '"schema"'),
                (json.dumps(record('y', [(0, 2.0)])) + '\n',
                 'samples[0].progress')):
            path = self.folder / 'bad.jsonl'
            path.write_text(good + '\n' + bad, 'utf-8')
            said = self.fails('--framerate=10', path)
            self.assertIn(f'{path}, line 3: ', said)
            self.assertIn(what, said)

    def test_files_that_are_not_there(self):
        self.assertIn('nothing.jsonl', self.fails('-f', 'vtt', 'nothing.jsonl'))
        self.assertIn('holds no record', self.fails('-f', 'vtt', self.write()))
        self.assertIn('cannot be read', self.fails('-f', 'vtt', self.folder))

    def test_newer_minor_schema_is_read(self):
        path = self.write(record('x', schema='gst-score/1.7', new={'a': 1}))
        self.assertEqual(self.order(path), [('x', '0')])

    def test_endless_episodes_are_refused(self):
        path = self.write(record('x', n_frames=10**15))
        self.assertIn('line 1', self.fails('--framerate=10', path))


class Usage(ExportTest):

    def test_wrong_options(self):
        path = self.write(record('x'))
        for words, what in (
                ((), 'no file of results'),
                ((path,), '--video'),
                (('--framerate=10', '--video=a', path), 'one of'),
                (('-f', 'parquet', path), '"parquet"'),
                (('-f', 'vtt', '--framerate=10', path), 'subtitles'),
                (('-f', 'vtt', '--cue-text=all', path), '"all"'),
                (('--framerate=10', '--cue-text=percent', path), '--cue-text'),
                (('--nonsense', path), '--nonsense')):
            self.assertIn(what, self.fails(*words, status=2))
        for rate in ('0', '-1', '30/0', '1/2/3', 'fast', '1e9', 'nan', '', '/'):
            self.assertIn('--framerate', self.fails('--framerate', rate, path,
                                                    status=2))

    def test_output_is_complete_or_as_it_was(self):
        good, out = self.write(record('x')), self.folder / 'out.csv'
        bad = self.write(record('x'), name='bad.jsonl')
        bad.write_text('{}\n', 'utf-8')
        lost = self.write(record('x'), record('../y'), name='lost.jsonl')
        out.write_text('before', 'utf-8')
        out.chmod(0o640)
        shutil.copy(good, self.folder / 'x.mp4')
        before = names(self.folder)
        self.fails('--framerate=10', '-o', out, bad)
        self.fails('--videos=.', '-o', out, lost)
        self.assertEqual(out.read_text('utf-8'), 'before')
        self.assertEqual(names(self.folder), before)
        self.assertEqual(self.export('--framerate=10', '-o', out, good), '')
        self.assertEqual(len(out.read_text('utf-8').splitlines()), 12)
        self.assertEqual(out.stat().st_mode & 0o777, 0o640)
        self.assertEqual(names(self.folder), before)

    def test_output_through_links_and_to_devices(self):
        good, link = self.write(record('x')), self.folder / 'link.csv'
        target = self.folder / 'target.csv'
        target.touch()
        link.symlink_to(target.name)
        self.export('--framerate=10', '-o', link, good)
        self.assertTrue(link.is_symlink())
        self.assertGreater(target.stat().st_size, 0)
        self.export('--framerate=10', '-o', os.devnull, good)
        self.assertFalse(os.path.isfile(os.devnull))
        self.assertIn('out/a.csv', self.fails('--framerate=10', '-o',
                                              'out/a.csv', good))
        self.assertIn('cannot be written', self.fails(
            '--framerate=10', '-o', '/dev/full', good))


@unittest.skipUnless(HAS_FFMPEG, 'ffmpeg is not installed')
class Videos(ExportTest):
    """Frames are those that a decoder shows, and no more."""

    def encode(self, name, *words, seconds=2):
        path = self.folder / name
        subprocess.run(
            ['ffmpeg', '-v', 'error', '-f', 'lavfi', '-i',
             f'testsrc2=s=128x96:r=25:d={seconds}', *words, str(path)],
            stdin=subprocess.DEVNULL, check=True)
        return path

    def check_video(self, video):
        path = self.write(record('x', [(0, 0.0), (10 * SECOND, 1.0)]))
        rows = self.rows('--video', video, path, warns='after the end')
        times = shown_frames(video)
        self.assertEqual(len(rows), len(times), video)
        for row, time in zip(rows, times):
            self.assertLessEqual(abs(int(row['stream_time']) - time), 1000)
            self.assertAlmostEqual(float(row['progress']), int(
                row['stream_time']) / (10 * SECOND), delta=1e-12)

    def test_containers_and_codecs(self):
        for name, *words in (
                ('b-frames.mp4', '-c:v', 'libx264', '-bf', '3', '-g', '50'),
                ('sound.mkv', '-f', 'lavfi', '-i', 'sine=d=2', '-c:v',
                 'libx264', '-c:a', 'pcm_s16le'),
                ('variable.mp4', '-vf', "select='mod(n,3)'", '-vsync', 'vfr',
                 '-c:v', 'libx264'),
                ('motion.avi', '-c:v', 'mjpeg'),
                ('stream.ts', '-c:v', 'libx264', '-bf', '2')):
            with self.subTest(video=name):
                if name == 'stream.ts':
                    self.check_stream(self.encode(name, *words))
                else:
                    self.check_video(self.encode(name, *words))

    def test_frames_that_are_not_shown(self):
        """Only others refer to them; libvpx makes them in two passes."""
        words = ('-c:v', 'libvpx', '-auto-alt-ref', '1', '-lag-in-frames',
                 '16', '-arnr-maxframes', '7', '-arnr-strength', '3', '-b:v',
                 '100k', '-passlogfile', str(self.folder / 'log'), '-pass')
        self.encode('first.webm', *words, '1', seconds=4)
        video = self.encode('hidden.webm', *words, '2', seconds=4)
        packets = subprocess.run(
            ['ffprobe', '-v', 'error', '-of', 'csv=p=0', '-show_entries',
             'packet=pts', str(video)], stdout=subprocess.PIPE, check=True)
        self.assertGreater(len(packets.stdout.split()), 100)
        self.check_video(video)

    def check_stream(self, video):
        """Its clock does not begin at 0 for ffprobe."""
        path = self.write(record('x', [(0, 0.0), (10 * SECOND, 1.0)]))
        rows = self.rows('--video', video, path, warns='after the end')
        times = shown_frames(video)
        mine = [int(row['stream_time']) for row in rows]
        self.assertEqual(len(mine), len(times))
        for time, other in zip(mine, times):
            self.assertLessEqual(abs(time - mine[0] - other + times[0]), 12000)

    def test_videos_by_id(self):
        shutil.copy(self.encode('long.mp4'), self.folder / 'a b.mp4')
        self.encode('short.mkv', seconds=1)
        (self.folder / 'sub').mkdir()
        shutil.copy(self.folder / 'long.mp4', self.folder / 'sub')
        samples = [(0, 0.0), (960 * MS, 1.0)]
        path = self.write(record('a b', samples), record('short.mkv', samples),
                          record('sub/long', samples),
                          {'schema': 'gst-score/1', 'episode_id': 'long',
                           'status': 'failed',
                           'error': {'code': 'dropped', 'message': 'Late.'}})
        rows = self.rows('--videos', self.folder, path)
        self.assertEqual([(row['episode_id'], row['status'])
                          for row in rows if row['frame_index'] == '0'],
                         [('a b', 'scored'), ('short.mkv', 'scored'),
                          ('sub/long', 'scored'), ('long', 'failed')])
        # of an episode that does not know its times all frames
        self.assertEqual(len(rows), 27 + 25 + 27 + 50)

    def test_videos_that_cannot_be_told(self):
        for name in ('twice.mp4', 'twice.mkv'):
            (self.folder / name).touch()
        for name, what in (('twice', 'both'), ('none', 'no file'),
                           ('../twice', 'leads out'), ('/twice', 'leads out')):
            said = self.fails('--videos', self.folder, self.write(record(name)))
            self.assertIn('results.jsonl, line 1: ', said)
            self.assertIn(what, said)
        self.assertIn('twice.mp4', self.fails('--video', 'twice.mp4',
                                              self.write(record('x'))))
        self.assertIn('none.mp4', self.fails('--video', 'none.mp4',
                                             self.write(record('x'))))

    def test_a_record_of_another_video(self):
        video = self.encode('short.mp4', seconds=1)
        late = [(10 * SECOND, 0.0), (11 * SECOND, 1.0)]
        self.assertIn('another video', self.fails(
            '--video', video, self.write(record('x', late))))

    def test_files_without_video(self):
        path = self.folder / 'sound.mka'
        subprocess.run(['ffmpeg', '-v', 'error', '-f', 'lavfi', '-i',
                        'sine=d=1', '-c:a', 'aac', str(path)], check=True,
                       stdin=subprocess.DEVNULL)
        records = self.write(record('x'))
        for video, what in ((path, 'no video'), (records, 'text')):
            said = self.fails('--video', video, records)
            self.assertIn(video.name, said)
            self.assertIn(what, said)


class Chain(ExportTest):
    """From the toy world to a table."""

    def test_frames_of_a_scored_video(self):
        video, results = self.folder / 'a.mp4', self.folder / 'a.jsonl'
        chain.render(video, TASK, 'success', 3)
        with chain.Simulator() as simulator:
            made = chain.score(video, results, TASK, **simulator.settings())
        rows = self.rows('--video', video, results)
        self.assertEqual(len(rows), made['n_frames'])
        by_time = {int(row['stream_time']): row for row in rows}
        for sample in made['samples']:
            row = by_time[sample['stream_time']]
            self.assertEqual(float(row['progress']), sample['progress'])
            self.assertEqual(row['interpolated'], 'false')
            self.assertEqual(int(row['pts']), sample['timestamp'])
        self.assertEqual(len([row for row in rows
                              if row['interpolated'] == 'false']),
                         len(made['samples']))
        if HAS_FFMPEG:
            times = shown_frames(video)
            self.assertEqual(len(times), len(rows))
            for row, time in zip(rows, times):
                self.assertLessEqual(abs(int(row['stream_time']) - time), 1000)
        counted = self.rows('--framerate=15', results)
        self.assertEqual(len(counted), len(rows))
        for row, other in zip(rows, counted):
            self.assertLessEqual(abs(int(row['stream_time'])
                                     - int(other['stream_time'])), 1000)
            self.assertAlmostEqual(float(row['progress']),
                                   float(other['progress']), delta=1e-5)

    def test_several_episodes_of_one_video(self):
        video, results = self.folder / 'a.mp4', self.folder / 'a.jsonl'
        chain.render(video, TASK, 'success', 3)
        with chain.Simulator() as simulator:
            chain.launch('filesrc', f'location={video}', '!', 'decodebin', '!',
                         'scoresink', f'task={TASK}',
                         f'results-location={results}',
                         f'episode-duration={3 * SECOND}',
                         *chain.as_words(simulator.settings()))
        rows = self.rows('--video', video, results)
        records = chain.read_lines(results)
        self.assertEqual(len(records), 3)
        self.assertEqual(len(rows), 120)
        self.assertEqual(len({row['stream_time'] for row in rows}), 120)
        for index, made in enumerate(records):
            mine = [row for row in rows if row['episode_index'] == str(index)]
            self.assertEqual(len(mine), made['n_frames'])
            self.assertEqual({row['episode_id'] for row in mine},
                             {made['episode_id']})


if __name__ == '__main__':
    unittest.main(verbosity=2)
