#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The man page, the completion and docs/cli.md list exactly the options.

What the program has is what its own --help says.
"""
import re
import subprocess
import unittest

import cli

COMMANDS = ('topology', 'graph', 'doctor', 'attach', 'run', 'replay')
ZONES = ('zones show', 'zones plan', 'zones replay', 'zones apply')
LAYOUT = ('layout show', 'layout check', 'layout diff', 'layout stripe',
          'layout block', 'layout simulate')
SIM = ('sim run', 'sim compare', 'sim sweep')
TRACE = ('trace record', 'trace import', 'trace info')
NO_MACHINE = ('zones plan', 'zones replay') + LAYOUT[1:5] + TRACE
ALL = COMMANDS + ZONES + LAYOUT + SIM + TRACE
LONG = re.compile(r'--[a-z][a-z-]+')


def options_of(help_text):
    """Long options at the beginning of a line of help."""
    return {match.group(1) for match in
            re.finditer(r'^  (?:-\w, )?(--[a-z-]+)', help_text, re.M)}


class Documents(cli.Case):
    def expected(self, command):
        options = options_of(self.text(*command.split(), '--help'))
        self.assertGreater(len(options), 2)
        return options

    def everything(self):
        words = options_of(self.text('--help'))
        return words.union(*(self.expected(c) for c in ALL))

    def test_the_man_page_has_an_entry_for_each_option_and_no_other(self):
        page = (cli.CLI / 'tiermm.1').read_text()
        entries = set()
        for line in re.findall(r'^\.TP\n(.*)$', page, re.M):
            entries |= set(LONG.findall(line.replace('\\-', '-')))
        self.assertEqual(entries, self.everything())

    def test_each_command_has_its_entries_in_its_section(self):
        page = (cli.CLI / 'tiermm.1').read_text().replace('\\-', '-')
        machine = page.split('.SH MACHINE')[1].split('.SH EXIT')[0]
        for command in ALL:
            section = re.search(rf'^\.SS {command}$(.*?)^\.S[SH]', page,
                                re.S | re.M).group(1)
            entries = set()
            if command in NO_MACHINE:
                entries.add('--help')
            else:
                section += machine
            for line in re.findall(r'^\.TP\n(.*)$', section, re.M):
                entries |= set(LONG.findall(line))
            self.assertEqual(entries - {'--version'}, self.expected(command))

    def test_the_man_page_has_no_mistakes_that_a_formatter_sees(self):
        try:
            done = subprocess.run(
                ['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z',
                 cli.CLI / 'tiermm.1'], text=True, capture_output=True,
                timeout=cli.SECONDS)
        except FileNotFoundError:
            self.skipTest('no man here')
        if done.returncode == 127 or 'minimized' in done.stdout:
            self.skipTest('man does not work here')
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def complete(self, *words):
        """What bash would offer for the last word."""
        line = ' '.join(f"'{word}'" for word in words)
        script = f'source {cli.CLI}/tiermm.bash; COMP_WORDS=({line}); ' \
                 f'COMP_CWORD={len(words) - 1}; _tiermm; ' \
                 'printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(['bash', '-c', script], text=True,
                              capture_output=True, timeout=cli.SECONDS)
        self.assertEqual(done.stderr, '')
        return set(done.stdout.split())

    def test_the_completion_offers_each_option_and_no_other(self):
        for command in ALL:
            self.assertEqual(self.complete('tiermm', *command.split(), '--'),
                             self.expected(command))

    def test_the_completion_offers_the_commands(self):
        offered = self.complete('tiermm', '')
        self.assertEqual({word for word in offered if word[0] != '-'},
                         {*COMMANDS, 'zones', 'layout', 'sim', 'trace', 'help'})
        self.assertEqual({word for word in offered if word[0] == '-'},
                         options_of(self.text('--help')))

    def test_the_completion_offers_values_that_the_program_takes(self):
        line = 'dram:1x1G'
        for option, command in (('--strategy', 'graph'), ('--load', 'graph'),
                                ('--format', 'topology')):
            offered = self.complete('tiermm', command, option, '')
            self.assertTrue(offered)
            for value in offered - {'manual'}:
                self.text(command, '--synthetic', line, option, value)

    def test_the_completion_tells_the_policies_of_two_commands_apart(self):
        self.assertEqual(self.complete('tiermm', 'run', '--policy', ''),
                         {'kernel', 'histogram', 'latency'})
        self.assertEqual(self.complete('tiermm', 'sim', 'run', '--policy', ''),
                         {'none', 'static', 'demotion', 'kernel', 'histogram',
                          'latency', 'ideal'})
        self.assertEqual(self.complete('tiermm', 'replay', '--policy', ''),
                         {'none', 'demotion', 'kernel', 'histogram',
                          'latency'})

    def test_the_page_about_the_command_names_each_option(self):
        page = (cli.ROOT / 'docs' / 'cli.md').read_text()
        self.assertEqual(set(LONG.findall(page)) & self.everything(),
                         self.everything())


if __name__ == '__main__':
    cli.main()
