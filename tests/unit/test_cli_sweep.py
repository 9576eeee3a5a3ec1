#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm sim sweep: the same bytes however it is run, and from where on."""
import csv
import io
import os
import pathlib
import subprocess
import tempfile

import cli

MACHINE = ('--synthetic', 'dram:1x1M cxl:1x16M')
LINE = 'zipf:pages=2000,count=20K,threads=2'
SWEEP = ('--vary', 'F=1,2,4', '--vary', 'TH=0.8,0.99', '--policy',
         'static,kernel+defer', '--synthetic', 'dram:1x{F}M cxl:1x16M',
         'zipf:pages=2000,theta={TH},count=20K')
MPI = cli.option('--mpi')


class Sweep(cli.Case):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def sweep(self, name, *words, sweep=SWEEP):
        path = self.place / name
        self.text('sim', 'sweep', '--output', path, *words, *sweep)
        return path.read_bytes()

    def test_any_number_of_processes_gives_the_same_bytes(self):
        one = self.sweep('1.csv', '--jobs', '1')
        self.assertEqual(one, self.sweep('2.csv', '--jobs', '2'))
        self.assertEqual(one, self.sweep('5.csv', '--jobs', '5'))
        rows = list(csv.DictReader(io.StringIO(one.decode())))
        self.assertEqual(len(rows), 12)
        self.assertEqual([(row['F'], row['TH'], row['policy'])
                          for row in rows[:3]],
                         [('1', '0.8', 'static'), ('1', '0.8', 'kernel+defer'),
                          ('1', '0.99', 'static')])
        self.assertEqual(rows[0]['machine'], 'dram:1x1M cxl:1x16M')
        # More fast memory, fewer slow accesses.
        static = [int(row['top_bp']) for row in rows
                  if (row['TH'], row['policy']) == ('0.8', 'static')]
        self.assertEqual(static, sorted(static))

    def test_a_row_is_what_compare_says(self):
        row = list(csv.DictReader(io.StringIO(
            self.sweep('1.csv').decode())))[1]
        run = self.json('sim', 'compare', '--policy', row['policy'],
                        '--synthetic', row['machine'],
                        row['workload'])['runs'][0]
        for key in ('top_bp', 'mean_ps', 'demoted', 'interrupts'):
            self.assertEqual(row[key], str(run[key]), key)

    def test_a_sweep_goes_on_where_it_was_stopped(self):
        whole = self.sweep('1.csv')
        for cut in (0, 10, len(whole) // 3, len(whole) // 2, len(whole) - 1):
            (self.place / '2.csv').write_bytes(whole[:cut])
            self.assertEqual(self.sweep('2.csv'), whole, cut)
        self.assertIn('12 rows', self.text('sim', 'sweep', '--output',
                                           self.place / '2.csv', *SWEEP))

    def test_what_was_written_may_be_told_as_json(self):
        path = self.place / '1.csv'
        words = ('sim', 'sweep', '--output', path, *SWEEP)
        told = self.json(*words)
        self.assertEqual(told, {'output': str(path), 'rows': 12, 'kept': 0,
                                'points': 6, 'policies': 2})
        self.assertEqual(path.read_bytes(), self.sweep('2.csv'))
        self.assertEqual(self.json(*words), {**told, 'kept': 12})

    def test_rows_of_another_sweep_are_left_alone(self):
        whole = self.sweep('1.csv')
        other = [word.replace('count=20K', 'count=10K') for word in SWEEP]
        self.assertIn('1.csv:2', self.complaint(
            2, 'sim', 'sweep', '--output', self.place / '1.csv', *other))
        self.assertIn('1.csv:2', self.complaint(
            2, 'sim', 'sweep', '--seed', '2', '--output',
            self.place / '1.csv', *SWEEP))
        self.assertEqual((self.place / '1.csv').read_bytes(), whole)

    def test_options_and_events_make_another_sweep(self):
        words = ('--vary', 'R=0,1', '--policy', 'kernel:rate-limit={R}',
                 '--synthetic', 'dram:1x1M cxl:1x16M', LINE)
        rows = list(csv.DictReader(io.StringIO(self.sweep(
            '1.csv', '--event', '5:slow:1:200', '--option', 'guard=3',
            sweep=words).decode())))
        self.assertEqual([row['policy'] for row in rows], [
            'kernel:rate-limit=0', 'kernel:rate-limit=1'])
        self.assertEqual(rows[1]['options'], 'repeat=100 seed=0 rate-limit=1 '
                         'guard=3 event=5:slow:1:200')
        for other in ((), ('--event', '6:slow:1:200', '--option', 'guard=3'),
                      ('--event', '5:slow:1:200', '--option', 'guard=4')):
            self.assertIn('1.csv:2', self.complaint(
                2, 'sim', 'sweep', '--output', self.place / '1.csv', *other,
                *words))

    def test_lists_may_hold_commas(self):
        sweep = ('--vary', 'W=scan:pages=9,count=9;uniform:pages=9,count=9',
                 '--policy', 'static', '--synthetic', 'dram:1x1M', '{W}')
        rows = list(csv.DictReader(io.StringIO(
            self.sweep('1.csv', sweep=sweep).decode())))
        self.assertEqual([row['workload'][:4] for row in rows],
                         ['scan', 'unif'])

    def test_wrong_use_is_said(self):
        for words, said in (
                (('--vary', 'F', LINE), "--vary 'F'"),
                (('--vary', 'F=1', *MACHINE, LINE), 'no word has {F}'),
                (('--vary', 'F=1', '--vary', 'F=2', LINE), 'given twice'),
                ((*MACHINE, LINE), '--output FILE')):
            self.assertIn(said, self.complaint(2, 'sim', 'sweep', *words))

    def test_any_number_of_ranks_gives_the_same_bytes(self):
        if MPI == 'none':
            self.skipTest('mpi_sweep was not built: no MPI here')
        whole = self.sweep('1.csv')
        for ranks in ('1', '4'):
            path = self.place / f'mpi{ranks}.csv'
            # The last begins in the middle.
            path.write_bytes(whole[:len(whole) // 2 if ranks == '4' else 0])
            done = subprocess.run(
                ['mpirun', '--oversubscribe', '--allow-run-as-root', '-n',
                 ranks, MPI, '--output', path, *SWEEP], text=True,
                capture_output=True, timeout=cli.SECONDS,
                env={**os.environ, 'OMPI_MCA_btl_vader_single_copy_mechanism':
                     'none'})
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(path.read_bytes(), whole, ranks)


if __name__ == '__main__':
    cli.main()
