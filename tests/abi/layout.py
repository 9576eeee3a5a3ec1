#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every public structure has one layout, for C and for a binding.

Size and offsets as cffi works them out from the headers are compared with
what the C compiler says, and both with layout.expect: a field never moves or
changes size; a structure grows only at its end, and only if it begins with
its own size.

Options: --cc COMPILER; --record writes layout.expect anew.
"""
import subprocess
import sys
import tempfile

import abi
from abi import lint

EXPECT = abi.HERE / 'layout.expect'


def structures(ffi):
    """{struct: [fields]} of every structure that the headers spell out."""
    found = {}
    for name in ffi.list_types()[1]:
        kind = ffi.typeof(f'struct {name}')
        if name.startswith('tiermm_') and kind.fields is not None:
            found[name] = [field for field, _ in kind.fields]
    return found


def from_binding(ffi, found):
    """{'struct.field': (offset, size)}; a structure itself has offset 0."""
    layout = {}
    for name, fields in found.items():
        layout[name] = (0, ffi.sizeof(f'struct {name}'))
        types = dict(ffi.typeof(f'struct {name}').fields)
        for field in fields:
            layout[f'{name}.{field}'] = (
                ffi.offsetof(f'struct {name}', field),
                ffi.sizeof(types[field].type))
    return layout


def program(found):
    """A C program that prints the same table."""
    lines = ['#include <stddef.h>', '#include <stdio.h>']
    lines += [f'#include <{header}>' for header in abi.all_headers()]
    lines += ['int main(void)', '{']
    for name, fields in found.items():
        lines.append(f'\tprintf("{name} 0 %zu\\n", sizeof(struct {name}));')
        for field in fields:
            lines.append(
                f'\tprintf("{name}.{field} %zu %zu\\n", '
                f'offsetof(struct {name}, {field}), '
                f'sizeof(((struct {name} *)0)->{field}));')
    return '\n'.join(lines + ['\treturn 0;', '}', ''])


def from_compiler(found, cc):
    with tempfile.TemporaryDirectory() as place:
        source, binary = f'{place}/layout.c', f'{place}/layout'
        with open(source, 'w', encoding='ascii') as file:
            file.write(program(found))
        subprocess.run([cc, f'-I{abi.INCLUDE}', '-o', binary, source],
                       check=True)
        return read(lint.run(binary))


def read(text):
    layout = {}
    for line in text.splitlines():
        if line and not line.startswith('#'):
            name, offset, size = line.split()
            layout[name] = (int(offset), int(size))
    return layout


def may_grow(name, layout):
    """Whether a structure carries its size, so that it may grow."""
    return '.' not in name and layout.get(f'{name}.size') == (0, 4)


def compare_kinds(compiler, binding):
    for name in sorted(compiler.keys() | binding.keys()):
        if compiler.get(name) != binding.get(name):
            yield f'{name}: C says {compiler.get(name)}, ' \
                  f'a binding {binding.get(name)} (offset, size)'


def compare_expected(expected, now):
    for name, (offset, size) in expected.items():
        if name not in now:
            yield f'{name}: was {(offset, size)}, is gone'
        elif may_grow(name, now):
            if now[name][1] < size:
                yield f'{name}: shrank from {size} to {now[name][1]}'
        elif now[name] != (offset, size):
            yield f'{name}: was {(offset, size)}, is {now[name]}'
    for name in now:
        if name not in expected:
            yield f'{name}: new; add it with layout.py --record'


def record(layout):
    head = '# structure[.field] offset size; only ever grows (layout.py)\n'
    EXPECT.write_text(head + ''.join(
        f'{name} {offset} {size}\n'
        for name, (offset, size) in layout.items()))


def check_now():
    cc = lint.option('--cc', 'cc')
    ffi = abi.parse(abi.all_headers(), cc)
    found = structures(ffi)
    compiler = from_compiler(found, cc)
    if lint.flag('--record'):
        record(compiler)
    yield from compare_kinds(compiler, from_binding(ffi, found))
    yield from compare_expected(read(EXPECT.read_text()), compiler)
    print(f'{len(found)} structures, {len(compiler)} sizes and offsets')


def self_test():
    """Bad tables that the comparison must reject, good ones it must not."""
    old = {'a': (0, 8), 'a.size': (0, 4), 'a.x': (4, 4), 'b': (0, 16)}
    grown = old | {'a': (0, 16)}
    return [
        not list(compare_expected(old, old)),
        not list(compare_expected(old, grown)),
        bool(list(compare_expected(old, old | {'b': (0, 32)}))),
        bool(list(compare_expected(old, old | {'a.x': (8, 4)}))),
        bool(list(compare_expected(grown, old))),
        bool(list(compare_expected(old, old | {'c': (0, 4)}))),
        bool(list(compare_expected(old | {'c': (0, 4)}, old))),
        bool(list(compare_kinds(old, grown))),
        not list(compare_kinds(old, old)),
    ]


if __name__ == '__main__':
    if lint.flag('--self-test'):
        judged = self_test()
        print(f'{len(judged)} samples, {judged.count(False)} judged wrongly')
        sys.exit(0 if all(judged) else 1)
    complaints = list(check_now())
    print('\n'.join(complaints))
    sys.exit(1 if complaints else 0)
