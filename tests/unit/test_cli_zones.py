#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm zones: every recorded machine through the command, with the recorded
zones and without them; and what plan, show and apply answer."""
import json
import pathlib
import tempfile

import cli

DATA = cli.DATA / 'zones'


def came_online(before, after):
    """Blocks that a step brought online, as the kernel had them."""
    known = {block['id']: block['state'] for block in before}
    return [{'id': block['id'], 'zone': block['zone']}
            for block in sorted(after, key=lambda block: block['id'])
            if block['state'] == 'online'
            and known.get(block['id']) != 'online']


def expected_steps(machine):
    before = machine['initial']['blocks']
    for step in machine['steps']:
        after = step['result']['blocks']
        entry = {'blocks': came_online(before, after)}
        if step['action']['op'] == 'thresholds':
            entry['min_movable_ratio'] = sorted(
                step['result']['min_movable_ratio'],
                key=lambda ratio: ratio['block'])
        yield entry
        before = after


def without_zones(machine):
    """The same machine, with no zone of a device's block told."""
    for step in machine['steps']:
        step['result'].pop('min_movable_ratio', None)
        step['result'].pop('zones', None)
        for block in step['result']['blocks']:
            if block['group']:
                block['zone'] = None
                block.pop('valid_zones', None)
    return machine


class Zones(cli.Case):
    def replay(self, path):
        done = self.run_with('zones', 'replay', str(path), '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)['steps']

    def test_every_machine_is_decided_as_its_kernel_did(self):
        files = sorted(DATA.glob('*.json'))
        self.assertGreaterEqual(len(files), 57)
        for path in files:
            with self.subTest(path.name):
                machine = json.loads(path.read_text())
                self.assertEqual(self.replay(path),
                                 list(expected_steps(machine)))

    def test_no_decision_looks_at_a_recorded_zone(self):
        for name in ('random_005', 'vmem_shrink_grow', 'dimm_then_vmem'):
            path = DATA / f'{name}.json'
            expected = [step['blocks'] for step in
                        expected_steps(json.loads(path.read_text()))]
            machine = without_zones(json.loads(path.read_text()))
            with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
                json.dump(machine, file)
                file.flush()
                self.assertEqual([step['blocks'] for step in
                                  self.replay(file.name)], expected)

    def test_check_says_no_where_a_record_differs(self):
        machine = json.loads((DATA / 'vmem_sbm_r400.json').read_text())
        block = machine['steps'][0]['result']['blocks'][-1]
        self.assertEqual(block['zone'], 'Movable')
        block['zone'] = 'Normal'
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            json.dump(machine, file)
            file.flush()
            done = self.run_with('zones', 'replay', file.name, '--check')
        self.assertEqual(done.returncode, 1)
        self.assertIn('recorded: Normal', done.stdout)

    def test_an_impossible_step_leaves_no_half_document(self):
        machine = json.loads((DATA / 'dimm_then_vmem.json').read_text())
        last = machine['steps'][-1]['result']['blocks']
        # The DIMM has four blocks; here boot memory turns into a fifth.
        last.append({'id': 1, 'node': 0, 'state': 'online', 'zone': 'Normal',
                     'group': last[-1]['group']})
        last[:] = [block for block in last
                   if block['id'] != 1 or block['group']]
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            json.dump(machine, file)
            file.flush()
            done = self.run_with('zones', 'replay', file.name, '--json')
            self.assertEqual((done.returncode, done.stdout), (3, ''))
            self.assertIn('cannot be plugged in', done.stderr)
            done = self.run_with('zones', 'replay', file.name)
        self.assertEqual(done.returncode, 3)
        self.assertIn('step 1:', done.stdout)
        self.assertNotIn('blocks decided', done.stdout)

    def test_a_plan_draws_the_sequence(self):
        done = self.run_with('zones', 'plan', '--boot', '4G', '--device', '16G')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith('M\u00d796 N MMM N MMM'))
        done = self.run_with('zones', 'plan', '--boot', '4G', '--device', '16G',
                       '--other-node', '--json')
        self.assertEqual(json.loads(done.stdout)['sequence'], 'N\u00d7128')
        # A sequence that is too long to print says that it is cut.
        long = ('zones', 'plan', '--boot', '4G', '--device', '2048G')
        done = self.run_with(*long)
        self.assertIn(' ...\n', done.stdout)
        done = json.loads(self.run_with(*long, '--json').stdout)
        blocks = sum(run['blocks'] for run in done['runs'])
        self.assertLess(blocks, 2048 * 8)
        self.assertGreater(done['runs_left_out'], 0)
        done = self.run_with('zones', 'plan', '--boot', '4G', '--device', '16G',
                       '--free', '100M')
        self.assertEqual(done.returncode, 1)

    def tree(self, *offline):
        """A captured machine: 512 MiB at boot, and these blocks offline."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        root = pathlib.Path(directory.name)
        memory = root / 'sys/devices/system/memory'
        parameters = root / 'sys/module/memory_hotplug/parameters'
        for path in (memory, parameters, root / 'proc',
                     root / 'sys/devices/system/node/node0'):
            path.mkdir(parents=True)
        (memory / 'block_size_bytes').write_text('8000000\n')
        for block in [*range(1, 4), *offline]:
            here = memory / f'memory{block}'
            here.mkdir()
            (root / f'sys/devices/system/node/node0/memory{block}').mkdir()
            (here / 'state').write_text(
                'offline\n' if block in offline else 'online\n')
            (here / 'valid_zones').write_text(
                'Movable Normal\n' if block in offline else 'DMA32\n')
        (parameters / 'online_policy').write_text('auto-movable\n')
        (parameters / 'auto_movable_ratio').write_text('50\n')
        (parameters / 'auto_movable_numa_aware').write_text('N\n')
        (root / 'proc/zoneinfo').write_text(
            'Node 0, zone    DMA32\n        spanned  98304\n'
            '        present  98304\n        cma      0\n'
            '  start_pfn:           32768\n')
        (root / 'proc/iomem').write_text('')
        return root

    def test_apply_says_what_would_be_done(self):
        root = self.tree(32, 33)
        answer = self.json('zones', 'apply', '--dry-run', '--sysfs', root)
        self.assertIs(answer['dry_run'], True)
        self.assertEqual([(block['id'], block['zone'], block['refused'])
                          for block in answer['blocks']],
                         [(32, 'Movable', None), (33, 'Normal', None)])
        text = self.text('zones', 'apply', '--dry-run', '--sysfs', root)
        self.assertEqual(text.splitlines(),
                         [block['why'] for block in answer['blocks']])
        one = self.json('zones', 'apply', '--dry-run', '--block', '33',
                        '--sysfs', root)
        self.assertEqual([block['id'] for block in one['blocks']], [33])

    def test_apply_without_an_offline_block_says_so(self):
        root = self.tree()
        self.assertEqual(self.text('zones', 'apply', '--sysfs', root),
                         'no block is offline\n')
        self.assertEqual(self.json('zones', 'apply', '--sysfs', root),
                         {'dry_run': False, 'blocks': []})

    def test_apply_names_what_could_not_be_done(self):
        # No kernel reads these files: a word that is written stays there.
        for words in ((), ('--json',)):
            done = self.run_with('zones', 'apply', '--sysfs', self.tree(32),
                                 *words)
            self.assertEqual(done.returncode, 1)
            if words:
                block, = json.loads(done.stdout)['blocks']
                self.assertEqual(done.stderr, '')
                self.assertIn('memory32/state', block['refused'])
            else:
                self.assertIn('memory32/state', done.stderr)

    def test_wrong_use_is_said(self):
        for words, said in ((('plan',), '--boot and --device'),
                            (('plan', '--boot', '4X'), "--boot '4X'"),
                            (('replay',), 'FILE is missing'),
                            (('replay', 'a', 'b'), "unexpected 'b'"),
                            (('jump',), "unknown command 'zones jump'"),
                            (('show', '--synthetic', 'dram:1G'),
                             'say nothing of blocks')):
            done = self.run_with('zones', *words)
            self.assertEqual(done.returncode, 2, words)
            self.assertIn(said, done.stderr)
        done = self.run_with('zones', 'replay', '/no/such/file')
        self.assertEqual(done.returncode, 3)
        self.assertIn('/no/such/file', done.stderr)


if __name__ == '__main__':
    cli.main()
