#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pages that really move, in a real kernel (R10, R11, requirements 18 to 23).

Four nodes in three tiers: DRAM 0 and 1 with a CPU each, node 2 slower, node 3
slowest and plugged in, so that it can go. The program checks what the backend
reports against what the kernel says when asked; here it is checked that every
check ran.

    test_guest_pages.py --init I --program P --cache DIR [--numa] [--show]
"""
import argparse
import re
import sys
import tempfile

import guest
import kernel as kernels

SIZES = (256, 256, 192)
PLUGGED = 128
DISK_BYTES = 32 << 20
SPEEDS = ((100, 100000), (100, 100000), (250, 30000), (400, 15000))
CHECKS = """
planned_is_reported_is_asked another_process_is_moved_alike
each_refusal_has_its_outcome a_page_that_is_held_is_busy
a_huge_page_is_moved_by_one_entry without_privilege_it_is_denied
paging_out_without_swap_is_told cold_and_out_of_another_process
pages_go_out_to_swap_and_come_back pages_of_another_go_out_too
not_everything_is_a_range writes_of_this_process_are_seen
writes_of_another_process_are_seen reads_of_another_process_are_counted
damon_tells_what_is_used damon_ends_with_its_process damon_is_left_to_its_user
a_cpuset_is_read_and_kept_to a_batch_is_measured
a_node_that_never_was_is_gone a_full_node_is_left_its_reserve
a_node_goes_while_pages_move
""".split()
NUMA = ['libnuma_moves_what_it_says']


def machine(disk):
    """QEMU's arguments; disk is a file for swap."""
    return guest.tiers_and_dimm(SIZES, SPEEDS, PLUGGED) + [
        '-drive', f'file={disk},if=none,id=swap,format=raw',
        '-device', 'nvme,serial=swap,drive=swap']


def complaints(text, status, expected):
    if status != 0:
        yield f'the guest ended with {status}'
    passed = set(re.findall(r'^OK (\w+)$', text, re.M))
    for name in expected:
        if name not in passed:
            yield f'{name} did not pass'
    for name in passed - set(expected):
        yield f'{name} is not in the list'


def figures(text):
    """What a move costs beside the bare call (times are an emulator's), and
    what DAMON tells of pages that are used and of those that are not."""
    for name, bare, ours in re.findall(r'^COST (\w+) (\d+) (\d+)$', text,
                                       re.M):
        yield f'{name}: {int(ours) / int(bare):.3f} of move_pages ' \
              f'({bare} us a batch of 512)'
    for used, unused in re.findall(r'^HEAT damon (\d+) (\d+)$', text, re.M):
        yield f'damon: {used} of 4096 pages that are used, ' \
              f'{unused} of 4096 that are not'


def main():
    parser = argparse.ArgumentParser()
    for name in ('init', 'program', 'cache'):
        parser.add_argument(f'--{name}', required=True)
    parser.add_argument('--numa', action='store_true',
                        help='the program was linked with libnuma')
    parser.add_argument('--show', action='store_true')
    arguments = parser.parse_args()
    reason = guest.missing()
    try:
        image = None if reason else kernels.kernel(arguments.cache)
    except kernels.Missing as missing:
        reason = f'no guest kernel: {missing}'
    if reason:
        print(f'SKIP: {reason}')
        return 77
    with tempfile.NamedTemporaryFile(suffix='.img') as disk:
        disk.truncate(DISK_BYTES)
        text, status = guest.run(
            image, arguments.init, arguments.program, machine(disk.name),
            command_line='memhp_default_state=online_movable '
            'numa_balancing=0', timeout=180)
    wrong = list(complaints(text, status, CHECKS + NUMA * arguments.numa))
    if wrong or arguments.show:
        print(text)
    for line in (*wrong, *figures(text)):
        print(line)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
