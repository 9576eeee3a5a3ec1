#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every link from README.md and docs/ to a file of this tree leads there.

And what is there is told of: each header and chapter in overview.md, each
example in examples.md.
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINK = re.compile(r'\[[^\]]*\]\(([^)\s]+)\)')
OUTSIDE = re.compile(r'^([a-z]+:|#)')


def broken(page, text):
    """Links of a page that lead nowhere."""
    for target in LINK.findall(text):
        path = page.parent / target.split('#')[0]
        if not OUTSIDE.match(target) and not path.exists():
            yield f'{page.relative_to(ROOT)}: {target}'


def untold(names, text):
    """Names that stand nowhere in a text as a word of their own."""
    return [name for name in names if not re.search(
        rf'(?<![\w/.-]){re.escape(name)}(?![\w-])', text)]


def headers():
    top = ROOT / 'include' / 'tiermm'
    return [path.name for path in sorted(top.rglob('*.h'))]


def examples():
    """Programs with a number, and folders that hold an integration."""
    top = ROOT / 'examples'
    folders = [path for path in sorted(top.iterdir())
               if path.is_dir() and path.name not in ('cli', 'bindings')]
    return [path.name for path in [*sorted(top.glob('[0-9]*.c')), *folders,
                                   *sorted(top.glob('bindings/*/*.py'))]]


class Links(unittest.TestCase):
    def test_every_link_leads_to_a_file(self):
        pages = [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]
        self.assertGreater(len(pages), 3)
        self.assertEqual([line for page in pages
                          for line in broken(page, page.read_text())], [])

    def test_the_overview_names_every_header(self):
        text = (ROOT / 'docs' / 'overview.md').read_text()
        self.assertGreater(len(headers()), 50)
        self.assertEqual(untold(headers(), text), [])

    def test_every_chapter_is_linked_from_the_overview_or_the_readme(self):
        chapters = [path.name for path in sorted((ROOT / 'docs').glob('*.md'))]
        text = ''.join((ROOT / name).read_text()
                       for name in ('README.md', 'docs/overview.md'))
        linked = {pathlib.PurePath(t).name for t in LINK.findall(text)}
        self.assertEqual([name for name in chapters
                          if name not in linked | {'overview.md'}], [])

    def test_the_examples_are_all_told_of(self):
        links = LINK.findall((ROOT / 'docs' / 'examples.md').read_text())
        parts = {part for link in links
                 for part in pathlib.PurePath(link).parts}
        self.assertGreater(len(examples()), 15)
        self.assertEqual([name for name in examples() if name not in parts],
                         [])

    def test_what_is_not_told_of_is_found(self):
        self.assertEqual(untold(['flush.h', 'log.h', 'sim.h'],
                                '`flush.h` `sim_log.h` sim.html'),
                         ['log.h', 'sim.h'])

    def test_a_broken_link_is_found(self):
        page = ROOT / 'README.md'
        self.assertEqual(len(list(broken(
            page, '[a](docs/nonesuch.md) [b](LICENSE) [c](https://x.org) '
            '[d](LICENSE#top) [e](#here)'))), 1)


if __name__ == '__main__':
    unittest.main()
