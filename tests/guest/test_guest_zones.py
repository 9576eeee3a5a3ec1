#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every block of a guest's hot-plugged memory predicted (I29, I30, Z1, Z2).

Random sizes of two virtio-mem devices (units of one and of two blocks), and
random DIMMs that come and go, over ratio and node awareness, in a real kernel;
after each step the account has the pages and the reach of each of the guest's
zones (Z4). And the control: a model that forgets dynamic groups has to be found
out. --seeds N plays N sequences a setting, in one guest for each.

    test_guest_zones.py RATIO --init I --program P --controller C --cache DIR
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import guest
import kernel as kernels

LAST = re.compile(r'(\d+) blocks predicted, (\d+) wrong$', re.M)
STEPS = 6
# Found out at once where a group's own kernel memory carries more: low ratios.
CONTROL_RATIO = 100


def play(arguments, image, initrd, ratio, *more):
    """(blocks, wrong, everything said, status) of one guest."""
    command = [arguments.controller, '--kernel', str(image), '--initrd',
               initrd, '--ratio', str(ratio), '--steps', str(STEPS), *more]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=300 + 120 * arguments.seeds, check=False)
    found = LAST.search(done.stdout)
    blocks, wrong = map(int, found.groups()) if found else (0, 0)
    return blocks, wrong, done.stdout, done.returncode


def check(arguments, image, initrd):
    for more in ((), ('--unaware', )):
        blocks, wrong, text, status = play(
            arguments, image, initrd, arguments.ratio, '--sequences',
            str(arguments.seeds), *more)
        print(text.strip())
        if status or wrong or not blocks:
            print(f'FAILED: {arguments.ratio} % {more}: {wrong} wrong of '
                  f'{blocks}, status {status}')
            return 1
    return 0


def check_control(arguments, image, initrd):
    for seed in range(1, arguments.seeds + 1):
        blocks, wrong, text, status = play(
            arguments, image, initrd, CONTROL_RATIO, '--unaware',
            '--forget-groups', '--seed', str(seed))
        if status == 1 and wrong:
            print(f'without groups {wrong} of {blocks} blocks are wrong: '
                  'found out')
            return 0
    print(f'{text}\nFAILED: the wrong model was not found out')
    return 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('ratio', help='percent, or "control"')
    for name in ('init', 'program', 'controller', 'cache'):
        parser.add_argument(f'--{name}', required=True)
    parser.add_argument('--seeds', type=int, default=1)
    arguments = parser.parse_args()
    reason = guest.missing()
    try:
        if not reason:
            image = kernels.kernel(arguments.cache)
            module = kernels.module(arguments.cache, image)
    except kernels.Missing as missing:
        reason = f'no guest kernel: {missing}'
    if reason:
        print(f'SKIP: {reason}')
        return 77
    with tempfile.NamedTemporaryFile(suffix='.cpio') as archive:
        archive.write(guest.initrd({'init': pathlib.Path(arguments.init),
                                    'test': pathlib.Path(arguments.program),
                                    'virtio_mem.ko': module}))
        archive.flush()
        run = check_control if arguments.ratio == 'control' else check
        return run(arguments, image, archive.name)


if __name__ == '__main__':
    sys.exit(main())
