#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm sim: tables that fit, verdicts that hold, documents, plots and scenario
files."""
import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import cli

SCENARIOS = cli.DATA / 'scenarios'
MACHINE = ('--synthetic', 'dram:1x1M cxl:1x16M')
LINE = 'zipf:pages=2000,count=20K,threads=2'


class Sim(cli.Case):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)

    def compare(self, *words):
        return self.json('sim', 'compare', *MACHINE, *words)

    def test_the_table_fits_in_100_columns(self):
        text = self.text('sim', 'compare', *MACHINE, LINE)
        table = [line for line in text.splitlines()
                 if line.split(' ')[0] in ('policy', 'machine', 'workload') or
                 '+defer ' in line]
        self.assertGreaterEqual(len(table), 7)
        self.assertLessEqual(max(map(len, table)), 100)

    def test_the_verdict_is_the_least_mean(self):
        done = self.compare(LINE)
        means = {run['policy']: run['mean_ps'] for run in done['runs']}
        self.assertEqual(len(means), 11)
        ideal = means.pop('ideal')
        best = min(means.values())
        near = {name for name, mean in means.items()
                if mean - best <= best // 1000}
        self.assertEqual({done['best'], *done['equal']}, near)
        self.assertLessEqual(ideal, best)

    def test_what_moves_nothing_wins_among_equals(self):
        fits = ('--synthetic', 'dram:1x64M cxl:1x64M', LINE)
        done = self.json('sim', 'compare', *fits, '--policy',
                         'kernel,static,ideal')
        self.assertEqual((done['best'], done['equal']), ('static', ['kernel']))
        moved = {run['policy']: run['moved_bytes'] for run in done['runs']}
        self.assertEqual(moved, {'kernel': 0, 'static': 0, 'ideal': 0})
        text = self.text('sim', 'compare', *fits)
        self.assertIn('moving pages brings nothing here', text)
        self.assertIn('as quick as ideal', text)

    def test_csv_and_json_say_the_same(self):
        words = (*MACHINE, '--policy', 'none,demotion', LINE)
        rows = list(csv.DictReader(io.StringIO(
            self.text('sim', 'compare', '--csv', *words))))
        runs = self.json('sim', 'compare', *words)['runs']
        self.assertEqual(len(rows), 2)
        for row, run in zip(rows, runs):
            for key, value in row.items():
                self.assertEqual(value, str(run[key]), key)

    def test_a_series_adds_up_to_the_sums(self):
        done = self.compare('--policy', 'kernel', '--series', '20', LINE)
        run = done['runs'][0]
        at = run['series']['columns'].index('accesses')
        points = run['series']['points']
        self.assertGreater(len(points), 5)
        self.assertLessEqual(sum(point[at] for point in points),
                             run['accesses'])
        self.assertGreater(sum(point[at] for point in points),
                           0.9 * run['accesses'])

    def test_equal_words_give_equal_bytes(self):
        once = self.text('sim', 'compare', *MACHINE, '--json', LINE)
        for jobs in ('1', '2', '7'):
            self.assertEqual(once, self.text('sim', 'compare', *MACHINE,
                                             '--json', '--jobs', jobs, LINE))

    def test_a_verdict_says_beside_what(self):
        for names in ('kernel,histogram', 'none,kernel', 'static,kernel'):
            text = self.text('sim', 'compare', *MACHINE, '--policy', names,
                             LINE)
            first, second = names.split(',')
            self.assertRegex(text, fr'Best here: ({first}, .* {second}|'
                                   fr'{second}, .* {first})\.')

    def test_a_run_shows_its_nodes(self):
        text = self.text('sim', 'run', *MACHINE, '--check', LINE)
        self.assertIn('hint faults', text)
        self.assertRegex(text, r'\n    1 +\d+ +4096 ')

    def test_a_plot_is_drawn(self):
        if not shutil.which('gnuplot'):
            self.skipTest('no gnuplot here')
        path = self.place / 'p.svg'
        self.text('sim', 'compare', *MACHINE, '--plot', path, LINE)
        drawn = path.read_text()
        for name in ('histogram+defer', 'ideal', 'mean access time, ns'):
            self.assertIn(name, drawn)

    def test_without_gnuplot_the_package_is_named(self):
        self.assertIn('gnuplot-nox', self.complaint(
            3, 'sim', 'compare', *MACHINE, '--plot', self.place / 'p.svg',
            LINE, env={'PATH': '/nowhere'}))

    def test_a_bar_is_shown_on_a_terminal_only(self):
        ours, theirs = os.openpty()
        with subprocess.Popen(
                [self.program, 'sim', 'run', *MACHINE,
                 'zipf:pages=4000,count=1G'], stdout=subprocess.DEVNULL,
                stderr=theirs) as run:
            # Ours alone: one that dies ends the reading.
            os.close(theirs)
            shown = ''
            while 's left' not in shown and len(shown) < 1000:
                shown += os.read(ours, 100).decode()
            run.kill()
        os.close(ours)
        self.assertRegex(shown, r'kernel +\d+ %, \d+ s left')

    def test_what_is_wrong_is_told_once(self):
        for status, words, said in (
                (2, (), 'WORKLOAD or --scenario'),
                (2, ('--policy', 'best', LINE), "--policy 'best'"),
                (2, ('--cost', 'move', LINE), "--cost 'move'"),
                (2, ('--event', '5:melt:0:1', LINE), "--event '5:melt"),
                (2, (*MACHINE, '--event', '0:slow:9:200', LINE), 'node 9'),
                (2, ('--policy', 'kernel:cool=1', LINE), 'kernel has no cool'),
                (2, ('--policy', 'static:balance=1', LINE),
                 'static has no balance'),
                (2, ('--policy', 'kernel:guard-delay=0', LINE),
                 'expected 1 to 86400000 ms'),
                (2, ('--policy', 'kernel:pages=1', LINE), 'one of hot-thres'),
                (2, ('--policy', 'kernel,kernel', LINE), "'kernel' twice"),
                (2, ('--policy', 'a=b=kernel', LINE), "'b=kernel'"),
                (2, ('--policy', 'a"=kernel', LINE), 'or LABEL='),
                (2, ('--policy', 'kernel:strategy=manual', LINE),
                 'expected nearest, linux-6.12'),
                (2, ('--option', 'rate-limit', LINE), "--option 'rate-limit'"),
                (2, ('--option', 'hot-threshold=7', LINE), 'expected 8 to'),
                (2, ('--policy', 'static', '--option', 'cool=1', LINE),
                 'no policy here has it'),
                (2, ('--repeat', '0', LINE), "--repeat '0'"),
                (2, ('--json', '--csv', LINE), 'not both'),
                (3, (*MACHINE, 'zipf:size=1'),
                 "WORKLOAD 'zipf:size=1', column 6"),
                (3, (*MACHINE, '--plot', '/no/such.svg', LINE),
                 '--plot /no/such.svg: No such file'),
                (3, (*MACHINE, 'trace:/no/such.tmt'), '/no/such.tmt'),
                (3, ('--scenario', '/no/such.json'), '/no/such.json')):
            self.assertIn(said, self.complaint(status, 'sim', 'compare',
                                               *words))
        self.assertIn('several policies', self.complaint(
            2, 'sim', 'run', '--policy', 'none,static', LINE))
        self.assertIn("'sim walk'", self.complaint(2, 'sim', 'walk'))

    def test_options_reach_the_policy_that_has_them(self):
        plain, none, label, both = self.compare(
            '--scan', '5', '--policy',
            'kernel,kernel:rate-limit=1,x=kernel:rate-limit=1,'
            'kernel:guard=0:rate-limit=1', 'uniform:pages=4000,count=60K')[
                'runs']
        self.assertEqual([run['policy'] for run in (none, label, both)], [
            'kernel:rate-limit=1', 'x', 'kernel:guard=0:rate-limit=1'])
        self.assertEqual((plain['options'], none['options']),
                         ({}, {'rate-limit': '1'}))
        self.assertEqual(both['options'], {'rate-limit': '1', 'guard': '0'})
        self.assertLess(none['promoted'], plain['promoted'])
        self.assertEqual({**none, 'policy': 'x'}, label)

    def test_an_option_for_all_is_for_those_that_have_it(self):
        words = ('--scan', '20', LINE)
        runs = self.compare('--policy', 'static,kernel,histogram:guard=7',
                            '--option', 'rate-limit=1', '--option', 'guard=9',
                            *words)['runs']
        self.assertEqual([run['options'] for run in runs], [
            {}, {'rate-limit': '1', 'guard': '9'},
            {'rate-limit': '1', 'guard': '7'}])
        alone = self.compare('--policy', 'kernel:rate-limit=1:guard=9',
                             *words)['runs'][0]
        self.assertEqual({**alone, 'policy': 'kernel'}, runs[1])

    def test_a_long_name_has_a_line_of_its_own(self):
        text = self.text('sim', 'compare', *MACHINE, '--policy',
                         'static,kernel:rate-limit=1:guard=0', LINE)
        lines = text.splitlines()
        at = lines.index('kernel:rate-limit=1:guard=0')
        self.assertRegex(lines[at + 1], r'^ {15} +\d+\.\d\d ')
        self.assertLessEqual(max(map(len, lines)), 100)

    def mean(self, *words):
        done = self.json('sim', 'run', *MACHINE, '--policy', 'static', *words,
                         '--json', LINE)
        return done['runs'][0]['mean_ps']

    def test_a_slow_node_makes_the_run_slower(self):
        plain = self.mean()
        self.assertGreater(2 * self.mean('--event', '0:slow:0:300'),
                           3 * plain)
        self.assertEqual(self.mean('--event', '900000000:slow:0:300'), plain)

    def layout(self, text, name='new.layout'):
        path = self.place / name
        path.write_text(text)
        return path

    def test_a_layout_is_committed_in_the_middle(self):
        turned = self.layout('0-3839 1\n3840-4351 0\n')
        plain = self.mean()
        self.assertEqual(
            self.mean('--event', f'900000000:layout:{turned}'), plain)
        self.assertGreater(
            4 * self.mean('--event', f'0:layout:{turned}'), 5 * plain)
        runs = self.compare('--event', f'10:layout:{turned}', '--policy',
                            'static,kernel+defer', '--check', LINE)['runs']
        for run in runs:
            self.assertEqual(run['layout']['layouts'], 1)
            self.assertEqual(sum(node['capacity_pages']
                                 for node in run['nodes']), 4352)
            self.assertGreater(run['layout']['stray_accesses'], 0)
        self.assertEqual(runs[0]['layout']['moved_freed'], 0)
        text = self.text('sim', 'run', *MACHINE, '--event',
                         f'10:layout:{turned}', LINE)
        self.assertRegex(text, r'policy +layouts +moved free +when freed')

    def test_a_scenario_has_layouts_as_events(self):
        turned = self.layout('0-3839 1\n3840-4351 0\n')
        path = self.place / 'scenario.json'
        path.write_text(json.dumps({
            'name': 'turned', 'source': 'nobody', 'machine': MACHINE[1],
            'workload': LINE, 'policies': ['static'],
            'events': [{'ms': 10, 'what': 'layout', 'file': str(turned)}]}))
        once = self.json('sim', 'compare', '--scenario', path)['runs'][0]
        self.assertEqual(once['layout']['layouts'], 1)
        self.assertEqual(once, self.compare(
            '--policy', 'static', '--event', f'10:layout:{turned}',
            LINE)['runs'][0])

    def chapter(self, words):
        """mean, strays and share of accesses, by policy, as simulator.md
        has them."""
        runs = self.json(
            'sim', 'compare', '--policy', 'static,kernel,histogram', *words,
            '--synthetic', 'dram:1x4M cxl:1x32M',
            f'trace:{cli.DATA / "traces" / "redis.tmt"},threads=4')['runs']
        return {run['policy']: (
            f'{run["mean_ps"] / 1000:.2f}', *(
                (str(run['layout']['strays']),
                 f'{run["layout"]["stray_accesses"] * 100 / run["accesses"]:.2f}'
                 ' %') if 'layout' in run else ())) for run in runs}

    def test_the_chapter_has_the_numbers_of_its_layouts(self):
        text = (cli.ROOT / 'docs' / 'simulator.md').read_text()
        plain, grown, swapped = (
            self.chapter(('--event', f'10000:layout:{path}') if path else ())
            for path in (None, *(cli.DATA / 'layouts' / name
                                 for name in ('grow.txt', 'swap.txt'))))
        for policy, mean in plain.items():
            row = ' | '.join((f'| `{policy}`', *mean, *grown[policy],
                              *swapped[policy]))
            self.assertIn(row + ' |', text)

    def test_a_layout_that_is_none_is_refused(self):
        for status, event, said in (
                (2, '5:layout:', "layout ''"),
                (2, '5:layout:-', "layout '-'"),
                (3, '5:layout:/no/such', '/no/such'),
                (3, f'5:layout:{self.layout("0-9 x", "bad")}', 'bad:1:'),
                (3, f'5:layout:{self.layout("0-9 0")}', 'expected 0x10ff')):
            self.assertIn(said, self.complaint(
                status, 'sim', 'compare', *MACHINE, '--policy', 'static',
                '--event', event, LINE))

    def test_a_damaged_trace_is_no_breach(self):
        whole = (cli.DATA / 'traces' / 'sort.tmt').read_bytes()
        path = self.place / 'bad.tmt'
        at = len(whole) // 2
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        self.assertIn('chunk', self.complaint(
            3, 'sim', 'compare', *MACHINE, '--policy', 'static',
            f'trace:{path}'))


class Scenario(cli.Case):
    def test_every_scenario_has_its_numbers(self):
        files = sorted(SCENARIOS.glob('*.json'))
        self.assertGreaterEqual(len(files), 5)
        for path in files:
            with self.subTest(path.name):
                short = json.loads(path.read_text())
                line = short['workload'].rsplit('count=', 1)[0] + 'count=40K'
                done = self.json('sim', 'compare', '--scenario', path, line)
                self.assertEqual(done['scenario'], path.stem)
                self.assertEqual(len(done['published']),
                                 len(short['published']))
                for number in done['published']:
                    self.assertIn('published_percent', number)
                    self.assertIn(number['measure'], (
                        'rate', 'time', 'swap-reads', 'interrupts',
                        'shootdowns', 'promotion-rate'))
                self.assertIn(f'`{path.name}`', (
                    cli.ROOT / 'docs' / 'simulator.md').read_text())

    def test_published_and_simulated_stand_side_by_side(self):
        text = self.text('sim', 'compare', '--scenario',
                         SCENARIOS / 'xsbench.json', '--repeat', '2',
                         'xsbench:pages=8000,threads=16,count=100K')
        self.assertRegex(text, r'remote flushes received +kernel\+defer +'
                               r'kernel +-84\.9 % +[-+]\d+\.\d %')
        self.assertIn('old copies waited', text)
        self.assertIn('Why they differ: ', text)

    def test_the_command_line_has_its_way(self):
        done = self.json('sim', 'compare', '--scenario',
                         SCENARIOS / 'pmbench.json', '--policy', 'static',
                         '--repeat', '3', *MACHINE, 'scan:pages=100,count=9')
        self.assertEqual((done['machine'], done['workload'], done['repeat']),
                         (MACHINE[1], 'scan:pages=100,count=9', 3))
        self.assertEqual([run['policy'] for run in done['runs']], ['static'])

    def scenario(self, *words, **keys):
        """A short one, with these keys; the finished process."""
        short = {'name': 'n', 'machine': MACHINE[1], 'workload': LINE,
                 'policies': ['static'], **keys}
        with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
            json.dump(short, file)
            file.flush()
            return self.run_with('sim', 'compare', '--json', '--scenario',
                                 file.name, *words)

    def test_unknown_options_policies_and_events_are_refused(self):
        event = {'ms': 1, 'what': 'slow', 'node': 1, 'percent': 300}
        for key, value, said in (
                ('options', {'jobs': 1}, "'jobs'"),
                ('options', {'cost.walk': 1}, 'walk=1'),
                ('options', {'rate-limit': 1}, 'no policy here has it'),
                ('options', {'headroom': 10001}, "'headroom' is 10001"),
                ('policies', ['best'], "'best'"),
                ('policies', ['kernel:cool=1'], 'kernel has no cool'),
                ('events', [{**event, 'what': 'melt'}], "'melt'"),
                ('events', [{**event, 'node': 7}], 'node 7'),
                ('events', [{**event, 'percent': 1}], 'event of kind 1'),
                ('events', [{'ms': 1, 'what': 'slow', 'percent': 200}],
                 'without its node'),
                ('events', [{'ms': 1, 'what': 'cpu', 'node': 0, 'pages': 1}],
                 'has pages, expected a number of percent'),
                ('events', [{'ms': 1, 'what': 'add', 'node': 0}],
                 'has no amount, expected a number of pages')):
            done = self.scenario(**{key: value})
            self.assertIn(done.returncode, (1, 2, 3), value)
            self.assertIn(said, done.stderr)

    def test_events_of_a_file_are_those_of_the_command_line(self):
        def mean(done):
            self.assertEqual(done.returncode, 0, done.stderr)
            return json.loads(done.stdout)['runs'][0]['mean_ps']

        slow = {'ms': 0, 'what': 'slow', 'node': 0, 'percent': 300}
        more = {'ms': 3, 'what': 'slow', 'node': 1, 'percent': 200}
        words = ('--event', '3:slow:1:200')
        plain, one, both = (mean(self.scenario(events=events)) for events in
                            ([], [slow], [slow, more]))
        self.assertLess(plain, one)
        self.assertLess(one, both)
        self.assertEqual(mean(self.scenario('--event', '0:slow:0:300')), one)
        self.assertEqual(mean(self.scenario(*words, events=[slow])), both)

    def test_every_event_may_stand_in_a_file(self):
        done = self.scenario(policies=['kernel'], events=[
            {'ms': 1, 'what': 'cpu', 'node': 0, 'percent': 20},
            {'ms': 2, 'what': 'add', 'node': 0, 'pages': 64},
            {'ms': 3, 'what': 'remove', 'node': 0, 'pages': 32}])
        self.assertEqual(done.returncode, 0, done.stderr)
        nodes = json.loads(done.stdout)['runs'][0]['nodes']
        self.assertEqual(nodes[0]['capacity_pages'], 256 + 64 - 32)

    def test_options_stand_in_a_file_and_in_its_policies(self):
        done = self.scenario(policies=['kernel', 'x=kernel:rate-limit=7'],
                             options={'rate-limit': 5, 'headroom': 0})
        runs = json.loads(done.stdout)['runs']
        self.assertEqual([run['options'] for run in runs], [
            {'rate-limit': '5', 'headroom': '0'},
            {'rate-limit': '7', 'headroom': '0'}])

    def test_p5_latency_tells_itself_from_histogram_under_load(self):
        done = self.json(
            'sim', 'compare', '--scenario', SCENARIOS / 'contention.json',
            '--policy', 'histogram,latency',
            'hotset:pages=46000,hot=25%,share=90%,threads=64,init=1,count=2M')
        mean = {run['policy']: run['mean_ps'] for run in done['runs']}
        self.assertLess(mean['latency'], 0.98 * mean['histogram'])
        fast, slow = next(run['nodes'] for run in done['runs']
                          if run['policy'] == 'latency')
        self.assertLess(fast['loaded_ns'], 1.1 * slow['loaded_ns'])


if __name__ == '__main__':
    cli.main()
