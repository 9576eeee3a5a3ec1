#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names and field types.

Public headers: functions and structures begin with tiermm_, macros and
enumerators with TIERMM_, nothing is a typedef, nothing is an internal
(tiermm__), and fields are fixed-width or pointers: no enum, bool, int, long,
size_t, no union, no bit-field. In lib/ and backends/: no typedef, a
file-local function carries no prefix, and an atomic says its order.
"""
import re

import lint

FIELD_TYPES = re.compile(
    r'^(const )?(u?int(8|16|32|64)_t|unsigned char|char|'
    r'struct tiermm_\w+)$')
MACRO = re.compile(r'^[ \t]*#[ \t]*define[ \t]+(\w+)', re.M)
STRUCT = re.compile(r'\bstruct\s+(\w+)\s*\{')
ENUM = re.compile(r'\benum\b[^;{]*\{(.*?)\}', re.S)
LOCAL = re.compile(r'^static\s[^;={]*?\b(tiermm_\w+)\s*\(', re.M)
# C11's short forms mean sequential consistency without saying so.
SHORT_ATOMIC = re.compile(
    r'\batomic_(load|store|exchange|fetch_[a-z]+|'
    r'compare_exchange_(weak|strong))\s*\(')


def block(code, start):
    """Text between the brace at start and its partner."""
    depth = 0
    for position in range(start, len(code)):
        depth += {'{': 1, '}': -1}.get(code[position], 0)
        if depth == 0:
            return code[start + 1:position]
    return code[start + 1:]


def field_complaint(field):
    """What is wrong with one member declaration, or None."""
    field = ' '.join(field.split())
    if not field:
        return None
    for word in ('union', 'enum', 'typedef'):
        if re.search(rf'\b{word}\b', field):
            return f'a field with {word}: {field}'
    if '(*' in field:
        return None
    if re.search(r':\s*\d+$', field):
        return f'a bit-field: {field}'
    if '*' in field:
        return None
    kind = re.sub(r'\s*\w+(\[[^\]]*\])*$', '', field.split(',')[0])
    if not FIELD_TYPES.match(kind):
        return f'a field that is not fixed-width: {field}'
    return None


def enumerators(code):
    for match in ENUM.finditer(code):
        for item in match.group(1).split(','):
            name = re.match(r'\s*(\w+)', item)
            if name:
                yield match.start(), name.group(1)


def header_complaints(code):
    """(position, complaint) over a public header without comments."""
    for match in re.finditer(r'\btypedef\b', code):
        yield match.start(), 'a typedef'
    for match in re.finditer(r'\btiermm__\w+', code):
        yield match.start(), f'an internal name: {match.group(0)}'
    for match in MACRO.finditer(code):
        if not match.group(1).startswith('TIERMM_'):
            yield match.start(), f'macro {match.group(1)} without TIERMM_'
    for position, name in enumerators(code):
        if not name.startswith('TIERMM_'):
            yield position, f'enumerator {name} without TIERMM_'
    for match in STRUCT.finditer(code):
        if not match.group(1).startswith('tiermm_'):
            yield match.start(), f'struct {match.group(1)} without tiermm_'
        for field in block(code, match.end() - 1).split(';'):
            what = field_complaint(field)
            if what:
                yield match.start(), what


def source_complaints(code, is_header):
    """(position, complaint) over a file of lib/ or backends/."""
    for match in re.finditer(r'^\s*typedef\b', code, re.M):
        yield match.start(), 'a typedef'
    for match in () if is_header else LOCAL.finditer(code):
        yield match.start(1), f'file-local {match.group(1)} with a prefix'
    for match in SHORT_ATOMIC.finditer(code):
        yield match.start(), f'{match.group(0)}: name the memory order'


def check(root):
    for header in lint.public_headers(root):
        code = lint.without_comments(header.read_text())
        here = header.relative_to(root)
        for position, what in header_complaints(code):
            yield f'{here}:{lint.line_of(code, position)}: {what}'
        for function in lint.functions(header):
            if not function.name.startswith('tiermm_'):
                yield f'{here}:{function.line}: {function.name} ' \
                      'without tiermm_'
    for path in lint.files(root, '.c', '.h', under=('lib', 'backends')):
        code = lint.only_code(path.read_text())
        for position, what in source_complaints(code, path.suffix == '.h'):
            yield f'{path.relative_to(root)}:' \
                  f'{lint.line_of(code, position)}: {what}'


def header(text):
    return {'include/tiermm/x.h': text}


def field(text):
    return header(f'struct tiermm_x {{\n\t{text}\n}};\n')


SAMPLES = [
    (header('#define TIERMM_X 1\nenum {\n\tTIERMM_A = 1, /* b */\n'
            '\tTIERMM_B\n};\nTIERMM_API int tiermm_x(void);\n'), None),
    (field('uint32_t size;\n\tchar name[16];\n\tconst char *text;\n'
           '\tint (*move)(void *self, int (*f)(long));\n'
           '\tstruct tiermm_y y[2];'), None),
    (field('int a;'), 'not fixed-width: int a'),
    (field('long a;'), 'not fixed-width'),
    (field('size_t a;'), 'not fixed-width'),
    (field('bool a;'), 'not fixed-width'),
    (field('enum tiermm_y a;'), 'field with enum'),
    (field('uint32_t a : 3;'), 'bit-field'),
    (field('union { uint32_t a; } b;'), 'field with union'),
    (header('typedef int tiermm_t;\n'), 'typedef'),
    (header('int tiermm__x(void);\n'), 'internal name'),
    (header('#define MAX 3\n'), 'macro MAX'),
    (header('enum { A = 1 };\n'), 'enumerator A'),
    (header('struct x { uint32_t a; };\n'), 'struct x'),
    (header('TIERMM_API int x(void);\n'), 'x without tiermm_'),
    ({'lib/base/a.c': 'static int f(void)\n{\n}\n'}, None),
    ({'lib/base/a.c': 'static int tiermm_f(void)\n{\n}\n'}, 'file-local'),
    ({'lib/base/a.c': 'int f(void)\n{\n\treturn atomic_fetch_add_explicit('
      '&x, 1, memory_order_relaxed);\n}\n'}, None),
    ({'lib/base/a.h': 'static inline int tiermm__f(void)\n{\n}\n'}, None),
    ({'lib/base/a.c': 'typedef int x;\n'}, 'typedef'),
    ({'lib/base/a.c': 'int f(void)\n{\n\treturn atomic_load(&x);\n}\n'},
     'name the memory order'),
]

if __name__ == '__main__':
    lint.main(check, SAMPLES)
