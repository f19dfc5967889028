# SPDX-License-Identifier: LGPL-2.1-or-later
"""A model server that keeps what it was asked.

It speaks the OpenAI dialect, finds the question in the schema as a model would
find it in the prompt, and answers with progress that rises from 0 to 1.
"""

import base64
import http.server
import json
import re
import threading

LABEL = re.compile(r'Frame (\d+) \(t = ([0-9.]+) s\):')
DATA_URL = 'data:image/jpeg;base64,'


class Request:
    """One POST: its bytes, its pictures by label, its text."""

    def __init__(self, head, body):
        self.raw = head.encode('latin-1') + body
        question = json.loads(body)
        form = question['response_format']['json_schema']['schema']
        self.asked = form['properties']
        self.text = ''
        self.pictures = []              # (time in the label, JPEG)
        self.numbers = []               # of the frames to be answered for
        for part in question['messages'][-1]['content']:
            self.read(part)
        if not self.pictures:
            self.numbers = [int(n) for n, _ in LABEL.findall(self.text)]

    def read(self, part):
        if part['type'] == 'text':
            self.text += part['text'] + '\n'
            return
        url = part['image_url']['url']
        if not url.startswith(DATA_URL):
            raise ValueError('a picture that is no JPEG')
        number, time = LABEL.findall(self.text)[-1]
        self.numbers.append(int(number))
        self.pictures.append((time, base64.b64decode(url[len(DATA_URL):])))

    def answer(self):
        if 'objects' in self.asked:
            return {'objects': ['thing']}
        if 'completion_state' not in self.asked:
            return {'frames': [{'frame': n, 'description': f'It is frame {n}.'}
                               for n in self.numbers]}
        last = max(len(self.numbers) - 1, 1)
        return {'completion_state': 'It is there.',
                'frames': [{'frame': n, 'reason': 'It is nearer.',
                            'progress': i / last}
                           for i, n in enumerate(self.numbers)]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def send_json(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.keep_head(self.requestline + '\n' + str(self.headers))
        self.send_json({'object': 'list',
                        'data': [{'id': 'recorder', 'object': 'model'}]})

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        head = self.requestline + '\n' + str(self.headers)
        request = self.server.keep(Request(head, body))
        self.send_json({
            'id': 'chatcmpl-1', 'object': 'chat.completion', 'created': 0,
            'model': 'recorder',
            'choices': [{'index': 0, 'finish_reason': 'stop', 'message': {
                'role': 'assistant',
                'content': json.dumps(request.answer())}}],
            'usage': {'prompt_tokens': 100, 'completion_tokens': 10,
                      'total_tokens': 110}})

    def log_message(self, format, *args):
        pass


class ModelServer(http.server.ThreadingHTTPServer):
    """Runs while the block lasts; `requests` are kept in order of arrival."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.lock = threading.Lock()
        self.requests = []
        self.heads = []                 # of what asked no question
        self.url = f'http://127.0.0.1:{self.server_port}/v1'

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever,
                                       kwargs={'poll_interval': 0.05})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()

    def keep(self, request):
        with self.lock:
            self.requests.append(request)
        return request

    def keep_head(self, head):
        with self.lock:
            self.heads.append(head.encode('latin-1'))

    def pictures(self):
        """The JPEG of every sample that was sent, by the time of its label.

        A sample is in several questions; its bytes must be the same in all.
        """
        found = {}
        for request in self.requests:
            for time, jpeg in request.pictures:
                if found.setdefault(time, jpeg) != jpeg:
                    raise AssertionError(f'two pictures of {time} s')
        return found
