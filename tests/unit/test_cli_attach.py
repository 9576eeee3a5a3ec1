#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm attach and tiermm run: what is missing is said in one line; a dry run
over a described machine decides for a real process, and moves nothing. Moves
themselves are tested in a guest (tests/guest/test_guest_attach.py)."""
import json
import os
import signal
import subprocess
import sys
import unittest

import cli

MACHINE = ('--synthetic', 'dram:1x64M+1c cxl:1x256M')
DRY = ('--dry-run', *MACHINE, '--heat', 'uses')
MIB = 1 << 20
# 8 MiB that are never used again, and 8 MiB that always are; different rights
# keep the kernel from making them one mapping.
TARGET = '''
import mmap, os, time
size, page = 8 << 20, 4096
kind = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
cold = mmap.mmap(-1, size, kind, mmap.PROT_READ | mmap.PROT_WRITE)
hot = mmap.mmap(-1, size, kind,
                mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
for at in range(0, size, page):
    cold[at] = hot[at] = 1
print('ready', flush=True)
while True:
    for at in range(0, size, page):
        hot[at] = 2
    time.sleep(0.02)
'''


class Refused(cli.Case):
    def test_a_machine_of_one_node_is_said_with_the_remedy(self):
        for line, said in (('dram:1x64M', 'one node with memory'),
                           ('dram:2x64M', 'one tier')):
            words = ('--dry-run', '--synthetic', line)
            for call in (('attach', os.getpid(), *words),
                         ('run', *words, '--', 'true')):
                self.assertIn(said, self.complaint(1, *call))
        self.assertIn('--synthetic LINE', self.complaint(
            1, 'attach', os.getpid(), '--dry-run', '--synthetic',
            'dram:1x64M'))

    def test_a_process_that_is_not_there(self):
        self.assertIn('no process 4194303', self.complaint(
            3, 'attach', *DRY, '4194303'))
        self.assertIn('nonsuch: No such file', self.complaint(
            3, 'run', *DRY, '--', 'nonsuch'))

    def test_nothing_moves_on_a_described_machine(self):
        self.assertIn('add --dry-run', self.complaint(
            2, 'attach', *MACHINE, os.getpid()))

    def test_words_that_are_wrong(self):
        for words, said in (
                (('attach', 'x'), "PID 'x', expected"),
                (('attach', '0'), "PID '0', expected"),
                (('attach',), 'PID is missing'),
                (('run',), 'expected run [OPTION]... -- COMMAND'),
                (('run', '--'), 'expected run [OPTION]... -- COMMAND'),
                (('attach', '--policy', 'x', '1'), 'histogram or latency'),
                (('attach', '--heat', 'x', '1'), 'writes or uses'),
                (('attach', '--include', 'x', '1'), 'files, shared or all'),
                (('attach', '--interval', '9', '1'), 'from 10 to 3600000'),
                (('attach', '--for', '0', '1'), "--for '0'"),
                (('attach', '--rate', '4095', '1'), 'expected a size'),
                (('attach', '--top-limit', 'x', '1'), 'expected a size'),
                (('attach', '--track', '1X', '1'), 'expected a size')):
            self.assertIn(said, self.complaint(2, *words), words)


# All at the same time, since each takes a while: words, then what it is for.
RUNS = {
    'limit': ('--interval', '100', '--top-limit', '12M', '--for', '2'),
    'rate': ('--interval', '100', '--top-limit', '8M', '--rate', '1M',
             '--for', '1'),
    'track': ('--track', '1M', '--interval', '100', '--for', '1'),
    **{policy: ('--policy', policy, '--interval', '50', '--top-limit', '12M',
                '--for', '1')
       for policy in ('kernel', 'histogram', 'latency')},
    **{name: ('--interval', '50') for name in ('SIGINT', 'SIGTERM', 'killed')},
}


class Dry(cli.Case):
    """With processes that the kernel lets us look at."""
    targets = {}
    calls = {}

    @classmethod
    def setUpClass(cls):
        done = subprocess.run(
            [cls.program, 'run', *DRY, '--interval', '10', '--', 'sleep',
             '0.1'], text=True, capture_output=True, timeout=cli.SECONDS)
        if done.returncode:
            raise unittest.SkipTest(done.stderr.strip())
        cls.addClassCleanup(cls.end)
        for name in RUNS:
            cls.targets[name] = subprocess.Popen(
                [sys.executable, '-c', TARGET], stdout=subprocess.PIPE)
        for name, words in RUNS.items():
            child = cls.targets[name]
            if child.stdout.readline() != b'ready\n':
                raise RuntimeError('a target does not start')
            cls.calls[name] = subprocess.Popen(
                [cls.program, 'attach', *DRY, *words, '--json',
                 str(child.pid)], text=True, stdout=subprocess.PIPE)

    @classmethod
    def end(cls):
        for process in (*cls.calls.values(), *cls.targets.values()):
            process.kill()
            process.wait()
            process.stdout.close()

    def documents(self, name):
        """What that call printed; its process must not have ended by it."""
        text = self.calls[name].communicate(timeout=cli.SECONDS)[0]
        self.assertEqual(self.calls[name].returncode, 0)
        lines = [json.loads(line) for line in text.splitlines()]
        self.assertEqual((lines[-1]['dry_run'], lines[-1]['pid']),
                         (True, self.targets[name].pid))
        if name != 'killed':
            self.assertIsNone(self.targets[name].poll())
        return lines

    def test_what_is_not_used_would_go_down(self):
        lines = self.documents('limit')
        last = lines[-1]
        self.assertEqual(last['end'], 'time is over')
        self.assertEqual([tier['nodes'] for tier in last['tiers']],
                         [[0], [1]])
        fast, slow = (tier['pages'] for tier in last['tiers'])
        # 16 MiB and what the interpreter has, 12 MiB of them below the limit;
        # the 8 MiB that are used stay.
        self.assertLessEqual(fast, 12 * MIB / 4096)
        self.assertGreaterEqual(fast, 8 * MIB / 4096)
        self.assertGreaterEqual(slow, 4 * MIB / 4096)
        self.assertGreaterEqual(last['demoted'] - last['promoted'], slow - 64)
        self.assertEqual(last['refused'], {})
        # A line a second adds up to the last.
        self.assertIn(len(lines), (2, 3))
        for key in ('used', 'demoted', 'promoted'):
            self.assertLessEqual(sum(line[key] for line in lines[:-1]),
                                 last[key])
        self.assertTrue(all('end' not in line for line in lines[:-1]))

    def test_the_rate_is_kept(self):
        last = self.documents('rate')[-1]
        self.assertGreater(last['demoted'], 0)
        self.assertLessEqual(last['demoted'] + last['promoted'],
                             2 * MIB / 4096)

    def test_each_policy_decides(self):
        for policy in ('kernel', 'histogram', 'latency'):
            last = self.documents(policy)[-1]
            self.assertGreater(last['demoted'], 0, policy)

    def test_more_than_can_be_known_is_said(self):
        last = self.documents('track')[-1]
        self.assertEqual(sum(tier['pages'] for tier in last['tiers']), 256)
        self.assertGreater(last['untracked'], 0)

    def test_a_signal_ends_it_and_the_process_goes_on(self):
        for name in ('SIGINT', 'SIGTERM'):
            # The first line says that it is at work.
            self.assertIn('"tiers"', self.calls[name].stdout.readline())
            self.calls[name].send_signal(getattr(signal, name))
            self.assertEqual(self.documents(name)[-1]['end'], 'stopped')

    def test_it_ends_with_the_process(self):
        self.assertIn('"tiers"', self.calls['killed'].stdout.readline())
        self.targets['killed'].kill()
        self.targets['killed'].wait()
        self.assertEqual(self.documents('killed')[-1]['end'], 'process ended')

    def test_a_command_is_run_and_its_end_is_told(self):
        for command, status in (('echo out; sleep 0.2', 0),
                                ('echo out; exit 3', 1),
                                ('echo out; kill -9 $$', 1)):
            done = self.run_with('run', *DRY, '--interval', '50', '--', 'sh',
                                 '-c', command)
            self.assertEqual((done.returncode, done.stdout), (status, 'out\n'))
            self.assertRegex(done.stderr, r'\A +\d\.\d s  nodes 0: \d+  nodes 1:'
                             r' 0  .* 0 refused  in all: process ended  '
                             r'\(nothing was moved\)\n')

    def test_figures_go_where_they_are_told(self):
        self.text('run', *DRY, '--interval', '50', '--json', '--output',
                  '/dev/null', '--', 'true')
        self.assertIn('/dev/null/x: ', self.complaint(
            3, 'run', *DRY, '--output', '/dev/null/x', '--', 'true'))


if __name__ == '__main__':
    cli.main()
