#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each exported function says its contract.

A comment stands right before it, with one word of @threads, @since, and what
it returns (@retval or @return). What returns nothing cannot fail: by its last
word it destroys, gives back or resets.
"""
import re

import lint

THREADS = ('read', 'agent', 'shared', 'owner', 'setup')
NOTHING = ('destroy', 'unref', 'ref', 'free', 'fini', 'clear', 'reset',
           'release', 'close')
SINCE = re.compile(r'@since\s+\d+\.\d+')


def threads_complaint(comment):
    words = re.findall(r'@threads\s+(\S+)', comment)
    if len(words) != 1:
        return f'{len(words)} @threads, expected one'
    if words[0].rstrip(',;.') not in THREADS:
        return f'@threads {words[0]} is none of {" ".join(THREADS)}'
    return None


def result_complaint(function):
    says = re.search(r'@ret(val|urns?)\b', function.comment)
    if function.returns == 'void':
        if says:
            return 'returns nothing, but its comment says what'
        if function.name.rsplit('_', 1)[1] not in NOTHING:
            return 'returns void: can it not fail?'
        return None
    return None if says else 'no @retval or @return'


def complaints(function):
    if not function.comment:
        yield 'no comment before it'
        return
    if '@threads' not in function.comment:
        yield 'no @threads'
    else:
        yield threads_complaint(function.comment)
    if not SINCE.search(function.comment):
        yield 'no @since'
    yield result_complaint(function)


def check(root):
    for header in lint.public_headers(root):
        here = header.relative_to(root)
        for function in lint.functions(header):
            for what in filter(None, complaints(function)):
                yield f'{here}:{function.line}: {function.name}: {what}'


def sample(comment, returns='int', name='tiermm_x_plan'):
    return {'include/tiermm/x.h':
            f'/** before */\nTIERMM_API_X;\n{comment}\n'
            f'TIERMM_API {returns}\n{name}(int a);\n'}


GOOD = '/**\n * X.\n * @retval 0 done\n * @threads owner\n * @since 0.1\n */'
SAMPLES = [
    (sample(GOOD), None),
    (sample(''), 'no comment'),
    (sample(GOOD.replace(' * @threads owner\n', '')), 'no @threads'),
    (sample(GOOD.replace('owner', 'anyone')), '@threads anyone'),
    (sample(GOOD.replace(' * @since 0.1\n', '')), 'no @since'),
    (sample(GOOD.replace(' * @retval 0 done\n', '')), 'no @retval'),
    (sample(GOOD, 'void', 'tiermm_x_set'), 'but its comment says'),
    (sample(GOOD.replace(' * @retval 0 done\n', ''), 'void',
            'tiermm_x_set'), 'can it not fail'),
    (sample(GOOD.replace(' * @retval 0 done\n', ''), 'void',
            'tiermm_x_destroy'), None),
    (sample(GOOD + '\nint between;'), 'no comment'),
]

if __name__ == '__main__':
    lint.main(check, SAMPLES)
