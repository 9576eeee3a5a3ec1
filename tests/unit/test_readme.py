#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The README's first program builds with the line given there and runs.

    test_readme.py --build DIR --cmake PROGRAM --cc COMPILER
The build is installed into a directory of its own; the program is compiled
with the README's own command, and must print what the README shows.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
MOST_LINES = 20


def option(name):
    return sys.argv[sys.argv.index(name) + 1]


def block(text, kind):
    """The one fenced block of a kind."""
    (found,) = re.findall(rf'^```{kind}\n(.*?)^```$', text, re.S | re.M)
    return found


def run(*command, **more):
    done = subprocess.run([str(c) for c in command], text=True,
                          capture_output=True, **more)
    if done.returncode:
        raise SystemExit(f'{command}: status {done.returncode}\n'
                         f'{done.stdout}{done.stderr}')
    return done.stdout


def main():
    build = pathlib.Path(option('--build'))
    readme = (ROOT / 'README.md').read_text()
    program = block(readme, 'c')
    lines = len(program.splitlines())
    assert lines <= MOST_LINES, f'{lines} lines, at most {MOST_LINES}'
    (compile_line,) = re.findall(r'^cc .*$', block(readme, 'sh'), re.M)
    with tempfile.TemporaryDirectory() as place:
        place = pathlib.Path(place)
        # With a component named, the manifest of a whole install stays as
        # it is: it belongs to a person, or to another test.
        run(option('--cmake'), '--install', build, '--prefix', place / 'to',
            '--component', 'Unspecified')
        libraries = next((place / 'to').rglob('tiermm.pc')).parent
        environment = dict(os.environ, PKG_CONFIG_PATH=str(libraries),
                           LD_LIBRARY_PATH=str(libraries.parent))
        (place / 'first.c').write_text(program)
        strict = option('--cc') + ' -std=c99 -Wall -Wextra -Wpedantic -Werror'
        run('sh', '-c', compile_line.replace('cc', strict, 1), cwd=place,
            env=environment)
        said = run(place / 'first', env=environment)
    assert said == block(readme, 'text'), said


if __name__ == '__main__':
    main()
