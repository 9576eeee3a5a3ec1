# SPDX-License-Identifier: MIT
"""What the tests of the `tiermm` command share.

Each runs the program that is named on its command line:
    python3 test_cli.py --program PATH [unittest's own arguments]
"""
import json
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / 'tests' / 'data'
CLI = ROOT / 'examples' / 'cli'
SECONDS = 60


def option(name):
    """The value behind `name`, taken off the command line."""
    place = sys.argv.index(name)
    value = sys.argv[place + 1]
    del sys.argv[place:place + 2]
    return value


def main():
    Case.program = option('--program')
    run = unittest.main(exit=False)
    for test, reason in run.result.skipped:
        # As CMocka says it, so that skips are counted alike.
        print(f'[  SKIPPED ] {test.id().split(".")[-1]}\nSKIP: {reason}')
    sys.exit(not run.result.wasSuccessful())


class Case(unittest.TestCase):
    program = None

    def run_with(self, *words, stdin='', **more):
        return subprocess.run(
            [self.program, *map(str, words)], input=stdin, text=True,
            capture_output=True, timeout=SECONDS, **more)

    def text(self, *words, status=0, **more):
        """Standard output of a run with this status and no complaint."""
        done = self.run_with(*words, **more)
        self.assertEqual((done.returncode, done.stderr), (status, ''), words)
        return done.stdout

    def json(self, *words, **more):
        return json.loads(self.text(*words, '--json', **more))

    def complaint(self, status, *words, **more):
        """The one line that a refused run writes."""
        done = self.run_with(*words, **more)
        self.assertEqual(done.returncode, status, (words, done.stderr))
        self.assertEqual(done.stdout, '', words)
        self.assertRegex(done.stderr, r'\Atiermm: [^\n]+\n\Z', words)
        return done.stderr
