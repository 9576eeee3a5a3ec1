#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tree as a whole: what stands at the top, file heads, leftovers, NEWS.

A source file begins with its licence line and says in a comment what it is;
nothing says that something is left to do; docs/NEWS.md has a section for the
version that CMakeLists.txt builds and names every object with new symbols.
"""
import re

import lint

TOP = {'include', 'lib', 'backends', 'examples', 'tests', 'docs',
       'CMakeLists.txt', 'CMakePresets.json', 'LICENSE', 'README.md'}
HEADED = ('.c', '.h', '.cc', '.py', '.sh', '.cmake', '.map', '.pml', '.js',
          '.lua', '.java', '.rs')
SPDX = 'SPDX-License-Identifier: MIT'
# Spelled apart, so that this file does not complain about itself.
LEFT_TO_DO = re.compile(r'\b(TO' r'DO|FIX' r'ME|XX' r'X|HA' r'CK)\b')
TEXT = HEADED + ('.md', '.txt', '.in')


def check_top(root):
    for path in sorted(root.iterdir()):
        if path.name not in TOP and not path.name.startswith('.'):
            yield f'{path.name}: has no room at the top'


def check_heads(root):
    for path in lint.files(root, *HEADED):
        head = path.read_text().splitlines()[:3]
        if not any(SPDX in line for line in head):
            yield f'{path.relative_to(root)}: no SPDX line in its head'


def check_room(root):
    """A C file says what it is before its first line of code."""
    for path in lint.files(root, '.c', '.h'):
        text = path.read_text()
        comments = ''.join(
            m.group(0) for m in
            re.finditer(r'\A(\s*/\*.*?\*/)+', text, re.S))
        if len(comments.replace(SPDX, '').strip('/* \n\t')) < 8:
            yield f'{path.relative_to(root)}: no head comment'


def check_left_to_do(root):
    for path in lint.files(root, *TEXT):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if LEFT_TO_DO.search(line):
                yield f'{path.relative_to(root)}:{number}: left to do'


def news_section(news, version):
    """The text of a version's section, or None."""
    match = re.search(rf'^##[^\n]*\b{re.escape(version)}\b[^\n]*$(.*?)'
                      r'(?=^## |\Z)', news, re.S | re.M)
    return match.group(1) if match else None


def check_news(root):
    lists = (root / 'CMakeLists.txt').read_text()
    version = re.search(r'project\(\w+\s+VERSION\s+([\d.]+)', lists).group(1)
    path = root / 'docs' / 'NEWS.md'
    if not path.is_file():
        yield 'docs/NEWS.md: missing'
        return
    news = path.read_text()
    if news_section(news, version) is None:
        yield f'docs/NEWS.md: no section for {version}'
    for header in lint.public_headers(root):
        name = header.relative_to(root / 'include')
        if lint.functions(header) and str(name) not in news:
            yield f'docs/NEWS.md: does not name {name}'


def check(root):
    yield from check_top(root)
    yield from check_heads(root)
    yield from check_room(root)
    yield from check_left_to_do(root)
    yield from check_news(root)


HEAD = f'/* {SPDX} */\n/* A room that is explained here. */\n'
CLEAN = {
    'CMakeLists.txt': 'project(x VERSION 0.1.0)\n',
    'docs/NEWS.md': '# News\n\n## 0.1.0\n\n- `tiermm/x.h`\n',
    'lib/base/a.c': HEAD,
    'include/tiermm/x.h': HEAD + 'TIERMM_API int tiermm_x(void);\n',
}
SAMPLES = [
    (CLEAN, None),
    (CLEAN | {'.build/a.c': 'int x;\n'}, None),
    (CLEAN | {'notes.txt': 'x\n'}, 'notes.txt: has no room'),
    (CLEAN | {'lib/base/a.c': 'int x;\n'}, 'no SPDX'),
    (CLEAN | {'lib/base/a.c': f'/* {SPDX} */\nint x;\n'}, 'no head comment'),
    (CLEAN | {'lib/base/a.c': HEAD + '/* TO' 'DO */\n'}, 'left to do'),
    (CLEAN | {'CMakeLists.txt': 'project(x VERSION 0.2.0)\n'},
     'no section for 0.2.0'),
    (CLEAN | {'include/tiermm/y.h': HEAD + 'TIERMM_API int y(void);\n'},
     'does not name tiermm/y.h'),
]

if __name__ == '__main__':
    lint.main(check, SAMPLES)
