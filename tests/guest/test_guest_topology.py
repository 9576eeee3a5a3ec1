#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The linux backend inside real kernels: what it reads and what it makes of it
against the files and the log of that same kernel (B1, D2, D3).

    test_guest_topology.py MACHINE --init I --program P --cache DIR
"""
import argparse
import json
import re
import sys

import guest
import kernel as kernels

DRAM = (100, 100000)
HBM = (100, 400000)
SLOW = (150, 80000)
CXL = (250, 30000)


class Machine:
    """Nodes of a QEMU machine: (MiB, CPUs, initiator, (ns, MB/s))."""

    def __init__(self, nodes, distance=None, dimm=None):
        self.nodes = nodes
        self.distance = distance
        self.dimm = dimm    # (MiB, node): plugged in while it boots

    def memory(self):
        total = sum(node[0] for node in self.nodes)
        return ['-m', f'{total}M,slots=2,maxmem=4G' if self.dimm
                else f'{total}M']

    def numa(self):
        first = 0
        for number, (size, cpus, initiator, _) in enumerate(self.nodes):
            words = f'node,nodeid={number},initiator={initiator}'
            if size:
                yield f'{words},memdev=m{number}'
            else:
                yield words
            for cpu in range(first, first + cpus):
                yield f'cpu,node-id={number},socket-id={cpu}'
            first += cpus

    def distances(self):
        for src, row in enumerate(self.distance or ()):
            for dst, value in enumerate(row):
                yield f'dist,src={src},dst={dst},val={value}'

    def speeds(self):
        for number, (_, _, initiator, speed) in enumerate(self.nodes):
            pair = f'hmat-lb,initiator={initiator},target={number},' \
                   'hierarchy=memory'
            yield f'{pair},data-type=access-latency,latency={speed[0]}'
            yield f'{pair},data-type=access-bandwidth,bandwidth={speed[1]}M'

    def arguments(self):
        cpus = sum(node[1] for node in self.nodes)
        out = ['-machine', 'q35,hmat=on', *self.memory(),
               '-smp', f'{cpus},sockets={cpus},cores=1']
        for number, node in enumerate(self.nodes):
            if node[0]:
                out += ['-object', f'memory-backend-ram,id=m{number},'
                        f'size={node[0]}M']
        for words in (*self.numa(), *self.distances(), *self.speeds()):
            out += ['-numa', words]
        if self.dimm:
            out += ['-object', f'memory-backend-ram,id=d,size={self.dimm[0]}M',
                    '-device', f'pc-dimm,memdev=d,node={self.dimm[1]}']
        return out


MACHINES = {
    'three_tiers': Machine(
        [(256, 1, 0, DRAM), (128, 0, 0, SLOW), (128, 0, 0, CXL)],
        [[10, 20, 40], [20, 10, 15], [40, 15, 10]]),
    'two_sockets': Machine(
        [(256, 1, 0, DRAM), (128, 1, 1, DRAM), (128, 0, 0, CXL),
         (128, 0, 1, CXL)],
        [[10, 20, 30, 40], [21, 10, 40, 30], [30, 41, 10, 40],
         [40, 30, 42, 10]]),
    'hbm_first': Machine(
        [(256, 1, 0, DRAM), (128, 0, 0, HBM), (128, 0, 0, CXL),
         (128, 0, 0, SLOW)],
        [[10, 15, 25, 20], [15, 10, 30, 30], [25, 30, 10, 30],
         [20, 30, 30, 10]]),
    'hot_plug': Machine(
        [(256, 1, 0, DRAM), (128, 0, 0, CXL), (0, 0, 0, CXL)],
        [[10, 30, 20], [30, 10, 20], [20, 20, 10]], dimm=(128, 2)),
}


def parse_list(text):
    """A kernel's list, "0-2,5", as a set."""
    out = set()
    for part in filter(None, text.strip().split(',')):
        first, _, last = part.partition('-')
        out |= set(range(int(first), int(last or first) + 1))
    return out


class State:
    """One state of the guest: the kernel's files and log, and ours."""

    def __init__(self, name):
        self.name = name
        self.files = {}
        self.log = []
        self.ours = {}

    def node_file(self, node, name):
        return self.files.get(f'/sys/devices/system/node/node{node}/{name}')

    def node_set(self, name):
        return parse_list(self.files[f'/sys/devices/system/node/{name}'])

    def tiers(self):
        """Tier of each node, as the kernel's files say."""
        out = {}
        for path, text in self.files.items():
            match = re.search(r'/memory_tier(\d+)/nodelist$', path)
            for node in parse_list(text) if match else ():
                out[node] = int(match.group(1))
        return out

    def targets(self):
        """{node: (preferred, fallback)} as last logged for each node."""
        out = {}
        for line in self.log:
            match = re.match(r'Demotion targets for Node (\d+): (.*)', line)
            sets = re.match(r'preferred: ([\d,-]*), fallback: ([\d,-]*)',
                            match.group(2))
            out[int(match.group(1))] = tuple(
                parse_list(text) for text in sets.groups()) if sets \
                else (set(), set())
        return out


def parse(text):
    """(states, events and questions in order) of a guest's console."""
    states, events = [], []
    for line in text.splitlines():
        kind, _, rest = line.partition(' ')
        if kind == 'STATE':
            states.append(State(rest))
        elif kind == 'FILE':
            path, _, content = rest.partition(' ')
            states[-1].files[path] = content
        elif kind == 'LOG':
            states[-1].log.append(rest)
        elif kind == 'OURS':
            name, _, content = rest.partition(' ')
            states[-1].ours[name] = {node['id']: node
                                     for node in json.loads(content)}
        elif kind in ('EVENT', 'ASKED'):
            events.append((kind, *rest.split()))
        elif kind == 'FAILED':
            raise AssertionError(line)
    return states, events


def equal(what, ours, theirs):
    assert ours == theirs, f'{what}: ours {ours}, the kernel {theirs}'


def check_node(state, node):
    """What was read of a node against the kernel's files."""
    number, where = node['id'], f'{state.name}: node {node["id"]}'
    online = state.node_set('online')
    has_memory = state.node_set('has_memory')
    equal(f'{where} state', node['state'],
          0 if number not in online else 2 if number in has_memory else 1)
    if number not in online:
        return
    equal(f'{where} CPUs', node['cpus'],
          len(parse_list(state.node_file(number, 'cpulist'))))
    kib = int(state.node_file(number, 'meminfo').split()[-2])
    equal(f'{where} pages', node['pages'],
          kib // 4 if number in has_memory else 0)
    row = dict(zip(sorted(online), map(int, state.node_file(
        number, 'distance').split())))
    for other, distance, source in node['distance']:
        if other in online:
            equal(f'{where} to {other}', (distance, source),
                  (row[other], 3))
        else:
            equal(f'{where} to {other}: source', source, 1)
    latency = state.node_file(number, 'access1/initiators/read_latency')
    equal(f'{where} latency', node['latency'], int(latency or 0))


def check_state(state, same_speeds):
    tiers, targets = state.tiers(), state.targets()
    assert tiers and targets, f'{state.name}: the kernel said nothing'
    for name, nodes in state.ours.items():
        if name == 'speeds' and not same_speeds:
            continue
        where = f'{state.name}, {name}'
        equal(f'{where}: possible', set(nodes), state.node_set('possible'))
        for node in nodes.values():
            check_node(state, node)
        equal(f'{where}: tiers', {number: node['tier'] for number, node
                                  in nodes.items() if node['tier'] >= 0},
              tiers)
        for number in tiers:
            node = nodes[number]
            equal(f'{where}: targets of {number}',
                  (parse_list(node['preferred']), parse_list(node['fallback'])),
                  targets[number])


def check_events(events):
    """What was asked of a block is what was told, in order."""
    asked = [(word, block) for kind, word, block, *_ in events
             if kind == 'ASKED']
    told = [({'5': 'online', '6': 'offline'}[kind], block)
            for mark, kind, block, _ in events
            if mark == 'EVENT' and kind in ('5', '6')]
    equal('events', told, asked)
    numbers = [int(event[3]) for event in events if event[0] == 'EVENT']
    assert numbers == sorted(numbers) and all(numbers), numbers


def check(name, text, status):
    assert status == 0, f'the guest ended with {status}'
    states, events = parse(text)
    hot_plug = MACHINES[name].dimm is not None
    equal('states', [state.name for state in states],
          ['start', 'offline', 'online'] if hot_plug else ['start'])
    for state in states:
        # What a hot-plugged node gets at run time is the kernel's to tell.
        check_state(state, same_speeds=not hot_plug)
    check_events(events)
    if hot_plug:
        assert 2 in states[0].tiers() and 2 not in states[1].tiers()
    return len(states)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('machine', choices=sorted(MACHINES))
    parser.add_argument('--init', required=True)
    parser.add_argument('--program', required=True)
    parser.add_argument('--cache', required=True)
    parser.add_argument('--show', action='store_true')
    arguments = parser.parse_args()
    reason = guest.missing()
    try:
        image = None if reason else kernels.kernel(arguments.cache)
    except kernels.Missing as missing:
        reason = f'no guest kernel: {missing}'
    if reason:
        print(f'SKIP: {reason}')
        return 77
    text, status = guest.run(
        image, arguments.init, arguments.program,
        MACHINES[arguments.machine].arguments(),
        command_line='memhp_default_state=online_movable')
    if arguments.show:
        print(text)
    try:
        states = check(arguments.machine, text, status)
    except (AssertionError, KeyError, ValueError) as error:
        print(f'{text}\nFAILED: {error!r}')
        return 1
    print(f'{arguments.machine}: {states} states agree with {image.name}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
