# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the two Python clients of vs-python.sh share: which frames, the method
`score` over HTTP, and what is printed.

They ask what scoresink asks, to the letter: the texts of plugin/prompts, the
same labels, schemas and batches. What differs is how frames become JPEGs, which
is each client's own.
"""

import argparse
import base64
import json
import pathlib

import requests

PROMPTS = pathlib.Path(__file__).parents[2] / 'plugin' / 'prompts'
LONG_SIDE = 512
QUALITY = 85
BATCH = 8
OBJECT_FRAMES = 4


def parse_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--with', dest='library', choices=('cv2', 'av'),
                        default='cv2', help='what decodes')
    parser.add_argument('--interval', type=float, default=29 / 30,
                        help='seconds from sample to sample')
    parser.add_argument('--model', default='fault-model')
    parser.add_argument('--task', required=True)
    parser.add_argument('--url', required=True)
    parser.add_argument('clip')
    return parser.parse_args()


def fit(width, height):
    """The size with the long side that is asked for; nothing grows."""
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


class Schedule:
    """Which frames are samples: the first at or after each whole interval. The
    last one of the video is, too, which only its reader knows."""

    def __init__(self, interval):
        self.interval = interval
        self.due = 0.0

    def wants(self, time):
        if time < self.due - 1e-4:
            return False
        while self.due <= time + 1e-4:
            self.due += self.interval
        return True


def to_base64(jpeg):
    return base64.b64encode(jpeg).decode('ascii')


def make_schema(name):
    """What the answer must look like; the words are those of scoresink."""
    def closed(**properties):
        return {'type': 'object', 'properties': properties,
                'required': list(properties), 'additionalProperties': False}

    def of(kind, description):
        return {'type': kind, 'description': description}

    if name == 'objects':
        return closed(objects={
            **of('array', 'objects that the task speaks of and the pictures'
                 ' show'), 'items': {'type': 'string'}})
    if name == 'describe':
        return closed(frames={'type': 'array', 'items': closed(
            frame=of('integer', "number on the picture's label"),
            description=of('string', 'what is visible in this frame'))})
    return closed(
        completion_state=of('string', 'what is observed when the task is'
                            ' completely done'),
        frames={'type': 'array', 'items': closed(
            frame=of('integer', 'number of the frame'),
            reason=of('string', 'the facts that decide, in one short sentence'),
            progress=of('number', 'share of the task that is done, from 0 to'
                        ' 1'))})


class Model:
    """The model server, over one connection that is kept."""

    def __init__(self, arguments):
        self.url = f'{arguments.url}/chat/completions'
        self.model = arguments.model
        self.session = requests.Session()
        self.session.trust_env = False
        self.system = self.read_prompt('system')

    @staticmethod
    def read_prompt(name, **values):
        text = (PROMPTS / f'{name}.txt').read_text('utf-8').rstrip()
        for word, value in values.items():
            text = text.replace(f'{{{word}}}', str(value))
        return text

    def ask(self, name, parts):
        body = {
            'model': self.model,
            'response_format': {'type': 'json_schema', 'json_schema': {
                'name': name, 'strict': True, 'schema': make_schema(name)}},
            'messages': [{'role': 'system', 'content': self.system},
                         {'role': 'user', 'content': parts}],
        }
        text = json.dumps(body, separators=(',', ':'), ensure_ascii=False)
        reply = self.session.post(
            self.url, data=text.encode('utf-8'), timeout=120,
            headers={'Content-Type': 'application/json'})
        reply.raise_for_status()
        return json.loads(reply.json()['choices'][0]['message']['content'])


def make_label(number, time):
    return f'Frame {number} (t = {time:.2f} s):'


def make_parts(samples, text):
    parts = []
    for number, (time, picture) in enumerate(samples, 1):
        parts += [
            {'type': 'text', 'text': make_label(number, time)},
            {'type': 'image_url',
             'image_url': {'url': f'data:image/jpeg;base64,{picture}'}}]
    return parts + [{'type': 'text', 'text': text}]


def find_objects(model, task, samples):
    shown = samples[:OBJECT_FRAMES]
    text = model.read_prompt('objects', task=task, count=len(shown))
    answer = model.ask('objects', make_parts(shown, text))
    return '; '.join(answer['objects']) or '(none found)'


def describe(model, task, objects, samples):
    descriptions = []
    for first in range(0, len(samples), BATCH):
        batch = samples[first:first + BATCH]
        text = model.read_prompt(
            'describe', task=task, objects=objects, count=len(batch), first=1,
            last=len(batch))
        answer = model.ask('describe', make_parts(batch, text))
        found = {row['frame']: row['description'] for row in answer['frames']}
        descriptions += [found[n + 1] for n in range(len(batch))]
    return descriptions


def judge(model, task, objects, samples, descriptions):
    lines = [f'{make_label(number, time)} {words}' for number, ((time, _), words)
             in enumerate(zip(samples, descriptions), 1)]
    text = model.read_prompt(
        'progress', task=task, objects=objects, count=len(samples), first=1,
        last=len(samples), descriptions='\n'.join(lines))
    answer = model.ask('progress', [{'type': 'text', 'text': text}])
    return [row['progress'] for row in answer['frames']]


def score(arguments, samples):
    """Asks about (seconds, JPEG in base64) and prints a record."""
    model = Model(arguments)
    objects = find_objects(model, arguments.task, samples)
    descriptions = describe(model, arguments.task, objects, samples)
    progress = judge(model, arguments.task, objects, samples, descriptions)
    print(json.dumps({'task': arguments.task, 'progress': progress}))
