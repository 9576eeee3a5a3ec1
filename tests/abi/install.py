#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Install, build an outsider's program in each way, run it, uninstall.

The ways: pkg-config and find_package, shared and static, C and C++. The
program calls the core and takes a function of each backend. Uninstalling
leaves no file and no directory of ours.

Options: --build DIR, --cc and --cxx COMPILER, --cmake PROGRAM, then the names
of the backends that were built.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import abi
from abi import lint

MANIFEST = 'install_manifest.txt'
LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(outsider LANGUAGES C)
find_package(tiermm 0.1 REQUIRED COMPONENTS {names})
add_executable(shared main.c)
target_link_libraries(shared PRIVATE tiermm::tiermm {shared})
add_executable(static main.c)
target_link_libraries(static PRIVATE tiermm::tiermm_static {static})
find_package(tiermm 0.1 QUIET COMPONENTS nonesuch)
if(tiermm_FOUND)
	message(FATAL_ERROR "a component that does not exist was found")
elseif(NOT tiermm_NOT_FOUND_MESSAGE MATCHES nonesuch)
	message(FATAL_ERROR "nobody was told which component is missing")
endif()
"""


def program(backends):
    """C and C++ source that uses the core and every backend."""
    lines = ['#include <stdio.h>', '#include <tiermm/tiermm.h>']
    lines += [f'#include <tiermm/backends/{name}.h>' for name in backends]
    lines += ['int main(void)', '{', '\tint linked = 0;']
    for name in backends:
        header = abi.INCLUDE / 'tiermm' / 'backends' / f'{name}.h'
        function = lint.functions(header)[0].name
        lines.append(f'\tlinked += &{function} != 0;')
    lines += ['\tprintf("%x %d\\n", (unsigned)tiermm_abi_version(), linked);',
              '\treturn 0;', '}', '']
    return '\n'.join(lines)


def run_in(environment, *command):
    done = subprocess.run([str(c) for c in command], env=environment,
                          text=True, capture_output=True)
    if done.returncode:
        print(done.stdout, done.stderr, sep='')
        raise SystemExit(f'failed: {" ".join(map(str, command))}')
    return done.stdout


class Outsider:
    """A directory with the program, and a prefix to build it against."""

    def __init__(self, place, backends):
        self.place = pathlib.Path(place)
        self.prefix = self.place / 'prefix'
        self.backends = backends
        self.ran = 0

    def find(self):
        """Where the install put its .pc files; sets the environment."""
        found = list(self.prefix.rglob('tiermm.pc'))
        assert len(found) == 1, found
        libraries = found[0].parent.parent
        self.environment = dict(
            os.environ, PKG_CONFIG_PATH=str(found[0].parent),
            LD_LIBRARY_PATH=str(libraries))
        (self.place / 'main.c').write_text(program(self.backends))
        shutil.copy(self.place / 'main.c', self.place / 'main.cc')

    def expect(self, binary):
        said = run_in(self.environment, binary).split()
        assert said == ['100', str(len(self.backends))], said
        self.ran += 1

    def by_pkg_config(self, compiler, source, *how):
        modules = ['tiermm', *(f'tiermm-{name}' for name in self.backends)]
        flags = run_in(self.environment, 'pkg-config', '--cflags', '--libs',
                       *(['--static'] if how else []), *modules).split()
        binary = self.place / 'by-pkg-config'
        run_in(self.environment, compiler, *how, '-o', binary,
               self.place / source, *flags)
        self.expect(binary)

    def by_find_package(self, cmake, compiler):
        def targets(ending):
            return ' '.join(f'tiermm::{b}{ending}' for b in self.backends)
        (self.place / 'CMakeLists.txt').write_text(LISTS.format(
            names=' '.join(self.backends), shared=targets(''),
            static=targets('_static')))
        build = self.place / 'build'
        run_in(self.environment, cmake, '-S', self.place, '-B', build,
               f'-DCMAKE_PREFIX_PATH={self.prefix}',
               f'-DCMAKE_C_COMPILER={compiler}')
        run_in(self.environment, cmake, '--build', build)
        self.expect(build / 'shared')
        self.expect(build / 'static')
        needed = lint.run('readelf', '-d', build / 'static')
        assert 'libtiermm' not in needed, 'the static program is not static'


def installed(cmake, build, prefix):
    """Install; the files as the manifest has them."""
    lint.run(cmake, '--install', build, '--prefix', prefix)
    return (build / MANIFEST).read_text().split('\n')


def check_uninstall(cmake, build, prefix):
    lint.run(cmake, '--build', build, '--target', 'uninstall')
    left = [p for p in prefix.rglob('*')
            if not p.is_dir() or p.name == 'tiermm']
    assert not left, f'left behind: {left}'


@contextlib.contextmanager
def kept_manifest(build):
    """The manifest of an install that a person made from here stays."""
    manifest = build / MANIFEST
    before = manifest.read_text() if manifest.exists() else None
    try:
        yield
    finally:
        if before is not None:
            manifest.write_text(before)


def main():
    build = pathlib.Path(lint.option('--build'))
    cmake = lint.option('--cmake', 'cmake')
    compiler, cxx = lint.option('--cc', 'cc'), lint.option('--cxx', 'c++')
    words = sys.argv[1:]
    backends = words[words.index('--') + 1:]
    with tempfile.TemporaryDirectory() as place, kept_manifest(build):
        outsider = Outsider(place, backends)
        files = installed(cmake, build, outsider.prefix)
        outsider.find()
        outsider.by_pkg_config(compiler, 'main.c')
        outsider.by_pkg_config(cxx, 'main.cc')
        outsider.by_pkg_config(compiler, 'main.c', '-static')
        outsider.by_find_package(cmake, compiler)
        check_uninstall(cmake, build, outsider.prefix)
        print(f'{len(files)} files installed, {outsider.ran} programs ran, '
              'nothing left')


if __name__ == '__main__':
    main()
