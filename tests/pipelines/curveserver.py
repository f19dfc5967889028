# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server that takes what Robometer's takes, and keeps it.

It reads the form with Python's mail parser and the array with NumPy, as the
evaluation server does, and answers with progress that rises from 0 to 1.
"""

import email.parser
import email.policy
import http.server
import io
import json
import threading

import numpy

FRAMES = 'sample_0_trajectory_frames'


class Question:
    """One POST to /evaluate_batch_npy: its fields, its file, its array."""

    def __init__(self, path, content_type, body):
        self.path = path
        self.fields = {}
        self.files = {}
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b'Content-Type: ' + content_type.encode() + b'\r\n\r\n' + body)
        if message.defects or message.get_content_type() != 'multipart/form-data':
            raise ValueError(f'no form: {content_type}, {message.defects}')
        for part in message.iter_parts():
            self.take(part)
        self.sample = json.loads(self.fields['sample_0'])
        name = self.sample['trajectory']['frames']['__numpy_file__']
        self.frames = numpy.load(io.BytesIO(self.files[name]))

    def take(self, part):
        if part.defects:
            raise ValueError(f'a broken part: {part.defects}')
        where = part['Content-Disposition'].params
        content = part.get_payload(decode=True)
        filename = where.get('filename')
        if filename is None:
            self.fields[where['name']] = content.decode()
        elif filename.endswith('.npy'):
            self.files[where['name']] = content

    def answer(self):
        n = len(self.frames)
        curve = [i / max(n - 1, 1) for i in range(n)]
        return {'outputs_preference': None,
                'outputs_progress': {'progress_pred': [curve]},
                'outputs_success': {'success_probs': [[p / 2 for p in curve]]}}


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
        self.server.got.append(self.path)
        self.send_json({'status': 'healthy', 'available_gpus': 1,
                        'total_gpus': 1})

    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        question = Question(self.path, self.headers['Content-Type'], body)
        self.server.questions.append(question)
        self.send_json(question.answer())

    def log_message(self, format, *args):
        pass


class CurveServer(http.server.ThreadingHTTPServer):
    """Runs while the block lasts; `questions` are kept in order of arrival."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Handler)
        self.questions = []
        self.got = []                   # paths of GETs
        self.url = f'http://127.0.0.1:{self.server_port}'

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve_forever,
                                       kwargs={'poll_interval': 0.05})
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.thread.join()
        self.server_close()
