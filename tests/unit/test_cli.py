#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The `tiermm` command: answers, formats, exit statuses, complaints."""
import json
import os
import pty
import re
import subprocess
import tempfile
import textwrap
import unittest

import cli

LINE = 'dram:2x64G cxl:1x256G@250ns,30GB/s'
SMALL = ('--synthetic', LINE)
MACHINES = cli.DATA / 'machines'
FOUR = ('--machine', MACHINES / 'four_tiers.json')
CYCLE = ('--strategy', 'manual', '--edge', '0:2', '--edge', '2:1',
         '--edge', '1:0')


def machine_with_steps(*operations, completed=True):
    nodes = [{'id': 0, 'cpus': [0], 'mem_mb': 1024},
             {'id': 1, 'cpus': [], 'mem_mb': 1024, 'tier': 22},
             {'id': 2, 'cpus': [], 'mem_mb': 0, 'tier': 30}]
    steps = [{'action': o, 'completed': completed} for o in operations]
    return json.dumps({'topology': {'nodes': nodes}, 'steps': steps})


ADD = {'op': 'dimm_add', 'name': 'd"0', 'mb': 128, 'node': 2}
REMOVE = {'op': 'dimm_del', 'name': 'd"0'}


class Graph(cli.Case):
    def preferred(self, *words):
        return {int(node): sets['preferred'] for node, sets in
                self.json('graph', *words)['demotion'].items()}

    def test_each_vector_has_the_targets_it_was_published_with(self):
        checked = 0
        for path in sorted(MACHINES.glob('*.json')):
            expected = json.loads(path.read_text())['expected']
            for strategy, targets in expected.items():
                with self.subTest(machine=path.stem, strategy=strategy):
                    self.assertEqual(
                        self.preferred('--machine', path,
                                       '--strategy', strategy),
                        {int(node): to for node, to in targets.items()})
                    checked += 1
        self.assertEqual(checked, 27)

    def test_a_tier_that_the_user_names_wins(self):
        words = (*SMALL, '--tier', '2:4', '--tier', '1:30')
        self.assertEqual(self.json('graph', *words)['tiers'],
                         [{'tier_id': 4, 'nodelist': [0, 2]},
                          {'tier_id': 30, 'nodelist': [1]}])
        self.assertEqual(self.preferred(*words), {0: [1], 1: [], 2: [1]})
        states = self.json('graph', '--replay', '--machine', '-', '--tier',
                           '2:6', stdin=machine_with_steps(ADD))['states']
        self.assertEqual(states[1]['tiers'][1],
                         {'tier_id': 6, 'nodelist': [2]})
        self.assertEqual(self.json('topology', *words)['nodes'][2]
                         ['abstract_distance_source'], 'caller')

    def test_nearest_is_the_default_strategy(self):
        self.assertEqual(self.json('graph', *FOUR)['strategy'], 'nearest')

    def test_a_machine_on_standard_input_is_the_same_machine(self):
        text = (MACHINES / 'v2.json').read_text()
        self.assertEqual(self.json('graph', '--machine', '-', stdin=text),
                         self.json('graph', '--machine', MACHINES / 'v2.json'))

    def test_without_a_machine_it_is_about_this_one(self):
        self.assertEqual(self.json('graph'), self.json('graph', '--sysfs',
                                                       '/sys'))

    def test_a_capture_made_as_documented_is_the_same_machine(self):
        with tempfile.TemporaryDirectory() as place:
            # Some files cannot be read, which the exit status would tell.
            subprocess.run(['cp', '-r', '--parents', '-t', place,
                            '/sys/devices/system/node',
                            '/sys/devices/virtual/memory_tiering'],
                           stderr=subprocess.DEVNULL, check=False)
            self.assertEqual(self.json('topology'),
                             self.json('topology', '--sysfs', place))

    def test_the_penalty_keeps_pages_away_from_cpus(self):
        words = ('--machine', MACHINES / 'not_nearest_3.json', '--strategy',
                 'linux-6.12')
        self.assertEqual(self.preferred(*words)[1], [3])
        self.assertEqual(self.preferred(*words, '--penalty', 0)[1], [0, 3])

    def test_the_load_breaks_ties(self):
        words = ('--machine', MACHINES / 'v5.json', '--strategy', 'linux-5.15')
        self.assertEqual(self.preferred(*words)[0], [1])
        self.assertEqual(
            self.preferred(*words, '--load', '0,7,7,1')[0], [3])
        path = cli.DATA / 'demotion' / 'hbm_mid_20_22.json'
        words = ('--machine', path, '--strategy', 'linux-6.12')
        booted = self.preferred(*words)
        self.assertEqual(booted, self.preferred(*words, '--load', 'booted'))
        self.assertNotEqual(booted, self.preferred(*words, '--load', '0'))

    def test_manual_targets_are_the_named_ones(self):
        words = ('--strategy', 'manual', '--edge', '0:1', '--edge', '1:2')
        self.assertEqual(self.preferred(*SMALL, *words),
                         {0: [1], 1: [2], 2: []})

    def test_a_cycle_is_refused_and_named(self):
        self.assertRegex(self.complaint(1, 'graph', *SMALL, *CYCLE),
                         r'cycle.*0\b.*\b2\b.*\b1')

    def test_an_allowed_set_narrows_the_choice(self):
        answer = self.json('graph', *FOUR, '--allowed', '0,5-6')['allowed']
        self.assertEqual(answer['nodelist'], [0, 5, 6])
        self.assertEqual(answer['choice'], {
            '0': 5, '1': 5, '2': 0, '3': 0, '4': 6, '5': 6, '6': None})
        text = self.text('graph', *FOUR, '--allowed', '0,5-6')
        self.assertIn('if only 0,5-6 is allowed:', text)
        self.assertIn('  node 0 -> node 5\n', text)
        self.assertIn('  node 6 -> nowhere\n', text)

    def test_explain_names_every_candidate(self):
        text = self.text('graph', *FOUR, '--explain', 0)
        self.assertIn('node 0: top tier: it is in tier 4', text)
        for node in range(7):
            self.assertIn(f'node 0 -> node {node}: ', text)
        answer = self.json('graph', *FOUR, '--explain', 0)
        fates = {c['to']: c['fate'] for c in answer['candidates']}
        self.assertTrue(answer['top_tier'])
        self.assertEqual(fates, {0: 'none', 1: 'none', 2: 'none', 3: 'none',
                                 4: 'preferred', 5: 'fallback', 6: 'fallback'})

    def test_explain_names_memory_that_is_about_to_go(self):
        machine = json.dumps({'nodes': [
            {'id': 0, 'cpus': [0], 'mem_mb': 64},
            {'id': 1, 'mem_mb': 64, 'going': True, 'type': 'cxl'}]})
        answer = self.json('graph', '--machine', '-', '--explain', '0:1',
                           stdin=machine)
        self.assertEqual(answer['candidates'][0]['reason'], 'going')

    def test_explain_of_one_edge_gives_the_numbers(self):
        answer = self.json('graph', *FOUR, '--explain', '0:4')
        (candidate,) = answer['candidates']
        self.assertEqual(
            [candidate[key] for key in ('to', 'reason', 'distance',
                                        'from_tier', 'to_tier')],
            [4, 'nearest', 25, 4, 37])
        lines = self.text('graph', *FOUR, '--explain', '6:0').splitlines()
        self.assertEqual(len(lines), 2)
        self.assertIn('not top tier', lines[0])

    def test_the_drawing_has_a_line_a_node_and_a_lane_a_set_of_targets(self):
        drawing = self.text('graph', *FOUR, '--draw')
        lines = drawing.splitlines()
        self.assertEqual([re.match(r'tier +(\d+) +node (\d+) ', line).groups()
                          for line in lines],
                         [('1', '2'), ('1', '3'), ('4', '0'), ('4', '1'),
                          ('37', '4'), ('37', '5'), ('112', '6')])
        self.assertEqual([re.search(r'[<-].*', line).group(0)
                          for line in lines], [
            '--o              11 to node 0',
            '--|--o           11 to node 1',
            '<-*--|--o        25 to node 4',
            '<----*--|--o     25 to node 5',
            '<-------*--|--o  60 to node 6',
            '<----------*--o  60 to node 6',
            '<-------------*'])
        readme = (cli.ROOT / 'README.md').read_text()
        self.assertIn(textwrap.indent(drawing, '    '), readme)

    def test_a_crowded_drawing_falls_back_to_words(self):
        nodes = [{'id': n, 'cpus': [], 'mem_mb': 1, 'tier': n}
                 for n in range(16)]
        text = self.text('graph', '--machine', '-', '--draw',
                         stdin=json.dumps({'nodes': nodes}))
        self.assertEqual(text.count('20 to node'), 15)
        self.assertNotIn('*', text)

    def test_dot_is_a_graph_with_every_node(self):
        text = self.text('graph', *FOUR, '--dot')
        self.assertTrue(text.startswith('digraph'), text)
        self.assertEqual(text.count('{'), text.count('}'))


class Replay(cli.Case):
    def states(self, text):
        return self.json('graph', '--machine', '-', '--replay',
                         stdin=text)['states']

    def test_there_is_an_entry_at_boot_and_one_after_each_step(self):
        states = self.states(machine_with_steps(ADD, REMOVE))
        self.assertEqual([s['demotion']['0']['fallback'] for s in states],
                         [[1], [1, 2], [1]])
        self.assertNotIn('step', states[0])
        self.assertIn('d"0', states[1]['step'])
        self.assertTrue(states[1]['completed'])

    def test_a_step_that_was_refused_changes_nothing(self):
        states = self.states(machine_with_steps(ADD, completed=False))
        self.assertEqual(states[0]['demotion'], states[1]['demotion'])
        self.assertFalse(states[1]['completed'])

    def test_text_has_a_heading_for_each_state(self):
        text = self.text('graph', '--machine', '-', '--replay',
                         stdin=machine_with_steps(ADD))
        self.assertIn('at boot\n', text)
        self.assertIn('\nstep 1: ', text)

    def test_a_file_without_steps_has_one_state(self):
        self.assertEqual(len(self.json('graph', *FOUR, '--replay')['states']),
                         1)

    def test_replay_and_allowed_combine(self):
        states = self.json('graph', '--machine', '-', '--replay', '--allowed',
                           '2', stdin=machine_with_steps(ADD))['states']
        self.assertEqual([s['allowed']['choice']['0'] for s in states],
                         [None, 2])


class Topology(cli.Case):
    def test_the_one_line_form_reads_back(self):
        line = self.text('topology', *SMALL, '--format', 'synthetic').strip()
        self.assertEqual(self.json('topology', '--synthetic', line),
                         self.json('topology', *SMALL))

    def test_a_machine_file_reads_back(self):
        text = self.text('topology', *FOUR, '--format', 'machine')
        self.assertEqual(self.json('graph', '--machine', '-', stdin=text)
                         ['demotion'], self.json('graph', *FOUR)['demotion'])

    def test_what_the_one_line_form_cannot_say_is_a_no_with_its_reason(self):
        self.complaint(1, 'topology', *FOUR, '--format', 'synthetic')

    def test_format_json_and_json_are_the_same(self):
        self.assertEqual(
            json.loads(self.text('topology', *FOUR, '--format', 'json')),
            self.json('topology', *FOUR))

    def test_text_is_the_default(self):
        self.assertEqual(self.text('topology', *FOUR),
                         self.text('topology', *FOUR, '--format', 'text'))


class Doctor(cli.Case):
    def test_one_tier_is_a_no(self):
        answer = self.json('doctor', '--synthetic', 'dram:2x1G', status=1)
        states = {f['name']: f['state'] for f in answer['findings']}
        self.assertEqual(answer['verdict'], 'no')
        self.assertEqual((states['nodes'], states['tiers']),
                         ('works', 'missing'))

    def test_two_tiers_are_a_yes(self):
        answer = self.json('doctor', *FOUR)
        self.assertEqual(answer['verdict'], 'yes')
        self.assertNotIn('conflict', [f['state'] for f in answer['findings']])

    def test_a_reference_that_does_not_hold_is_found(self):
        path = cli.DATA / 'demotion' / 'dram_over_10pct_lat.json'
        text = self.text('doctor', '--machine', path, status=1)
        self.assertRegex(text, r'missing +reference +.*10 %')

    def test_distances_that_were_replaced_are_found(self):
        text = json.dumps({'nodes': [
            {'id': 0, 'cpus': [0], 'mem_mb': 1},
            {'id': 1, 'cpus': [], 'mem_mb': 1, 'tier': 9}],
            'distance': [[10, 10], [10, 10]]})
        answer = self.text('doctor', '--machine', '-', '--replace-distances',
                           stdin=text)
        self.assertRegex(answer, r'missing +distances +.*replaced')

    def test_on_this_machine_it_answers_yes_or_no_with_every_finding(self):
        done = self.run_with('doctor', '--json')
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer['verdict'], 'no' if done.returncode else 'yes')
        self.assertGreaterEqual(len(answer['findings']), 16)
        for finding in answer['findings']:
            self.assertIn(finding['state'],
                          ('unknown', 'works', 'missing', 'conflict'))
            self.assertTrue(finding['reason'], finding)


class Usage(cli.Case):
    WRONG = [
        (('graph', '--strategy', 'best'), "--strategy 'best', expected near"),
        (('graph', '--penalty', '65536'), 'expected 0 to 65535'),
        (('graph', '--penalty', '-1'), 'expected 0 to 65535'),
        (('graph', '--load', 'old'), 'expected booted, rebuilt or'),
        (('graph', '--load', '1,,2'), 'expected booted, rebuilt or'),
        (('graph', '--allowed', '3-1'), 'expected a list of nodes'),
        (('graph', '--allowed', '1024'), 'expected a list of nodes'),
        (('graph', '--allowed', ''), 'expected a list of nodes'),
        (('graph', '--explain', '0:'), 'expected NODE or NODE:TO'),
        (('graph', '--edge', '0'), 'expected FROM:TO'),
        (('graph', '--edge', '0:1'), 'go together'),
        (('graph', '--strategy', 'manual'), 'go together'),
        (('graph', '--replay'), '--replay goes with --machine'),
        (('graph', '--json', '--dot'), 'one of --json, --dot'),
        (('graph', '--draw', '--explain', '0'), 'as text or with --json'),
        (('graph', '--explain', '0', '--allowed', '0'), '--explain answers'),
        (('graph', *FOUR, '--dot', '--replay'), '--dot shows one graph'),
        (('graph', *SMALL, '--explain', '7'), 'has no node 7'),
        (('graph', *SMALL, '--explain', '0:9'), 'has no node 9'),
        (('graph', *SMALL, '--allowed', '0,5'), 'has no node 5'),
        (('graph', *SMALL, '--sysfs', '/sys'), 'several machines'),
        (('graph', *SMALL, '--ignore-kernel-tiers'), 'goes with this mach'),
        (('graph', *SMALL, '--replace-distances'), 'not go with --synthetic'),
        (('graph', *SMALL, '--tier', '2'), "--tier '2', expected a node and"),
        (('graph', *SMALL, '--tier', '2:4x'), 'expected a node and its tier'),
        (('graph', *SMALL, '--tier', '2:16777216'), 'expected a node and its'),
        (('graph', *SMALL, '--tier', '7:4'), 'has no node 7'),
        (('graph', '--nonesuch'), 'unknown option --nonesuch'),
        (('graph', '-z'), 'unknown option -z'),
        (('graph', '--json=3'), 'no value expected in --json=3'),
        (('graph', '--strategy'), 'missing behind --strategy'),
        (('graph', 'extra'), "unexpected 'extra'"),
        (('topology', '--format', 'xml'), "'xml', expected text, json"),
        (('nonesuch',), "unknown command 'nonesuch'"),
        (('help', 'nonesuch'), "unknown command 'nonesuch'"),
        (('help', 'graph', 'x'), "unexpected 'x'"),
        (('help', 'zones', 'x'), "unknown command 'zones x'"),
        (('help', 'zones', 'plan', 'x'), "unexpected 'x'"),
    ]

    def test_wrong_use_is_status_2_and_says_what_was_expected(self):
        for words, expected in self.WRONG:
            with self.subTest(words=words):
                self.assertIn(expected, self.complaint(2, *words))

    def test_without_a_command_the_overview_goes_to_standard_error(self):
        done = self.run_with()
        self.assertEqual((done.returncode, done.stdout), (2, ''))
        self.assertEqual(done.stderr, self.text('help'))

    def test_help_is_the_same_however_it_is_asked_for(self):
        self.assertEqual(self.text('help'), self.text('--help'))
        self.assertEqual(self.text('help'), self.text('-h'))
        for command in ('topology', 'graph', 'doctor', 'run', 'zones',
                        'layout', 'sim', 'trace', 'zones plan', 'sim run'):
            words = command.split()
            self.assertEqual(self.text('help', *words),
                             self.text(*words, '--help'))

    def test_version_is_that_of_the_build(self):
        lists = (cli.ROOT / 'CMakeLists.txt').read_text()
        version = lists.split('project(tiermm VERSION ')[1].split()[0]
        self.assertEqual(self.text('--version'), f'tiermm {version}\n')


class Unreadable(cli.Case):
    def test_a_missing_file_is_status_3_and_named(self):
        self.assertIn('/nonesuch.json', self.complaint(
            3, 'graph', '--machine', '/nonesuch.json'))

    def test_a_missing_tree_is_status_3_and_named(self):
        with tempfile.TemporaryDirectory() as place:
            self.assertIn(place, self.complaint(3, 'graph', '--sysfs', place))

    def test_a_wrong_value_is_told_with_its_line_and_what_was_expected(self):
        text = '{"nodes": [\n {"id": 0, "cpus": [0], "mem_mb": 64},\n' \
               ' {"id": 1, "cpus": [],\n  "mem_mb": -1}]}\n'
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            file.write(text)
            file.flush()
            said = self.complaint(3, 'topology', '--machine', file.name)
        self.assertRegex(said, r'\.json:[34]\b.*mem_mb.*expected')

    def test_what_is_no_json_is_told_with_its_line(self):
        self.assertRegex(self.complaint(3, 'graph', '--machine', '-',
                                        stdin='{"nodes": [\n{]\n'), r':2\b')

    def test_a_bad_distance_table_is_refused_unless_replaced(self):
        text = json.dumps({'nodes': [{'id': 0, 'cpus': [0], 'mem_mb': 1},
                                     {'id': 1, 'cpus': [], 'mem_mb': 1}],
                           'distance': [[10, 10], [20, 10]]})
        words = ('graph', '--machine', '-')
        self.assertIn('expected', self.complaint(3, *words, stdin=text))
        self.text(*words, '--replace-distances', stdin=text)

    def test_a_bad_line_is_told_with_what_was_expected(self):
        said = self.complaint(3, 'graph', '--synthetic',
                              'dram:2x64G sram:1x1G')
        self.assertIn("--synthetic 'dram:2x64G sram:1x1G', column 12", said)
        self.assertIn('expected', said)


class Terminal(cli.Case):
    def on_terminal(self, **environment):
        """What a terminal would show of a doctor's answer."""
        above, below = pty.openpty()
        with os.fdopen(above, 'rb', 0) as reader:
            with os.fdopen(below, 'wb', 0) as writer:
                self.run_to(writer, dict(os.environ, **environment))
            return reader.read(1 << 16).decode()

    def run_to(self, writer, environment):
        subprocess.run([self.program, 'doctor', '--synthetic', LINE],
                       stdout=writer, env=environment, timeout=cli.SECONDS)

    def test_a_terminal_shows_colours_and_nothing_else_does(self):
        self.assertIn('\033[', self.on_terminal(TERM='xterm', NO_COLOR=''))
        self.assertNotIn('\033', self.on_terminal(TERM='dumb'))
        self.assertNotIn('\033', self.on_terminal(TERM='xterm', NO_COLOR='1'))
        self.assertNotIn('\033', self.text('doctor', '--synthetic', LINE))

    @unittest.skipUnless(os.path.exists('/dev/full'), 'no /dev/full here')
    def test_output_that_cannot_be_written_is_status_3(self):
        with open('/dev/full', 'w') as full:
            for words in (('help',), ('sim', 'run', 'zipf:count=100'),
                          ('sim', 'compare', 'zipf:count=100')):
                done = subprocess.run([self.program, *words], stdout=full,
                                      stderr=subprocess.PIPE, text=True)
                self.assertEqual(done.returncode, 3)
                self.assertRegex(done.stderr,
                                 r'\Atiermm: standard output: [^\n]+\n\Z')


if __name__ == '__main__':
    cli.main()
