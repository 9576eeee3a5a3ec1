#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm layout: checked, compared, made, shown, simulated; exit statuses."""
import json
import pathlib
import tempfile

import cli

TWO_NODES = '0x0-0xfff 0\n0x1000-0x3fff 1\n'


class Layout(cli.Case):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def file(self, text, name='layout'):
        path = pathlib.Path(self.directory.name) / name
        path.write_text(text)
        return str(path)

    def layout(self, *words, status=0):
        done = self.run_with('layout', *words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done

    def document(self, *words, status=0):
        return json.loads(self.layout(*words, '--json', status=status).stdout)

    def test_check_says_what_is_wrong(self):
        path = self.file('0-5 0\n3-9 1\n')
        done = self.layout('check', path, status=1)
        self.assertIn('range 0x0-0x5 of node 0 overlaps range 0x3-0x9 of '
                      'node 1', done.stderr)
        self.layout('check', self.file('0-5\n'), status=3)
        self.layout('check', '/nonexistent', status=3)
        self.layout('check', self.file('5-9 3\n'), '--nodes', '0-2', status=1)
        self.layout('check', self.file('5-9 0\n'), '--refuse-holes', status=1)
        self.layout('check', self.file('5-9 0\n'), '--last-frame', '8',
                    status=1)
        self.layout('check', status=2)
        self.layout('nonsense', status=2)

    def test_check_writes_the_layout(self):
        self.assertEqual(self.document('check', self.file(TWO_NODES)), {
            'last_frame': 0x3fff,
            'ranges': [{'first': 0, 'last': 0xfff, 'node': 0},
                       {'first': 0x1000, 'last': 0x3fff, 'node': 1}]})

    def test_diff_answers_no_where_layouts_differ(self):
        path = self.file(TWO_NODES)
        other = self.file('0-0x1fff 0\n0x2000-0x3fff 1\n', 'other')
        self.assertEqual(self.document('diff', path, '--to', path),
                         {'differences': [], 'frames': 0})
        self.assertEqual(
            self.document('diff', path, '--to', other, status=1),
            {'differences': [{'first': 0x1000, 'last': 0x1fff, 'from': 1,
                              'to': 0}], 'frames': 0x1000})
        self.layout('diff', path, status=2)
        self.layout('diff', path, '--to', self.file('x', 'bad'), status=3)

    def test_patterns_are_made(self):
        done = self.layout('stripe', '--frames', '1000', '--last', '1',
                           '--stripe', '400', '--shift', '1')
        self.assertEqual(done.stdout, '0x0-0x18f 1\n0x190-0x31f 0\n'
                         '0x320-0x3e7 1\n')
        made = self.document('block', '--frames', '10', '--first', '4',
                             '--last', '5')
        self.assertEqual([(r['first'], r['node']) for r in made['ranges']],
                         [(0, 4), (5, 5)])
        self.layout('stripe', '--frames', '10', status=2)
        self.layout('block', status=2)

    def test_show_lays_nodes_out(self):
        done = self.layout('show', '--synthetic', 'dram:2x1G')
        self.assertEqual(done.stdout, '0x0-0x3ffff 0\n0x40000-0x7ffff 1\n')

    def test_simulate_counts_every_page_at_every_moment(self):
        to = self.file('0-99999 0\n100000-299999 2\n', 'to')
        start = self.file('0-149999 0\n150000-299999 1\n', 'from')
        states = self.document('simulate', '--from', start, to)['states']
        self.assertEqual(states[0]['state'], 'before')
        self.assertGreater(len(states), 6)
        for state in states:
            nodes = state['nodes'].values()
            self.assertEqual(sum(n['present'] for n in nodes), 300000)
            self.assertEqual(sum(n['goal'] for n in nodes), 300000)
            for n in nodes:
                self.assertLessEqual(n['free'], n['managed'])
                self.assertLessEqual(n['managed'], n['present'])
                self.assertEqual(n['goal'], n['present'] + n['pending_in'] -
                                 n['pending_out'])
        last = states[-1]['nodes']
        self.assertEqual(last['2']['free'], last['2']['goal'])
        self.assertNotIn('1', last)

    def test_simulate_wants_layouts_of_one_span(self):
        self.layout('simulate', '--from', self.file(TWO_NODES),
                    self.file('0-0x4fff 0\n', 'longer'), status=1)


if __name__ == '__main__':
    cli.main()
