#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm replay: logs of the simulator and of a live process are decided
again, the same under the policy of then and otherwise under another one; what
is wrong with a log is said, and what stands before it is decided."""
import json
import os
import pathlib
import resource
import signal
import tempfile
import unittest

import cli
import decision_log as dl

MACHINE = ('--synthetic', 'dram:1x4M cxl:1x16M@250ns,30GB/s')
WORK = 'zipf:pages=2500,count=60K'
DIFFERENT = ('elsewhere', 'other', 'lost', 'cut', 'refused')


class Replay(cli.Case):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.log = pathlib.Path(cls.place.name) / 'kernel.log'
        cls.sums = cls().logged(cls.log, '--policy', 'kernel')

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def logged(self, path, *words):
        """Sums of a run whose decisions are on record at that path."""
        return self.json('sim', 'run', *MACHINE, '--scan', '20', '--log', path,
                         *words, WORK)['runs'][0]

    def replay(self, *words, log=None):
        return self.json('replay', log or self.log, *words)

    def test_the_policy_of_then_decides_as_it_did(self):
        self.assertGreater(self.sums['promoted'], 100)
        done = self.replay()
        self.assertEqual([done[key] for key in DIFFERENT], [0] * 5)
        self.assertEqual(done['same'], done['decisions'])
        self.assertEqual(done['differences'], [])
        self.assertEqual(done['then'], done['now'])
        for action, name in (('demote', 'demoted'), ('promote', 'promoted')):
            self.assertEqual(done['pages'][action],
                             {'then': self.sums[name], 'now': self.sums[name]})

    def test_each_policy_decides_its_own_log_as_it_did(self):
        for words in (('demotion',), ('histogram+defer',), ('latency',),
                      ('none',), ('kernel:rate-limit=1',),
                      ('kernel', '--option', 'strategy=linux-6.12')):
            log = pathlib.Path(self.place.name) / 'own.log'
            self.logged(log, '--policy', *words)
            done = self.replay(log=log)
            self.assertGreater(done['decisions'], 50, words)
            self.assertEqual(done['same'], done['decisions'], words)

    def test_another_policy_decides_otherwise(self):
        done = self.replay('--policy', 'none')
        self.assertEqual(done['pages']['promote'],
                         {'then': self.sums['promoted'], 'now': 0})
        self.assertEqual(done['pages']['demote']['now'], 0)
        self.assertEqual(done['differences'][0]['now_reason'], 'switched_off')
        self.assertEqual(
            sum(row['decisions'] for row in done['differences']),
            done['other'] + done['elsewhere'])
        histogram = self.replay('--policy', 'histogram')
        self.assertGreater(histogram['pages']['promote']['now'], 0)
        self.assertGreater(histogram['other'], 0)

    def test_parameters_are_those_of_the_log_unless_said(self):
        log = pathlib.Path(self.place.name) / 'limited.log'
        self.logged(log, '--policy', 'kernel:rate-limit=1:hot-threshold=500')
        self.assertEqual(self.replay(log=log)['now']['options'],
                         {'rate-limit': '1', 'hot-threshold': '500'})
        self.assertEqual(
            self.replay('--option', 'rate-limit=2', log=log)['now']['options'],
            {'rate-limit': '2', 'hot-threshold': '500'})
        self.assertEqual(
            self.replay('--policy', 'histogram:cool=5', log=log)['now'],
            {'policy': 'histogram',
             'options': {'rate-limit': '1', 'cool': '5'}})

    def test_each_difference_has_its_sentence(self):
        done = self.replay('--policy', 'demotion', '--explain')
        self.assertEqual(len(done['explained']),
                         done['other'] + done['elsewhere'])
        self.assertRegex(done['explained'][0],
                         r'^page 0x[0-9a-f]+ on node 1, pages 1: then promote '
                         r'to node 0: done; now stay$')
        text = self.text('replay', self.log, '--policy', 'demotion',
                         '--explain')
        self.assertEqual(text.count('; now stay'), len(done['explained']))

    def test_the_table_is_for_people(self):
        text = self.text('replay', self.log, '--option', 'rate-limit=1')
        self.assertIn('kernel.log: then kernel; now kernel rate-limit=1', text)
        self.assertRegex(text, r'promote +\d+ +\d+ +-\d+')
        self.assertRegex(text, r'promote +stay: ')

    def test_a_smaller_machine_has_no_such_node(self):
        done = self.replay('--synthetic', 'dram:1x4M')
        self.assertGreater(done['refused'], 0)
        self.assertEqual(done['pages']['demote']['now'], 0)

    def test_a_log_that_was_cut_short_is_decided_as_far_as_it_goes(self):
        log = pathlib.Path(self.place.name) / 'cut.log'
        whole = self.log.read_bytes()
        log.write_bytes(whole[:len(whole) * 3 // 4])
        done = self.run_with('replay', log)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stderr, r'\Atiermm: [^\n]*cut short at byte \d+'
                         r'[^\n]*records stand before it\n\Z')
        self.assertRegex(done.stdout, r'as they were +[1-9]\d* +100.00 %')
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 1
        log.write_bytes(damaged)
        done = self.run_with('replay', log)
        self.assertEqual(done.returncode, 3)
        self.assertIn('records are damaged', done.stderr)

    def made(self, *records):
        """A log of these records, numbered as they stand."""
        log = pathlib.Path(self.place.name) / 'made.log'
        log.write_bytes(dl.log(
            [dl.record(i, kind, **more)
             for i, (kind, more) in enumerate(records)],
            pages=8000, policy='kernel'))
        return log

    def test_a_step_without_its_end_is_passed_over(self):
        """What stands in a chunk is good; the step that it ends in is not."""
        log = pathlib.Path(self.place.name) / 'cut.log'
        whole = self.log.read_bytes()
        for part in range(3, 10):
            log.write_bytes(whole[:len(whole) * part // 10])
            done = self.run_with('replay', log, '--json')
            self.assertEqual(done.returncode, 3)
            sums = json.loads(done.stdout)
            self.assertEqual(sums['same'], sums['decisions'])
            self.assertEqual(sums['cut'], 1, part)

    def test_more_may_be_decided_than_is_on_record(self):
        """One step, of which the log has but the beginning, and which now
        moves each page that was used before."""
        pages, ms = 4000, 10**6
        used = [(10 * ms, 0), (11 * ms, 2)]
        log = self.made(
            (dl.ROOM, {'start': 0, 'page': 16000, 'value': (15000, 10)}),
            *(one for time, kind in used for page in range(pages) for one in (
                (dl.STEP, {'time': time, 'value': (1, 0),
                           'detail': dl.SAMPLES}),
                (dl.SAMPLE, {'time': time, 'page': page, 'value': (time, 1),
                             'flags': kind, 'start': 0, 'target': 1}))),
            (dl.STEP, {'time': 12 * ms, 'verdict': 512,
                       'detail': dl.PROMOTE}))
        done = self.replay('--synthetic', 'dram:1x64M cxl:1x256M', '--option',
                           'rate-limit=0', '--explain', log=log)
        self.assertEqual(done['samples'], 2 * pages)
        self.assertEqual(done['pages'], {'promote': {'then': 0, 'now': pages},
                                         'stay': {'then': pages, 'now': 0}})
        self.assertEqual(sum(row['decisions'] for row in done['differences']),
                         pages)
        self.assertEqual(len(done['explained']), pages)
        self.assertEqual(done['unlisted'], 0)

    def test_a_log_without_a_step_takes_no_memory(self):
        """Rooms alone, more of them than are kept."""
        log = self.made(*[(dl.ROOM, {'start': 0, 'page': 16000})] * 20000)
        done = self.replay('--synthetic', 'dram:1x64M', log=log)
        self.assertEqual((done['records'], done['steps'], done['refused']),
                         (20000, 0, 0))
        log = self.made(*[(dl.ROOM, {'start': 5000})] * 3)
        done = self.replay('--synthetic', 'dram:1x64M', log=log)
        self.assertEqual(done['refused'], 3)

    def test_an_empty_log_has_no_decisions(self):
        done = self.replay('--synthetic', 'dram:1x64M', log=self.made())
        self.assertEqual((done['records'], done['decisions'], done['pages']),
                         (0, 0, {}))

    def test_nonsense_is_passed_over(self):
        log = self.made(
            (dl.STEP, {'detail': dl.DEMOTE, 'value': (2**63, 0)}),
            (dl.FOLIO, {'start': 0}),
            (dl.STEP, {'detail': dl.DEMOTE, 'value': (1, 0), 'reason': 99}),
            (dl.FOLIO, {'start': 0}),
            (dl.STEP, {'detail': 77}),
            (dl.EVENT, {'start': 2000, 'detail': 1}),
            (dl.STEP, {'detail': dl.SAMPLES, 'value': (1, 0)}),
            (dl.SAMPLE, {'page': 2**64 - 1, 'flags': 9999, 'target': 5000}))
        done = self.replay('--synthetic', 'dram:1x64M', log=log)
        self.assertEqual((done['cut'], done['refused'], done['decisions']),
                         (1, 4, 0))

    def test_records_that_do_not_fit_their_chunk_are_told(self):
        """A chunk with a byte behind its last record, one that lacks its
        end, one that stands where another was: each well sealed."""
        log = pathlib.Path(self.place.name) / 'forged.log'
        room = [dl.record(i, dl.ROOM, start=0, page=16000) for i in range(3)]
        for chunks, said, records in (
                ([dl.chunk(1, room, 0, b'x')], 'do not fit', 2),
                ([dl.chunk(1, room, 0), dl.chunk(1, room, 3, b'x')],
                 'do not fit', 5),
                ([dl.chunk(1, room[:2] + [room[2][:-1]], 0)], 'do not fit', 2),
                ([dl.chunk(1, room, 0), dl.chunk(1, room, 6)],
                 'a chunk before it is missing', 3),
                ([dl.chunk(1, room, 0), dl.chunk(7, room, 3)],
                 'no kind or size', 3),
                ([dl.chunk(1, room, 0), dl.chunk(2, [], 3), b'x'],
                 'more follows', 3)):
            log.write_bytes(dl.header(pages=64) + b''.join(chunks))
            done = self.run_with('replay', log, '--json', '--synthetic',
                                 'dram:1x64M')
            self.assertEqual(done.returncode, 3)
            self.assertRegex(
                done.stderr, f'{said}[^;]*; {records} records stand before')
            self.assertEqual(json.loads(done.stdout)['records'], records)

    def test_what_cannot_be_written_is_said(self):
        """A disk that is full from the first byte, or in the middle."""
        self.assertIn('/dev/full: No space left', self.complaint(
            3, 'sim', 'run', *MACHINE, '--log', '/dev/full', WORK))
        log = pathlib.Path(self.place.name) / 'full.log'

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
        self.assertIn(f'{log}: not all of it was written', self.complaint(
            3, 'sim', 'run', *MACHINE, '--scan', '20', '--policy', 'kernel',
            '--log', log, WORK, preexec_fn=limit))
        done = self.run_with('replay', log)
        self.assertEqual(done.returncode, 3)
        self.assertIn('cut short', done.stderr)

    def test_a_pipe_cannot_be_read_twice(self):
        pipe = pathlib.Path(self.place.name) / 'pipe'
        os.mkfifo(pipe)
        self.assertIn('read twice', self.complaint(2, 'replay', pipe))

    def test_a_live_process_is_on_record(self):
        """Watched until before its end: which pages go then is not."""
        log = pathlib.Path(self.place.name) / 'live.log'
        work = ("import time\nb = bytearray(8 << 20)\n"
                "end = time.monotonic() + 4\n"
                "while time.monotonic() < end:\n"
                "    for i in range(0, len(b), 4096): b[i] = 1\n")
        done = self.run_with(
            'run', '--dry-run', '--synthetic', 'dram:1x64M+1c cxl:1x256M',
            '--heat', 'uses', '--interval', '100', '--top-limit', '4M',
            '--for', '2', '--log', log, '--', 'python3', '-c', work)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = self.replay(log=log)
        self.assertGreater(again['decisions'], 0)
        self.assertEqual(again['then']['policy'], 'kernel')
        self.assertEqual(again['same'], again['decisions'])
        self.assertEqual(again['now']['options'],
                         {'hot-threshold': '1000', 'stale': '4000'})

    def test_no_step_of_a_live_process_is_lost(self):
        """More is moved in an interval than the ring has records for."""
        log = pathlib.Path(self.place.name) / 'large.log'
        work = 'import time\nb = bytearray(64 << 20)\ntime.sleep(4)\n'
        done = self.run_with(
            'run', '--dry-run', '--synthetic', 'dram:1x16M+1c cxl:1x256M',
            '--heat', 'uses', '--interval', '300', '--rate', '4G',
            '--for', '2', '--log', log, '--', 'python3', '-c', work)
        self.assertEqual(done.returncode, 0, done.stderr)
        again = self.replay(log=log)
        self.assertGreater(again['records'], 1 << 18)
        self.assertEqual((again['lost'], again['cut']), (0, 0))
        self.assertEqual(again['same'], again['decisions'])

    def test_what_is_wrong_is_said(self):
        for status, words, said in (
                (2, ('replay',), 'FILE is missing'),
                (2, ('replay', '-'), 'read twice'),
                (2, ('sim', 'run', *MACHINE, '--log', '-', WORK),
                 'standard output has the table'),
                (2, ('replay', self.log, '--policy', 'best'),
                 "--policy 'best', expected none, demotion, kernel"),
                (2, ('replay', self.log, '--policy', 'kernel:x=1'),
                 'expected NAME=VALUE'),
                (2, ('replay', self.log, '--option', 'cool=1'),
                 "--option 'cool' means nothing to kernel"),
                (3, ('replay', '/no/such.log'), '/no/such.log: No such file'),
                (3, ('replay', cli.DATA / 'traces' / 'redis.tmt'),
                 'does not begin with TIERMMLG'),
                (2, ('sim', 'compare', *MACHINE, '--policy', 'kernel,none',
                     '--log', 'x', WORK), 'one policy'),
                (3, ('sim', 'run', *MACHINE, '--log', '/no/such/x', WORK),
                 '/no/such/x: No such file')):
            self.assertIn(said, self.complaint(status, *words), words)


if __name__ == '__main__':
    cli.main()
