#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""An unmodified redis-server from Debian under `tiermm attach`, in a real
kernel: hot keys end up on a fast node, every value stays right, and a node goes
while pages move.

Four nodes in three tiers: DRAM 0 and 1 with a CPU each; node 3, plugged in so
that it can go, is where cold pages go first; node 2 is the slowest. Tiers come
from speeds: the kernel takes the plugged node for a fast one.

    test_guest_attach.py --init I --program P --command C --cache DIR [--show]
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys

import guest
import kernel as kernels
from test_guest_zones_apply import libraries

SIZES = (256, 256, 192)
PLUGGED = 128
SPEEDS = ((100, 100000), (100, 100000), (400, 15000), (250, 30000))
CHECKS = """
who_may_not_is_told settings_that_fight_are_told a_dry_run_moves_nothing
cold_values_go_down hot_keys_end_up_on_a_fast_node a_node_goes_while_it_runs
a_signal_leaves_the_process_as_it_is every_value_is_right measure_step
""".split()
PACKAGES = ('redis-server', 'redis-tools', 'libjemalloc2', 'liblua5.1-0',
            'liblzf1', 'lua-bitop', 'lua-cjson', 'libatomic1')


def fetch(place):
    """redis-server out of Debian's packages, where it is not installed."""
    place.mkdir(parents=True, exist_ok=True)
    kernels.run('apt-get', '-q', 'download', *PACKAGES, cwd=place)
    for package in place.glob('*.deb'):
        kernels.run('dpkg-deb', '-x', package, place)
        package.unlink()


def server(cache):
    """{name in the guest: path} of the server and what it is linked with."""
    path = shutil.which('redis-server')
    place = pathlib.Path(cache).resolve() / 'redis'
    if not path:
        path = place / 'usr' / 'bin' / 'redis-check-rdb'
        if not path.exists():
            fetch(place)
    files = {'redis-server': path, **libraries(path)}
    for library in place.glob('usr/lib/*/*.so.*'):
        files[f'lib/{library.name}'] = library
    text = subprocess.run([path, '--version'], text=True,
                          stdout=subprocess.PIPE, check=False).stdout
    print(text.split(' sha')[0] or 'redis-server of the cache')
    return files


def complaints(text, status):
    if status != 0:
        yield f'the guest ended with {status}'
    passed = set(re.findall(r'^OK (\w+)$', text, re.M))
    for name in CHECKS:
        if name not in passed:
            yield f'{name} did not pass'
    for name in passed - set(CHECKS):
        yield f'{name} is not in the list'
    lines = [json.loads(line)
             for line in re.findall(r'^FIGURES (\{.*\})$', text, re.M)]
    tiers = [tier['nodes'] for line in lines[:1] for tier in line['tiers']]
    if tiers != [[0, 1], [3], [2]]:
        yield f'tiers {tiers}'
    if len(lines) < 10 or not lines[-1]['promoted'] \
            or not lines[-1]['demoted']:
        yield f'{len(lines)} lines of figures'


def figures(text):
    for name, *on in re.findall(r'^SHARE (\w+) (\d+) (\d+) (\d+) (\d+)$',
                                text, re.M):
        yield f'values by node, {name}: {" ".join(on)}'
    for line in re.findall(r'^FIGURES (\{.*"end".*\})$', text, re.M):
        last = json.loads(line)
        shares = ', '.join(f'{tier["nodes"]}: {tier["pages"]}'
                           for tier in last['tiers'])
        yield f'pages by tier in the end: {shares}; {last["demoted"]} ' \
              f'demoted, {last["promoted"]} promoted, refused ' \
              f'{last["refused"]}'
    for name, bare, ours in re.findall(r'^COST (\w+) (\d+) (\d+)$', text,
                                       re.M):
        yield f'a step of {name}: {int(ours) / int(bare):.3f} of move_pages ' \
              f'({bare} us)'


def main():
    parser = argparse.ArgumentParser()
    for name in ('init', 'program', 'command', 'cache'):
        parser.add_argument(f'--{name}', required=True)
    parser.add_argument('--show', action='store_true')
    arguments = parser.parse_args()
    reason = guest.missing()
    try:
        if not reason:
            image = kernels.kernel(arguments.cache)
            files = server(arguments.cache)
    except kernels.Missing as missing:
        reason = f'no kernel or no server for the guest: {missing}'
    if reason:
        print(f'SKIP: {reason}')
        return 77
    files.update({'tiermm': arguments.command,
                  **libraries(arguments.command)})
    text, status = guest.run(
        image, arguments.init, arguments.program,
        guest.tiers_and_dimm(SIZES, SPEEDS, PLUGGED),
        command_line='memhp_default_state=online_movable numa_balancing=0',
        timeout=330, more=files)
    wrong = list(complaints(text, status))
    if wrong or arguments.show:
        print(text)
    for line in (*wrong, *figures(text)):
        print(line)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
