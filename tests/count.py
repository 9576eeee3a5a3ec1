#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Count what one run of CTest says in its JUnit file.

Prints "PASSED FAILED SKIPPED" and then, a line each, what failed and what was
skipped and why. A CMocka program that skips some of its tests has passed as a
program; those tests are counted as skipped besides.
"""
import re
import sys
import xml.etree.ElementTree as xml

LAST_LINES = 15
INNER = re.compile(r'^\[  SKIPPED \] (\w+)$', re.M)
REASON = re.compile(r'SKIP\w*:?\s+(.*)')


def judge(case):
    """(status, lines to print) of one test."""
    name = case.get('name')
    said = case.findtext('system-out') or ''
    if case.find('failure') is not None:
        last = said.strip().splitlines()[-LAST_LINES:]
        return 'failed', [f'FAILED {name}', *(f'    {x}' for x in last)]
    reason = REASON.search(said)
    why = reason.group(1) if reason else 'it does not say why'
    if case.find('skipped') is not None or case.get('status') != 'run':
        return 'skipped', [f'skipped {name}: {why}']
    inner = sorted(set(INNER.findall(said)))
    return 'passed', [f'skipped {name}: {test}' for test in inner]


def main():
    count = {'passed': 0, 'failed': 0, 'skipped': 0}
    lines = []
    for case in xml.parse(sys.argv[1]).getroot().iter('testcase'):
        status, said = judge(case)
        count[status] += 1
        count['skipped'] += len(said) if status == 'passed' else 0
        lines += said
    print(count['passed'], count['failed'], count['skipped'])
    for line in lines:
        print(line)


if __name__ == '__main__':
    main()
