#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""This machine's nodes, and where each one's cold pages go, with ctypes only.

    python3 read_machine.py

needs libtiermm.so.0 and libtiermm-linux.so.0 where the loader finds them
(LD_LIBRARY_PATH in a build tree). Every structure below is the one of the
header, field by field: all fields have a fixed width and there is no hidden
padding, so that ctypes needs no hints.
"""
import ctypes
import sys
from ctypes import POINTER, byref, c_char, c_char_p, c_int, c_int32, \
    c_uint32, c_uint64, c_void_p

NO_NODE = -1
ENOENT = 2
SKIPPED = 77
STATES = ('absent', 'no memory', 'online', 'going')
ONLINE = 2


class Access(ctypes.Structure):
    """struct tiermm_access"""
    _fields_ = [('read_latency_ns', c_uint32),
                ('write_latency_ns', c_uint32),
                ('read_bandwidth_mbps', c_uint32),
                ('write_bandwidth_mbps', c_uint32)]


class Node(ctypes.Structure):
    """struct tiermm_node"""
    _fields_ = [('id', c_int32), ('index', c_int32), ('state', c_uint32),
                ('type', c_uint32), ('cpus', c_uint32),
                ('initiator', c_int32), ('present_pages', c_uint64),
                ('access', Access), ('abstract_distance', c_int32),
                ('tier_id', c_int32),
                ('abstract_distance_source', c_uint32),
                ('present_source', c_uint32)]


class LinuxError(ctypes.Structure):
    """struct tiermm_linux_error"""
    _fields_ = [('size', c_uint32), ('flags', c_uint32),
                ('text', c_char * 504)]


class Library:
    """The few functions that this program calls, with their types."""

    def __init__(self):
        core = ctypes.CDLL('libtiermm.so.0')
        linux = ctypes.CDLL('libtiermm-linux.so.0')
        pointer = c_void_p
        self.strerror = self.bind(core, 'tiermm_strerror', c_char_p, c_int32)
        self.read = self.bind(linux, 'tiermm_linux_topology', c_int,
                              POINTER(pointer), pointer,
                              POINTER(LinuxError), pointer)
        self.unref = self.bind(core, 'tiermm_topology_unref', None, pointer)
        self.count = self.bind(core, 'tiermm_topology_node_count', c_uint32,
                               pointer)
        self.node_at = self.bind(core, 'tiermm_topology_node_at', c_int,
                                 pointer, c_uint32, POINTER(Node))
        self.page_bytes = self.bind(core, 'tiermm_topology_page_bytes',
                                    c_uint64, pointer)
        self.publish = self.bind(core, 'tiermm_demotion_create', c_int,
                                 POINTER(pointer), pointer, pointer, pointer,
                                 pointer, pointer)
        self.destroy = self.bind(core, 'tiermm_demotion_destroy', None,
                                 pointer)
        # One call for all nodes: a call costs more than a look-up.
        self.next_array = self.bind(core, 'tiermm_demotion_next_array', c_int,
                                    pointer, POINTER(c_int32), c_uint64,
                                    POINTER(c_int32))

    @staticmethod
    def bind(library, name, result, *arguments):
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
        return function

    def check(self, error, text=''):
        if error:
            raise OSError(-error, self.strerror(error).decode(), text)


def nodes_of(library, topology):
    nodes = []
    for index in range(library.count(topology)):
        node = Node()
        library.check(library.node_at(topology, index, byref(node)))
        nodes.append(node)
    return nodes


def targets_of(library, topology, nodes):
    demotion = c_void_p()
    library.check(library.publish(byref(demotion), topology, None, None,
                                  None, None))
    ids = (c_int32 * len(nodes))(*(node.id for node in nodes))
    targets = (c_int32 * len(nodes))()
    error = library.next_array(demotion, ids, len(nodes), targets)
    library.destroy(demotion)
    library.check(error)
    return list(targets)


def report(nodes, targets, page_bytes):
    for node, target in zip(nodes, targets):
        mib = node.present_pages * page_bytes >> 20
        goes = 'nowhere' if target == NO_NODE else f'node {target}'
        print(f'node {node.id}: {STATES[node.state]}, {node.cpus} CPUs, '
              f'{mib} MiB, tier {node.tier_id}, cold pages go to {goes}')


def is_sound(nodes, targets):
    """A target is a node with memory in a lower tier: a greater tier id."""
    by_id = {node.id: node for node in nodes}
    for node, target in zip(nodes, targets):
        if target != NO_NODE and by_id[target].tier_id <= node.tier_id:
            return False
    ascending = [node.id for node in nodes] == sorted(by_id)
    return ascending and any(node.state == ONLINE for node in nodes)


def main():
    library = Library()
    why = LinuxError(size=ctypes.sizeof(LinuxError))
    topology = c_void_p()
    error = library.read(byref(topology), None, byref(why), None)
    if error == -ENOENT:
        print('skipped: this kernel shows no nodes:', why.text.decode())
        return SKIPPED
    library.check(error, why.text.decode())
    nodes = nodes_of(library, topology)
    targets = targets_of(library, topology, nodes)
    report(nodes, targets, library.page_bytes(topology))
    library.unref(topology)
    return 0 if is_sound(nodes, targets) else 1


if __name__ == '__main__':
    sys.exit(main())
