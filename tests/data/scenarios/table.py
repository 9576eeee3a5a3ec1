#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tables of docs/simulator.md: what was published, what is simulated.

    table.py --program build/examples/cli/tiermm [--check | --write]

Without either it is printed. --check: exit 1 if the document says otherwise.
"""
import argparse
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parents[2] / 'docs' / 'simulator.md'
BEGIN, END = '<!-- scenarios: table.py -->\n', '<!-- end -->\n'


def percent(number):
    return '-' if number is None else f'{number:+.1f} %'.replace('-', '\u2212')


def run(program, *words):
    return json.loads(subprocess.run(
        [program, 'sim', 'compare', '--json', *words],
        check=True, capture_output=True).stdout)


def rows(program):
    yield '| file | about | policy | against | published | simulated |\n'
    yield '|---|---|---|---|---|---|\n'
    for path in sorted(HERE.glob('*.json')):
        done = run(program, '--scenario', path)
        for number in done['published']:
            yield ('| `{}` | {} | {} | {} | {} | {} |\n'.format(
                path.name, number['what'], number['policy'],
                number['against'], percent(number['published_percent']),
                percent(number.get('simulated_percent'))))


def flushes(program):
    yield '\n| file | policy | old copies waited | shoot-downs avoided | done |'
    yield ' interrupts, without |\n|---|---|---|---|---|---|\n'
    for path in sorted(HERE.glob('*.json')):
        scenario = json.loads(path.read_text())
        for policy in ('kernel', 'histogram'):
            done = run(program, '--scenario', path, '--policy',
                       f'{policy},{policy}+defer')
            plain, defer = done['runs']
            yield (f'| `{scenario["name"]}.json` | {policy}+defer | '
                   f'{defer["deferred"]} | {defer["flushes_avoided"]} | '
                   f'{defer["shootdowns"]} | {defer["interrupts"]}, '
                   f'{plain["interrupts"]} |\n')


def loads(program):
    yield '\n| `contention.json` | mean ns | fast node, slow node at the end |'
    yield ' fast accesses | pages up, down |\n|---|---|---|---|---|\n'
    done = run(program, '--scenario', HERE / 'contention.json')
    for one in done['runs']:
        fast, slow = one['nodes']
        yield (f'| {one["policy"]} | {one["mean_ps"] / 1000:.1f} | '
               f'{fast["loaded_ns"]} ns, {slow["loaded_ns"]} ns | '
               f'{one["top_bp"] / 100:.1f} % | {one["promoted"]}, '
               f'{one["demoted"]} |\n')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--write', action='store_true')
    words = parser.parse_args()
    table = ''.join([*rows(words.program), *flushes(words.program),
                     *loads(words.program)])
    if not words.check and not words.write:
        print(table, end='')
        return 0
    text = DOCUMENT.read_text()
    before, rest = text.split(BEGIN)
    said, after = rest.split(END)
    if words.check and said != table:
        print(f'{DOCUMENT} says\n{said}\nand simulated is\n{table}')
        return 1
    if words.write:
        DOCUMENT.write_text(before + BEGIN + table + END + after)
    return 0


if __name__ == '__main__':
    sys.exit(main())
