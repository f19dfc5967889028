#!/usr/bin/env python3
"""recipes.py PAGE: the recipes of docs/providers.md, run.

Each block with scoresink is run as it stands, but for the address of the server,
which becomes the simulator's, and for the video, which is a toy episode. The
record must be of a scored success, of the dialect and the model that the recipe
names.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from simulator import simulator

RECORD = ('gst-launch-1.0 -q scoretestsrc episode-duration=4000000000 '
          '! x264enc speed-preset=ultrafast ! h264parse ! mp4mux '
          '! filesink location=episode.mp4')


def find_recipes(page):
    text = pathlib.Path(page).read_text('utf-8')
    for section in re.split(r'^## ', text, flags=re.M)[1:]:
        for block in re.findall(r'^```sh\n(.*?)^```', section, re.S | re.M):
            # The simulator's address is one of chat; tests/pipelines/robometer.py
            # runs that recipe.
            if 'scoresink' in block and 'method=robometer' not in block:
                yield section.splitlines()[0], block


def point_to(recipe, url):
    """The recipe with our server; a hosted one is not named in it."""
    hosts = re.compile(r'http://127\.0\.0\.1:\d+')
    host = hosts.match(url)[0]
    if hosts.search(recipe):
        return hosts.sub(host, recipe)
    path = '/v1beta' if 'provider=gemini' in recipe else '/v1'
    return recipe.replace('provider=', f'base-url={host}{path} provider=')


def run(recipe, folder):
    model = re.search(r'model=(\S+)', recipe)
    # A colon would part the name from the noise.
    name = model[1].replace(':', '-') if model else 'toy-simulator'
    recipe = recipe.replace(model[1], name) if model else recipe
    with simulator('--model', name) as url:
        subprocess.run(['bash', '-euc', point_to(recipe, url)], cwd=folder,
                       check=True, timeout=60)
    results = folder / 'results.jsonl'
    [record] = [json.loads(line)
                for line in results.read_text('utf-8').splitlines()]
    results.unlink()
    wanted = {'status': 'scored', 'success': True, 'model': name,
              'provider': 'gemini' if 'gemini' in recipe else 'openai'}
    return {key: (record.get(key), value) for key, value in wanted.items()
            if record.get(key) != value}


def main(page):
    recipes = list(find_recipes(page))
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        subprocess.run(['bash', '-euc', RECORD], cwd=name, check=True)
        for title, recipe in recipes:
            wrong = run(recipe, pathlib.Path(name))
            print(f'{title}: {wrong or "as it should be"}')
            bad += bool(wrong)
    print(f'{len(recipes)} recipes, {bad} bad')
    return 0 if len(recipes) >= 5 and not bad else 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
