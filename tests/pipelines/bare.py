#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scripts that draw, in a build without scoreoverlay."""

import os
import subprocess
import unittest

import chain


class Bare(unittest.TestCase):

    def check_script(self, name, *words):
        done = subprocess.run(
            ['bash', str(chain.SOURCE_DIR / 'pipelines' / name), '--no-install',
             *words], cwd=chain.scratch('bare'), stdin=subprocess.DEVNULL,
            text=True, capture_output=True, timeout=60, check=False,
            env={**os.environ, 'SCORE_BUILD_DIR': str(chain.BUILD_DIR)})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn('no scoreoverlay', done.stderr.splitlines()[-1])

    def test_recordings(self):
        self.check_script('overlay-recording.sh', __file__, 'out.mp4')

    def test_cameras(self):
        self.check_script('live-camera.sh', '--headless', '--buffers', '1')


if __name__ == '__main__':
    unittest.main(verbosity=2)
