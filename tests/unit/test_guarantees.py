#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each promise in docs/guarantees.md names tests, and those tests exist.

A row is | rule | promise | tests |. Tests are separated by semicolons: a file
below tests/ in backquotes, then the names of tests in it, if any. The file
has to be there, to be run by its directory's CMakeLists.txt, and to hold the
names; and each rule of the list below has a row.
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTS = ROOT / 'tests'
RULES = {*(f'D{n}' for n in range(1, 14)), *(f'I{n}' for n in range(1, 8)),
         *(f'F{n}' for n in range(1, 14)), *(f'I{n}' for n in range(21, 29)),
         *(f'R{n}' for n in range(1, 12)), *(f'I{n}' for n in range(8, 12)),
         *(f'P{n}' for n in range(1, 8)), 'I12', 'I13',
         *(f'L{n}' for n in range(1, 15)), *(f'I{n}' for n in range(14, 21)),
         *(f'Z{n}' for n in range(1, 11)), *(f'I{n}' for n in range(29, 35)),
         *(f'S{n}' for n in range(1, 12)), 'B1', 'B1a', 'B2', 'B3', 'B5', 'B6'}
ENTRY = re.compile(r'^`([\w./-]+)`\s*(.*)$')
WORD = r'(?<![\w]){}(?![\w])'


def rows(text):
    """(rules, promise, tests) of each row of each table."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
        if line.startswith('|') and len(cells) == 3 \
                and not set(cells[2]) <= {'-'} and cells[2] != 'tests':
            yield re.findall(r'\w+', cells[0]), cells[1], cells[2]


def has_word(word, text):
    return re.search(WORD.format(re.escape(word)), text) is not None


def is_run(path, tests):
    """Whether the directory's list, or one above it, names the file."""
    # The list of fuzz targets says their prefix once for all.
    names = (path.stem, path.stem.removeprefix('fuzz_'))
    place = path.parent
    while place != tests.parent:
        lists = place / 'CMakeLists.txt'
        text = lists.read_text() if lists.is_file() else ''
        if any(has_word(name, text) for name in names):
            return True
        place = place.parent
    return False


def complaints(cell, tests):
    """What is wrong with the tests that one row names."""
    for entry in cell.split(';'):
        match = ENTRY.match(entry.strip())
        if not match:
            yield f'not a test: {entry.strip()!r}'
            continue
        path = tests / match.group(1)
        if not path.is_file():
            yield f'no such file: {match.group(1)}'
            continue
        if not is_run(path, tests):
            yield f'no CMakeLists.txt runs {match.group(1)}'
        text = path.read_text()
        for name in filter(None, re.split(r',\s*', match.group(2))):
            if not has_word(name, text):
                yield f'{match.group(1)} has no {name}'


class Guarantees(unittest.TestCase):
    def setUp(self):
        text = (ROOT / 'docs' / 'guarantees.md').read_text()
        self.rows = list(rows(text))

    def test_every_promise_names_tests_that_exist_and_are_run(self):
        self.assertGreater(len(self.rows), len(RULES) // 2)
        for rules, promise, tests in self.rows:
            with self.subTest(rules=rules, promise=promise):
                self.assertEqual(list(complaints(tests, TESTS)), [])

    def test_every_rule_has_a_promise(self):
        named = {rule for rules, _, _ in self.rows for rule in rules}
        self.assertEqual(RULES - named, set())


class Rejects(unittest.TestCase):
    """What the test above must not let through."""

    def check(self, cell, expected):
        here = pathlib.Path(__file__).parent.name
        self.assertRegex(
            '\n'.join(complaints(cell.format(here=here), TESTS)), expected)

    def test_a_file_that_is_not_there(self):
        self.check('`{here}/test_nonesuch.c`', 'no such file')

    def test_a_name_that_is_not_in_the_file(self):
        self.check('`{here}/test_guarantees.py` test_no' 'body',
                   'has no test_no')

    def test_a_file_that_nothing_runs(self):
        self.check('`{here}/cli.py`', 'no CMakeLists.txt runs')

    def test_words_without_a_file(self):
        self.check('we looked at it', 'not a test')

    def test_one_that_is_right_passes(self):
        self.check('`{here}/test_guarantees.py` Rejects', r'\A\Z')


if __name__ == '__main__':
    unittest.main()
