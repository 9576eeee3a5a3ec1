#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The core needs next to nothing, and runs nothing when it is loaded.

Its undefined symbols are mem* and, from one object alone, malloc and free;
a freestanding core has no malloc and free either. It has no constructors, no
thread-local storage and no variable that can change.

Options: --static FILE, --shared FILE (optional), --freestanding.
"""
import pathlib
import re

import lint

PROMISED = {'memcmp', 'memcpy', 'memmove', 'memset'}
ALLOCATOR = {'free', 'malloc'}
ALLOCATOR_OBJECT = 'alloc_libc.c.o'
# The linker's own name in position-independent code; no object to find.
LINKER = {'_GLOBAL_OFFSET_TABLE_'}
RUN_AT_LOAD = r'\.(init|fini|ctors|dtors|preinit)(_array)?(\.\d+)?'
THREAD_LOCAL = r'\.t(data|bss)(\..*)?'
VARIABLE = r'\.(data|bss)(\.(?!rel\.ro).*)?'


def objects(static):
    """{object: (defined names, undefined names)} of an archive."""
    found, name = {}, pathlib.Path(static).name
    for line in lint.run('nm', '-g', static).splitlines():
        if line.endswith(':'):
            name = line[:-1]
        words = line.split()
        if len(words) >= 2:
            defined, undefined = found.setdefault(name, (set(), set()))
            (undefined if words[-2] in 'Uwv' else defined).add(words[-1])
    return found


def sections(file):
    """(name, size) of the sections that take memory at run time."""
    for line in lint.run('readelf', '-S', '-W', file).splitlines():
        match = re.match(r'\s*\[\s*\d+\]\s+(\.\S+)\s+\S+\s+[0-9a-f]+\s+'
                         r'[0-9a-f]+\s+([0-9a-f]+)\s+\S+\s+(\S*)', line)
        if match and 'A' in match.group(3):
            yield match.group(1), int(match.group(2), 16)


def check_symbols(static, freestanding):
    found = objects(static)
    defined = set().union(*(d for d, _ in found.values()))
    for name, (_, undefined) in sorted(found.items()):
        promised = PROMISED | LINKER | defined
        if name == ALLOCATOR_OBJECT and not freestanding:
            promised = promised | ALLOCATOR
        for symbol in sorted(undefined - promised):
            yield f'{name}: needs {symbol}, which is not promised'


def check_sections(file):
    here = pathlib.Path(file).name
    for name, size in sections(file):
        if size and re.fullmatch(RUN_AT_LOAD, name):
            yield f'{here}: {name}: runs something at load time'
        if size and re.fullmatch(THREAD_LOCAL, name):
            yield f'{here}: {name}: thread-local storage'
        if size and re.fullmatch(VARIABLE, name):
            yield f'{here}: {name}: {size} bytes of variables'


def check_shared(shared):
    undefined = set()
    for line in lint.run('nm', '-D', '-u', shared).splitlines():
        undefined.add(line.split()[-1].partition('@')[0])
    for symbol in sorted(undefined - PROMISED - ALLOCATOR):
        yield f'{pathlib.Path(shared).name}: needs {symbol}'
    yield from check_sections(shared)


def check(_root):
    static, shared = lint.option('--static'), lint.option('--shared')
    freestanding = lint.flag('--freestanding')
    yield from check_symbols(static, freestanding)
    yield from check_sections(static)
    if shared:
        yield from check_shared(shared)


def compiled(root):
    """Judge a sample: its C files as a static library."""
    archive = root / 'core.a'
    made = []
    for source in sorted(root.glob('*.c')):
        made.append(root / (source.name + '.o'))
        lint.run('cc', '-c', '-fPIC', '-O1', '-ffreestanding', '-o', made[-1],
                 source)
    lint.run('ar', 'rc', archive, *made)
    yield from check_symbols(archive, (root / 'freestanding').exists())
    yield from check_sections(archive)


GET = 'void *malloc(unsigned long);\nvoid *f(void) { return malloc(3); }\n'
SAMPLES = [
    ({'a.c': 'void *memset(void *, int, unsigned long);\n'
             'void f(char *p) { memset(p, 0, 99); }\n',
      'b.c': 'void f(char *);\nvoid g(void) { char x[99]; f(x); }\n'
             'static const char *const names[] = { "x" };\n'
             'const char *h(int i) { return names[i]; }\n',
      'alloc_libc.c': GET}, None),
    ({'a.c': 'int puts(const char *);\nvoid f(void) { puts("x"); }\n'},
     'a.c.o: needs puts'),
    ({'a.c': GET}, 'needs malloc'),
    ({'alloc_libc.c': GET, 'freestanding': ''}, 'needs malloc'),
    ({'a.c': '__attribute__((constructor)) void f(void) { }\n'},
     'runs something'),
    ({'a.c': '_Thread_local int x = 1;\n'}, 'thread-local'),
    ({'a.c': 'int x = 1;\n'}, '4 bytes of variables'),
    ({'a.c': 'static int x;\nint *f(void) { return &x; }\n'},
     '4 bytes of variables'),
]

if __name__ == '__main__':
    lint.main(compiled if lint.flag('--self-test') else check, SAMPLES)
