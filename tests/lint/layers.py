#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The arrows of the house: who may include whom.

lib/engine > its peers > lib/demotion > lib/topology > lib/base; a backend
sees the public headers and itself; examples and the outside tests see public
headers only; and only engine/ calls memops.
"""
import re

import lint

BASE = {'base'}
TOPOLOGY = BASE | {'topology'}
DEMOTION = TOPOLOGY | {'demotion'}
MAY_INCLUDE = {
    'base': set(),
    'memops': BASE,
    'topology': BASE,
    'demotion': TOPOLOGY,
    'reclaim': DEMOTION,
    'promotion': DEMOTION,
    'flush': BASE,
    'layout': BASE,
    'zone': BASE,
    'engine': DEMOTION | {'memops', 'reclaim', 'promotion', 'flush',
                          'layout', 'zone'},
}
OUTSIDE_TESTS = ('property', 'fuzz', 'guest', 'bench')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
SOURCES = ('.c', '.h', '.cc')
# What a freestanding compiler brings, and the header that declares mem*.
CORE_SYSTEM = {'stdint.h', 'stddef.h', 'stdatomic.h', 'stdbool.h', 'limits.h',
               'stdalign.h', 'stdnoreturn.h', 'string.h'}
# Of the kernel's headers, as Debian 12 has them; what is newer than Linux 6.1
# is defined where it is used (requirement 26).
KERNEL = {'linux/membarrier.h', 'linux/mempolicy.h', 'linux/netlink.h',
          'linux/userfaultfd.h'}


def includes(path):
    text = lint.without_comments(path.read_text())
    for match in INCLUDE.finditer(text):
        yield lint.line_of(text, match.start()), match[1], match[2]


def resolve(root, path, name):
    """The file of this tree that an include line names, or None."""
    for place in (path.parent, root / 'include', root / 'lib',
                  root / 'tests', root / 'tests' / 'support'):
        target = (place / name).resolve()
        if target.is_file() and root.resolve() in target.parents:
            return target.relative_to(root.resolve())
    return None


def lib_may(room, path, target):
    if target.parts[0] == 'include':
        return 'backends' not in target.parts
    if target.parts[0] != 'lib':
        return False
    other = target.parts[1]
    return other == room or other in MAY_INCLUDE[room]


def backend_may(room, path, target):
    if target.parts[0] == 'include':
        return 'backends' not in target.parts or \
            target.stem.partition('_')[0] == room
    return target.parts[:2] == ('backends', room)


def outside_may(home, target):
    """Public headers, its own directory, and tests/support for a test."""
    if target.parts[0] == 'include':
        return True
    if target.parts[:len(home)] == home:
        return True
    return home[0] == 'tests' and target.parts[:2] == ('tests', 'support')


def judge(path, target):
    """Whether a file (relative) may include another (relative)."""
    parts = path.parts
    if parts[0] == 'include':
        return target.parts[0] == 'include'
    if parts[0] == 'lib':
        if parts[1] not in MAY_INCLUDE:
            return False
        return lib_may(parts[1], path, target)
    if parts[0] == 'backends':
        return backend_may(parts[1], path, target)
    if parts[0] == 'examples':
        return outside_may(('examples',), target)
    if parts[0] == 'tests' and parts[1] in OUTSIDE_TESTS:
        return outside_may(parts[:2], target)
    return True


def is_core(path):
    return path.parts[0] == 'lib'


def system_complaint(path, kind, name):
    """An include that names no file of this tree."""
    if kind == '"':
        return 'names no file of this tree'
    if is_core(path) and name not in CORE_SYSTEM \
            and path.name != 'alloc_libc.c':
        return 'is not for the core'
    if name.startswith('linux/') and path.parts[0] == 'backends' \
            and name not in KERNEL:
        return 'may be newer than that of Debian 12: define what it gives'
    return None


def check(root):
    places = ('include', 'lib', 'backends', 'examples', 'tests')
    for path in lint.files(root, *SOURCES, under=places):
        here = path.relative_to(root)
        for line, kind, name in includes(path):
            target = resolve(root, path, name)
            if target is None:
                why = system_complaint(here, kind, name)
                if why:
                    yield f'{here}:{line}: {name} {why}'
            elif not judge(here, target):
                yield f'{here}:{line}: may not include {target}'


PUBLIC = {'include/tiermm/types.h': '', 'include/tiermm/backends/mock.h': ''}
SAMPLES = [
    (PUBLIC | {'lib/base/a.c': '#include <tiermm/types.h>\n',
               'lib/zone/z.h': '#include "base/b.h"\n',
               'lib/base/b.h': '#include <stdint.h>\n'}, None),
    (PUBLIC | {'lib/base/a.c': '#include "zone/z.h"\n', 'lib/zone/z.h': ''},
     'may not include lib/zone/z.h'),
    (PUBLIC | {'lib/zone/a.c': '#include "topology/t.h"\n',
               'lib/topology/t.h': ''}, 'may not include lib/topology'),
    (PUBLIC | {'lib/demotion/a.c': '#include "memops/m.h"\n',
               'lib/memops/m.h': ''}, 'may not include lib/memops'),
    (PUBLIC | {'lib/base/a.c': '#include <tiermm/backends/mock.h>\n'},
     'may not include include/tiermm/backends'),
    (PUBLIC | {'lib/base/a.c': '#include <stdio.h>\n'}, 'not for the core'),
    (PUBLIC | {'backends/linux/m.c': '#include <linux/netlink.h>\n'}, None),
    (PUBLIC | {'backends/linux/m.c': '#include <linux/fs.h>\n'},
     'newer than that of Debian 12'),
    (PUBLIC | {'backends/mock/m.c': '#include "../../lib/base/b.h"\n',
               'lib/base/b.h': ''}, 'may not include lib/base/b.h'),
    (PUBLIC | {'backends/linux/m.c': '#include <tiermm/backends/mock.h>\n'},
     'may not include'),
    (PUBLIC | {'examples/e.c': '#include "base/b.h"\n', 'lib/base/b.h': ''},
     'may not include lib/base/b.h'),
    (PUBLIC | {'tests/property/p.c': '#include "base/b.h"\n',
               'lib/base/b.h': ''}, 'may not include lib/base/b.h'),
    (PUBLIC | {'tests/unit/u.c': '#include "base/b.h"\n',
               'lib/base/b.h': ''}, None),
    ({'lib/base/a.c': '#include "gone.h"\n'}, 'names no file'),
]

if __name__ == '__main__':
    lint.main(check, SAMPLES)
