# SPDX-License-Identifier: LGPL-2.1-or-later
"""A headless Chromium, driven over the WebDriver protocol.

Nothing but Python's standard library is used, and Debian's chromium and
chromedriver, which listens on a port of loopback that it chooses.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request

ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
KEYS = {'tab': '\ue004', 'enter': '\ue007', 'escape': '\ue00c', 'space': '\ue00d',
        'end': '\ue010', 'home': '\ue011', 'left': '\ue012', 'up': '\ue013',
        'right': '\ue014', 'down': '\ue015', 'shift': '\ue008'}
PATIENCE = 20
ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
             '--no-first-run', '--disable-background-networking',
             '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
             '--hide-scrollbars', '--force-color-profile=srgb',
             '--font-render-hinting=none']


def missing():
    """The programs that are not installed."""
    return [name for name in ('chromium', 'chromedriver') if not shutil.which(name)]


class Browser:
    """A window of its own, with an empty profile in `folder`, while the block lasts."""

    def __init__(self, folder):
        self.folder = folder
        self.session = None

    def __enter__(self):
        profile = self.folder / 'profile'
        profile.mkdir(parents=True)
        environment = {**os.environ, 'HOME': str(profile)}
        for name in ('XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'):
            environment[name] = str(profile)
        environment.pop('LD_LIBRARY_PATH', None)
        self.process = subprocess.Popen(
            ['chromedriver', '--port=0'], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment)
        try:
            self.url = self.read_address()
            arguments = [*ARGUMENTS, f'--user-data-dir={profile}']
            answer = self.ask('POST', '/session', {'capabilities': {'alwaysMatch': {
                'browserName': 'chrome',
                'goog:chromeOptions': {'binary': shutil.which('chromium'),
                                       'args': arguments},
                'goog:loggingPrefs': {'browser': 'ALL'}}}})
            self.session = answer['sessionId']
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def read_address(self):
        for line in self.process.stdout:
            port = re.search(r'started successfully on port (\d+)', line)
            if port:
                return f'http://127.0.0.1:{port[1]}'
        raise AssertionError('chromedriver did not start')

    def stop(self):
        try:
            if self.session:
                self.ask('DELETE', f'/session/{self.session}')
        finally:
            self.process.terminate()
            self.process.stdout.close()
            self.process.wait(20)

    def ask(self, verb, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {'Content-Type': 'application/json'}, method=verb)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            value = json.load(error)['value']
            raise AssertionError(f'{path}: {value["error"]}: {value["message"]}') from None

    def do(self, path, body=None, verb='POST'):
        if body is None and verb == 'POST':
            body = {}
        return self.ask(verb, f'/session/{self.session}{path}', body)

    # --- what a person does ---

    def open(self, address):
        self.do('/url', {'url': address})

    def resize(self, width, height=900):
        """Of the page, whatever the window's frame."""
        self.cdp('Emulation.setDeviceMetricsOverride', {
            'width': width, 'height': height, 'deviceScaleFactor': 1, 'mobile': False})
        self.until(f'innerWidth === {width}')
        self.frames()

    def darken(self):
        self.cdp('Emulation.setEmulatedMedia', {
            'features': [{'name': 'prefers-color-scheme', 'value': 'dark'}]})

    def find(self, selector):
        return self.do('/element', {'using': 'css selector', 'value': selector})[ELEMENT]

    def click(self, selector):
        self.do(f'/element/{self.find(selector)}/click')

    def type(self, selector, text):
        self.do(f'/element/{self.find(selector)}/value', {'text': text})

    def clear(self, selector):
        self.do(f'/element/{self.find(selector)}/clear')

    def press(self, *names):
        """Keys, wherever the focus is; those before the last are held."""
        keys = [KEYS.get(name, name) for name in names]
        actions = [{'type': 'keyDown', 'value': key} for key in keys]
        actions += [{'type': 'keyUp', 'value': key} for key in reversed(keys)]
        self.do('/actions', {'actions': [
            {'type': 'key', 'id': 'keyboard', 'actions': actions}]})

    def point(self, x, y):
        self.do('/actions', {'actions': [
            {'type': 'pointer', 'id': 'mouse', 'parameters': {'pointerType': 'mouse'},
             'actions': [{'type': 'pointerMove', 'duration': 0, 'x': round(x),
                          'y': round(y)}]}]})

    def choose(self, selector, text):
        """An option of a select, by its text."""
        select = self.find(selector)
        for option in self.do(f'/element/{select}/elements', {
                'using': 'css selector', 'value': 'option'}):
            if self.do(f'/element/{option[ELEMENT]}/text', verb='GET') == text:
                self.do(f'/element/{option[ELEMENT]}/click')
                return
        raise AssertionError(f'{selector} has no option {text!r}')

    # --- what is seen ---

    def run(self, script, *arguments):
        """What the script returns."""
        return self.do('/execute/sync', {'script': script, 'args': list(arguments)})

    def get(self, expression):
        return self.run(f'return {expression}')

    def until(self, expression):
        """Waits until it is true, and returns it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            value = self.get(expression)
            if value:
                return value
        raise AssertionError(f'never true: {expression}')

    def frames(self):
        """Two frames later everything that was asked for is drawn."""
        self.do('/execute/async', {'script': '''const done = arguments[0];
          requestAnimationFrame(() => requestAnimationFrame(() => done()));''', 'args': []})

    def complaints(self):
        return [entry['message'] for entry in self.do('/se/log', {'type': 'browser'})
                if entry['level'] in ('SEVERE', 'WARNING')]

    def cdp(self, command, parameters):
        return self.do('/goog/cdp/execute', {'cmd': command, 'params': parameters})

    def picture(self, whole=False, clip=None):
        """A PNG of the window, or of the page."""
        parameters = {'format': 'png', 'captureBeyondViewport': bool(whole or clip)}
        if clip:
            parameters['clip'] = {**clip, 'scale': 1}
        elif whole:
            parameters['clip'] = {'x': 0, 'y': 0, 'scale': 1,
                                  'width': self.get('innerWidth'),
                                  'height': self.get('document.documentElement.scrollHeight')}
        return base64.b64decode(self.cdp('Page.captureScreenshot', parameters)['data'])

    def printed(self):
        """A PDF of the page."""
        return base64.b64decode(self.do('/print', {'page': {'width': 21, 'height': 29.7}}))
