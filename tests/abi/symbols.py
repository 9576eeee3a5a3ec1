#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""symbols.expect lists every exported symbol, and only ever grows.

Each line is LIBRARY SYMBOL@@VERSION. The libraries export exactly these, and
no line of the last tagged release is missing: a symbol neither goes away nor
moves between versions.

Options: --record to write the file anew; then LIBRARY=FILE for each library.
"""
import subprocess
import sys

import abi
from abi import lint

EXPECT = abi.HERE / 'symbols.expect'
HEAD = '# library symbol@@version; only ever grows (symbols.py)\n'


def exported(library, file):
    lines = lint.run('nm', '-D', '--defined-only', file).splitlines()
    symbols = (line.split()[-2:] for line in lines)
    return sorted(f'{library} {name}' for kind, name in symbols if kind != 'A')


def read(text):
    return [line for line in text.splitlines()
            if line and not line.startswith('#')]


def git(*words):
    done = subprocess.run(['git', '-C', lint.ROOT, *words], text=True,
                          capture_output=True)
    return done.stdout if done.returncode == 0 else None


def released():
    """Lines of the last tagged release; none before the first one."""
    tag = git('describe', '--tags', '--abbrev=0')
    if not tag:
        print('no release is tagged yet')
        return []
    text = git('show', f'{tag.strip()}:tests/abi/symbols.expect')
    return read(text or '')


def compare(expected, actual, old, libraries):
    """A library that was not built here is not judged."""
    expected = {e for e in expected if e.split()[0] in libraries}
    for line in sorted(expected - set(actual)):
        yield f'{line}: no longer exported'
    for line in sorted(set(actual) - expected):
        yield f'{line}: new; add it with symbols.py --record'
    for line in sorted({o for o in old if o.split()[0] in libraries}
                       - set(actual)):
        yield f'{line}: was in the last release'


def self_test():
    a, b, c = 'x a@@T_0', 'x b@@T_0', 'y c@@T_0'
    return [
        not list(compare([a, b], [a, b], [a], {'x'})),
        not list(compare([a, c], [a], [c], {'x'})),
        bool(list(compare([a, b], [a], [], {'x'}))),
        bool(list(compare([a], [a, b], [], {'x'}))),
        bool(list(compare([a], [a], [b], {'x'}))),
        bool(list(compare([a], ['x a@@T_1'], [], {'x'}))),
    ]


def main():
    if lint.flag('--self-test'):
        judged = self_test()
        print(f'{len(judged)} samples, {judged.count(False)} judged wrongly')
        return 0 if all(judged) else 1
    pairs = [word.split('=', 1) for word in sys.argv[1:] if '=' in word]
    actual = [line for pair in pairs for line in exported(*pair)]
    if lint.flag('--record'):
        EXPECT.write_text(HEAD + ''.join(f'{line}\n' for line in actual))
    expected = read(EXPECT.read_text())
    said = list(compare(expected, actual, released(), dict(pairs)))
    print('\n'.join(said))
    print(f'{len(actual)} symbols of {len(pairs)} libraries')
    return 1 if said else 0


if __name__ == '__main__':
    sys.exit(main())
