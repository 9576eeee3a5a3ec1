#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tiermm zones apply` in a real kernel (Z10, I30).

A guest of 512 MiB with two DIMMs, of 512 MiB and of 1.5 GiB, all of whose
blocks came up offline. At a ratio of 301 % the first one fits, 4 blocks of at
most 12, and the second does not. The command decides, writes, and reads the
state again; what the kernel shows afterwards is compared with what is expected
and, for blocks that are offline, with the zone that the kernel would choose.

    test_guest_zones_apply.py --init I --program P --command C --cache DIR
"""
import argparse
import re
import subprocess
import sys

import guest
import kernel as kernels

MACHINE = ['-machine', 'q35', '-m', '512M,slots=2,maxmem=8G',
           '-object', 'memory-backend-ram,id=m0,size=512M',
           '-object', 'memory-backend-ram,id=m1,size=1536M',
           '-device', 'pc-dimm,id=d0,memdev=m0,addr=0x100000000',
           '-device', 'pc-dimm,id=d1,memdev=m1,addr=0x120000000']
SETTINGS = ('memhp_default_state=offline '
            'memory_hotplug.online_policy=auto-movable '
            'memory_hotplug.auto_movable_ratio=301')
SMALL = range(32, 36)
LARGE = range(36, 48)
BLOCK = re.compile(r'block (\d+) (\S+) (\S+)$', re.M)
DECISION = re.compile(r'block (\d+) -> (\w+):', re.M)


def shown(text):
    return {int(block): (state, zone)
            for block, state, zone in BLOCK.findall(text)}


def zones_of(text):
    """The zone of each block, None for one that is offline."""
    return {block: zone if state == 'online' else None
            for block, (state, zone) in shown(text).items()}


def both(small, large):
    return {**{block: small for block in SMALL},
            **{block: large for block in LARGE}}


DONE = both('Movable', 'Normal')
OFFLINE = both(None, None)
# Name of the call, exit status, what it says, where the blocks are then.
EXPECTED = [
    ('dry run', 0, 'block 47 -> Normal', OFFLINE),
    ('nobody', 1, 'ermission', OFFLINE),
    ('one block', 0, 'block 32 -> Movable', {**OFFLINE, 32: 'Movable'}),
    ('online already', 1, 'block 32 is online: Movable',
     {**OFFLINE, 32: 'Movable'}),
    ('no such block', 1, 'no block 9999', {**OFFLINE, 32: 'Movable'}),
    ('all', 0, 'block 36 -> Normal: beyond the ratio on the machine', DONE),
    ('one came back', 0, 'block 33 -> Movable', DONE),
    ('kernel memory in the DIMM', 0, 'all or nothing',
     both('Normal', 'Normal')),
    ('show', 0, '"zones"', both('Normal', 'Normal')),
]


def parts_of(text):
    """{name of a call: what was said and shown}"""
    found = re.split(r'^# (.*)$', text, flags=re.M)
    return dict(zip(found[1::2], found[2::2]))


def problems(text):
    parts = parts_of(text)
    for name, status, said, zones in EXPECTED:
        part = parts.get(name, '')
        if f'status {status}\n' not in part:
            yield f'{name}: not status {status}'
        if said not in part:
            yield f'{name}: does not say "{said}"'
        if zones_of(part) != zones:
            yield f'{name}: {zones_of(part)}, expected {zones}'
    # Before anything is online: the kernel's own choice.
    dry = parts.get('dry run', '')
    decided = dict(DECISION.findall(dry))
    kernel = shown(dry)
    if decided.get('32') != kernel.get(32, ('', ''))[1]:
        yield f'block 32: the kernel would choose {kernel.get(32)}'
    # One block is online, and 12 more would be one too many.
    kernel = shown(parts.get('one block', ''))
    for block in range(33, 48):
        expected = 'Movable' if block in SMALL else 'Normal'
        if kernel.get(block, ('', ''))[1] != expected:
            yield f'block {block}: the kernel would choose {kernel.get(block)}'


def libraries(command):
    """{name in the guest: path} of what a program is linked with."""
    text = subprocess.run(['ldd', command], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    found = {}
    for name, path in re.findall(r'^\s*(\S+) => (/\S+)', text, re.M):
        found[f'lib/{name}'] = path
    for path in re.findall(r'^\s*(/\S+) \(', text, re.M):
        found[path.lstrip('/')] = path
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ('init', 'program', 'command', 'cache'):
        parser.add_argument(f'--{name}', required=True)
    arguments = parser.parse_args()
    reason = guest.missing()
    try:
        if not reason:
            image = kernels.kernel(arguments.cache)
    except kernels.Missing as missing:
        reason = f'no guest kernel: {missing}'
    if reason:
        print(f'SKIP: {reason}')
        return 77
    more = {'tiermm': arguments.command, **libraries(arguments.command)}
    text, status = guest.run(image, arguments.init, arguments.program, MACHINE,
                             SETTINGS, more=more)
    found = list(problems(text))
    if status != 0 or found:
        print(text)
        print(f'FAILED: guest exit {status}', *found, sep='\n')
        return 1
    print(f'{len(EXPECTED)} calls of zones apply and show as expected')
    return 0


if __name__ == '__main__':
    sys.exit(main())
