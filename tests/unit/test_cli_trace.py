#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm trace: records become traces, traces are described, and what is
wrong is said; a real process is recorded where valgrind is."""
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import cli

TRACES = cli.DATA / 'traces'
CSV = 'page,op,count\n1,r,1\n1,r,1\n2,w,3\n1,f,100\n'


class Trace(cli.Case):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.trace = self.place / 't.tmt'

    def importing(self, text, *words):
        source = self.place / 'in.csv'
        source.write_text(text)
        return self.run_with('trace', 'import', '--format', 'csv', '--output',
                             self.trace, *words, source)

    def info(self, *words):
        return self.json('trace', 'info', *words, self.trace)

    def test_an_imported_record_is_described(self):
        done = self.importing(CSV, '--name', 'small')
        self.assertEqual((done.returncode, done.stdout), (0, ''))
        self.assertIn('4 records of 105 accesses', done.stderr)
        info = self.info()
        self.assertEqual(
            {key: info[key] for key in (
                'name', 'records', 'accesses', 'writes', 'fetches', 'pages',
                'read_only_pages', 'threads')},
            {'name': 'small', 'records': 4, 'accesses': 105, 'writes': 3,
             'fetches': 100, 'pages': 2, 'read_only_pages': 1, 'threads': 1})
        self.assertEqual(info['top'][0], {
            'page': 1, 'address': '0x1000', 'accesses': 102, 'writes': 0})
        # The last of page 1 had page 2 before it: a hit in two pages only.
        self.assertEqual(info['lru_hits'], [{'pages': 1, 'hits': 102},
                                            {'pages': 2, 'hits': 103}])

    def test_what_was_written_may_be_told_as_json(self):
        done = self.importing(CSV, '--json', '--page-size', '8192')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(json.loads(done.stdout), {
            'output': str(self.trace), 'records': 4, 'accesses': 105,
            'page_bound': 3, 'page_bytes': 8192,
            'bytes': self.trace.stat().st_size})
        source = self.place / 'in.csv'
        self.assertIn('expected a file', self.complaint(
            2, 'trace', 'import', '--format', 'csv', '--output', '-', '--json',
            source))
        self.assertIn('reading or writing failed', self.complaint(
            3, 'trace', 'import', '--format', 'csv', '--output', '/dev/full',
            '--json', source))

    def test_streams_are_made_smaller(self):
        for words, records, accesses in (
                (('--merge', '1'), 3, 105), (('--merge', '4'), 3, 105),
                (('--limit', '2'), 2, 2), (('--skip', '3'), 1, 100),
                (('--at-most', '64'), 4, 69)):
            self.assertEqual(self.importing(CSV, *words).returncode, 0)
            info = self.info()
            self.assertEqual((info['records'], info['accesses']),
                             (records, accesses), words)

    def test_the_table_is_for_people(self):
        self.importing(CSV)
        text = self.text('trace', 'info', self.trace)
        self.assertIn('footprint  2 pages, 8 KiB; 50.00 %', text)
        self.assertIn('0x1000', text)

    def test_a_trace_comes_through_a_pipe(self):
        self.importing(CSV)
        with open(self.trace, 'rb') as file:
            data = file.read()
        piped = self.place / 'pipe'
        os.mkfifo(piped)
        if os.fork() == 0:
            piped.write_bytes(data)
            os._exit(0)
        self.assertEqual(self.json('trace', 'info', piped), self.info())
        os.wait()

    def test_damaged_traces_are_refused(self):
        self.importing(CSV)
        whole = self.trace.read_bytes()
        self.trace.write_bytes(whole[:-20])
        self.assertIn('cut short', self.complaint(3, 'trace', 'info',
                                                  self.trace))
        self.trace.write_bytes(whole[:200] + b'?' + whole[201:])
        self.assertIn('chunk', self.complaint(3, 'trace', 'info', self.trace))
        self.trace.write_bytes(b'MZ' * 100)
        self.assertIn('TIERMMTR', self.complaint(3, 'trace', 'info',
                                                 self.trace))

    def test_wrong_records_name_their_line(self):
        done = self.importing('page,op\n1,r\n2,x\n')
        self.assertEqual(done.returncode, 3)
        self.assertIn('in.csv:3: "2,x", expected op', done.stderr)

    def test_generated_workloads_are_described(self):
        info = self.json('trace', 'info', '--workload',
                         'scan:pages=100,count=1000')
        self.assertEqual((info['pages'], info['records']), (100, 1000))
        self.assertIn("--workload 'scan:size=4', column 6", self.complaint(
            3, 'trace', 'info', '--workload', 'scan:size=4'))

    def test_wrong_use_is_said(self):
        for words, said in (
                (('jump',), "unknown command 'trace jump'"),
                (('info',), 'FILE is missing'),
                (('info', '--top', 'x', 'f'), "--top 'x'"),
                (('import', 'f'), '--format and --output'),
                (('import', '--format', 'x', 'f'), "--format 'x'"),
                (('import', '--merge', '9999999', 'f'), '--merge'),
                (('import', '--page-size', '5', 'f'), '--page-size'),
                (('record', '--output', 'f'), '--output FILE -- COMMAND'),
                (('record', '--', 'ls'), '--output FILE -- COMMAND')):
            self.assertIn(said, self.complaint(2, 'trace', *words))
        self.assertIn('/no/such', self.complaint(3, 'trace', 'info',
                                                 '/no/such'))

    def test_a_process_is_recorded(self):
        if not shutil.which('valgrind'):
            self.skipTest('no valgrind here')
        done = self.run_with('trace', 'record', '--json', '--output',
                             self.trace, '--', '/bin/true')
        if done.returncode == 3 and 'cannot be run' in done.stderr:
            self.skipTest('valgrind does not work here')
        self.assertEqual(done.returncode, 0, done.stderr)
        info = self.info()
        self.assertEqual(info['name'], 'true')
        told = json.loads(done.stdout)
        self.assertEqual((told['records'], told['accesses']),
                         (info['records'], info['accesses']))
        self.assertGreater(info['accesses'], 10000)
        self.assertGreater(info['fetches'], info['writes'])
        self.assertGreater(info['pages'], 20)
        # Almost all of them come again.
        self.assertGreater(info['lru_hits'][-1]['hits'],
                           0.99 * info['accesses'])

    def test_without_valgrind_the_remedy_is_named(self):
        done = self.run_with('trace', 'record', '--output', self.trace, '--',
                             'true', env={'PATH': '/nowhere'})
        self.assertEqual(done.returncode, 3)
        self.assertIn('install the package valgrind', done.stderr)

    def test_the_bundled_traces_are_whole(self):
        files = sorted(TRACES.glob('*.tmt'))
        self.assertGreaterEqual(len(files), 3)
        self.assertLess(sum(file.stat().st_size for file in files), 1500000)
        for file in files:
            with self.subTest(file.name):
                info = self.json('trace', 'info', file)
                self.assertGreater(info['pages'], 500)
                self.assertTrue((TRACES / f'make_{file.stem}.sh').is_file())
                self.assertIn(f'`{file.name}`',
                              (TRACES / 'README.md').read_text())


if __name__ == '__main__':
    cli.main()
