#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The `tiermm` command against what Linux 6.12 did on the recorded machines.

From the machine file at boot and after each step, and from the guest's own
/sys, with the kernel's tiers taken over and with tiers reckoned from speeds.
"""
import json
import re
import tarfile
import tempfile

import cli

RECORDED = cli.DATA / 'demotion'
TREES = cli.DATA / 'sysfs'
# What a topology is read from: the rest of a tree would only take time.
READ = re.compile(r'sys/devices/(system/node|virtual/memory_tiering)(/|$)'
                  r'(?!.*(hugepages|memory_failure|/memory\d|/targets|stat$))')
STRATEGY = ('--strategy', 'linux-6.12')


def decision(state):
    """What is compared: tiers, and both sets of each node."""
    return {'tiers': [{'tier_id': tier['tier_id'],
                       'nodelist': tier['nodelist']}
                      for tier in state['tiers']],
            'demotion': {node: {'preferred': sets['preferred'],
                                'fallback': sets['fallback']}
                         for node, sets in state['demotion'].items()}}


def recorded_states(record):
    """The kernel's decisions as far as they can be compared."""
    yield decision(record['kernel'])
    for step in record.get('steps', []):
        if not step['completed']:
            return
        yield decision(step['kernel'])


class Recorded(cli.Case):
    def records(self):
        paths = sorted(RECORDED.glob('*.json'))
        self.assertGreater(len(paths), 100, 'recorded machines are missing')
        for path in paths:
            yield path, json.loads(path.read_text())

    def test_every_machine_at_boot_is_as_the_kernel_had_it(self):
        for path, record in self.records():
            with self.subTest(machine=path.stem):
                answer = self.json('graph', '--machine', path, *STRATEGY)
                self.assertEqual(decision(answer), decision(record['kernel']))

    def test_every_state_of_a_replay_is_as_the_kernel_had_it(self):
        compared = 0
        for path, record in self.records():
            states = self.json('graph', '--machine', path, *STRATEGY,
                               '--replay')['states']
            self.assertEqual(len(states), 1 + len(record.get('steps', [])))
            for number, expected in enumerate(recorded_states(record)):
                with self.subTest(machine=path.stem, state=number):
                    self.assertEqual(decision(states[number]), expected)
                compared += 1
        self.assertGreater(compared, 150)


class Captured(cli.Case):
    """A different answer is allowed only where distances were assumed."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.trees = {}
        for archive in sorted(TREES.glob('*.tar.gz')):
            name = archive.name.removesuffix('.tar.gz')
            cls.trees[name] = f'{cls.place.name}/{name}'
            with tarfile.open(archive) as tar:
                tar.extractall(cls.trees[name], [
                    member for member in tar if READ.match(member.name)])

    def test_there_are_trees(self):
        self.assertGreater(len(self.trees), 40, 'captured trees are missing')

    def compare(self, *words):
        differ = []
        for name, place in self.trees.items():
            record = json.loads((RECORDED / f'{name}.json').read_text())
            expected = decision(record['kernel'])
            answer = self.json('graph', '--sysfs', f'{place}/sys', *STRATEGY,
                               *words)
            with self.subTest(machine=name):
                if decision(answer) == expected:
                    continue
                self.assertTrue(answer['provenance']['assumed'], name)
                differ.append(name)
        self.assertLess(len(differ), 5, differ)

    def test_with_the_kernels_tiers_the_answer_is_the_kernels(self):
        self.compare()

    def test_with_tiers_from_speeds_the_answer_is_the_kernels(self):
        self.compare('--ignore-kernel-tiers')

    def test_the_directory_above_sys_is_the_same_machine(self):
        place = self.trees['chain4']
        self.assertEqual(self.json('graph', '--sysfs', place),
                         self.json('graph', '--sysfs', f'{place}/sys'))


if __name__ == '__main__':
    cli.main()
