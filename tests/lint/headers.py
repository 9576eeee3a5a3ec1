#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each public header compiles alone, as C99 and as C++11, without padding.

Options: --cc and --cxx name the compilers (default cc and c++).
"""
import subprocess

import lint

FLAGS = ['-Wall', '-Wextra', '-Wpedantic', '-Wpadded', '-Wshadow', '-Wundef',
         '-Werror', '-fsyntax-only']
LANGUAGES = [('C99', '--cc', 'cc', ['-x', 'c', '-std=c99']),
             ('C++11', '--cxx', 'c++', ['-x', 'c++', '-std=c++11'])]


def compile_alone(root, header, compiler, flags):
    """Messages of the compiler over a file that includes the header twice."""
    name = header.relative_to(root / 'include')
    text = f'#include <{name}>\n#include <{name}>\nint main(void);\n'
    done = subprocess.run([compiler, *flags, *FLAGS, f'-I{root}/include', '-'],
                          input=text, text=True, capture_output=True)
    return done.stderr if done.returncode else ''


def check(root):
    for header in lint.public_headers(root):
        for language, option, default, flags in LANGUAGES:
            compiler = lint.option(option, default)
            said = compile_alone(root, header, compiler, flags)
            if said:
                yield f'{header.relative_to(root)} as {language}:\n{said}'


def header(text):
    return {'include/tiermm/a.h': '#ifndef A_H\n#define A_H\n'
            '#include <stdint.h>\n' + text + '#endif\n'}


SAMPLES = [
    (header('struct s {\n\tuint32_t a;\n\tuint32_t b;\n};\n'), None),
    (header('struct s {\n\tuint8_t a;\n\tuint32_t b;\n};\n'), 'padding'),
    (header('size_t_unknown f(void);\n'), 'as C99'),
    (header('int f(int class);\n'), 'as C++11'),
    (header('static inline int f(void)\n{\n\tint *p = (void *)0;\n'
            '\treturn p != 0;\n}\n'), 'as C++11'),
    ({'include/tiermm/a.h': 'struct s { int a; };\n'}, 'redefinition'),
]

if __name__ == '__main__':
    lint.main(check, SAMPLES)
