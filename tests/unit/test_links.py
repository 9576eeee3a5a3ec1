#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every link from README.md and docs/ to a file of this tree leads there."""
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


class Links(unittest.TestCase):
    def test_every_link_leads_to_a_file(self):
        pages = [ROOT / 'README.md', *sorted((ROOT / 'docs').glob('*.md'))]
        self.assertGreater(len(pages), 3)
        self.assertEqual([line for page in pages
                          for line in broken(page, page.read_text())], [])

    def test_a_broken_link_is_found(self):
        page = ROOT / 'README.md'
        self.assertEqual(len(list(broken(
            page, '[a](docs/nonesuch.md) [b](LICENSE) [c](https://x.org) '
            '[d](LICENSE#top) [e](#here)'))), 1)


if __name__ == '__main__':
    unittest.main()
