#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Headers, symbol map and library name the same functions.

What the headers of a library mark TIERMM_API is listed in its map, sorted,
and exported by the shared library with a version; nothing else is. In the
static library, which has no map, every name still begins with tiermm_.

Options: --library NAME (tiermm or a backend's), --shared FILE, --static FILE.
"""
import re

import lint


def declared(root, library):
    """Functions of one library: the core's headers, or a backend's."""
    include = root / 'include' / 'tiermm'
    if library == 'tiermm':
        headers = [h for h in lint.public_headers(root)
                   if h.parent.name != 'backends']
    else:
        headers = [h for h in sorted((include / 'backends').glob('*.h'))
                   if h.stem.partition('_')[0] == library]
    return {f.name for h in headers for f in lint.functions(h)}


def map_of(root, library):
    if library == 'tiermm':
        return root / 'lib' / 'tiermm.map'
    return root / 'backends' / library / f'tiermm-{library}.map'


def exported(shared):
    """Dynamic symbols as {name: version}, without the version nodes."""
    found = {}
    for line in lint.run('nm', '-D', '--defined-only', shared).splitlines():
        kind, name = line.split()[-2:]
        if kind != 'A':
            name, _, version = name.partition('@@')
            found[name] = version
    return found


def archived(static):
    """Global names that a static library defines."""
    lines = lint.run('nm', '-g', '--defined-only', static).splitlines()
    return {line.split()[-1] for line in lines if len(line.split()) == 3}


def differences(left, left_name, right, right_name):
    for name in sorted(left - right):
        yield f'{name}: in {left_name}, not in {right_name}'
    for name in sorted(right - left):
        yield f'{name}: in {right_name}, not in {left_name}'


def check_map(root, library):
    path = map_of(root, library)
    listed = lint.map_symbols(path)
    here = path.relative_to(root)
    yield from differences(declared(root, library), 'the headers',
                           set(listed), str(here))
    if len(listed) != len(set(listed)):
        yield f'{here}: a symbol is listed twice'
    nodes = re.split(r'\n\}', lint.without_comments(path.read_text()))
    for node in nodes:
        names = re.findall(r'^\s+(tiermm_\w+);', node, re.M)
        if names != sorted(names):
            yield f'{here}: not sorted'


def check_shared(listed, symbols):
    yield from differences(listed, 'the map', set(symbols), 'the library')
    for name, version in sorted(symbols.items()):
        if not version.startswith('TIERMM_'):
            yield f'{name}: exported without a version'


def check_static(names):
    for name in sorted(names):
        if not name.startswith('tiermm_'):
            yield f'{name}: a name in the static library without tiermm_'


def check(root):
    library = lint.option('--library', 'tiermm')
    yield from check_map(root, library)
    shared, static = lint.option('--shared'), lint.option('--static')
    if shared:
        listed = set(lint.map_symbols(map_of(root, library)))
        yield from check_shared(listed, exported(shared))
    if static:
        yield from check_static(archived(static))


def tree(header, listed):
    names = ''.join(f'\t\t{name};\n' for name in listed)
    return {'include/tiermm/x.h': header,
            'lib/tiermm.map': f'TIERMM_0 {{\n\tglobal:\n{names}'
                              '\tlocal:\n\t\t*;\n};\n'}


def built(source):
    """Complaints about a library made from a source and an ordinary map."""
    def check_built(root):
        (root / 'a.c').write_text(source)
        (root / 'a.map').write_text(
            'TIERMM_0 { global: tiermm_a; tiermm_b; local: *; };')
        script = f'-Wl,--version-script={root}/a.map'
        lint.run('cc', '-shared', '-fPIC', '-o', root / 'a.so', script,
                 root / 'a.c')
        lint.run('cc', '-c', '-o', root / 'a.o', root / 'a.c')
        yield from check_shared({'tiermm_a', 'tiermm_b'},
                                exported(root / 'a.so'))
        yield from check_static(archived(root / 'a.o'))
    return check_built


DECLARED = 'TIERMM_API int tiermm_a(void);\nTIERMM_API int tiermm_b(void);\n'
SAMPLES = [
    (tree(DECLARED, ['tiermm_a', 'tiermm_b']), None),
    (tree(DECLARED, ['tiermm_a']), 'tiermm_b: in the headers, not in lib'),
    (tree('', ['tiermm_a']), 'tiermm_a: in lib/tiermm.map, not in the head'),
    (tree(DECLARED, ['tiermm_b', 'tiermm_a']), 'not sorted'),
    (tree(DECLARED, ['tiermm_a', 'tiermm_a', 'tiermm_b']), 'twice'),
]
BUILT = [
    ('int tiermm_a, tiermm_b;', None),
    ('int tiermm_a;', 'tiermm_b: in the map, not in the library'),
    ('int tiermm_a, tiermm_b, other;', 'other: a name in the static'),
]


def judge(root):
    """A sample is either a tree or, in a file named source, a library."""
    source = root / 'source'
    if source.is_file():
        yield from built(source.read_text())(root)
    else:
        yield from check(root)


if __name__ == '__main__':
    SAMPLES += [({'source': source}, said) for source, said in BUILT]
    lint.main(judge, SAMPLES)
