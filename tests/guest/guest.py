#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Boot a guest that runs one statically linked program, and return what it
printed. The guest is a kernel, an initrd with a few files and nothing else:

    text, status = guest.run(kernel, init, program, ['-numa', ...])

QEMU emulates (TCG), so no privilege and no device is needed; times mean
nothing.
"""
import io
import pathlib
import re
import shutil
import subprocess
import tempfile

QEMU = 'qemu-system-x86_64'
# QEMU 7.2 now and then corrupts flags in its cmpxchg16b; kernels do without.
CPU = 'max,-cx16'
COMMAND_LINE = 'console=ttyS0 panic=-1 quiet loglevel=3'
ENDED = re.compile(r'=== guest: exit (\d+) ===')


def missing():
    """Why no guest can be booted here, or None."""
    return None if shutil.which(QEMU) else f'no {QEMU}'


def entry(name, mode, data, major=0, minor=0):
    """One file of a cpio archive of the "newc" kind."""
    name = name.encode() + b'\0'
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name), 0]
    out = b'070701' + b''.join(b'%08X' % field for field in fields) + name
    out += b'\0' * (-len(out) % 4) + data
    return out + b'\0' * (-len(out) % 4)


def initrd(files):
    out = io.BytesIO()
    out.write(entry('dev', 0o040755, b''))
    # The first process's output, before anything is mounted.
    out.write(entry('dev/console', 0o020600, b'', 5, 1))
    for folder in sorted({str(parent) for name in files
                          for parent in pathlib.PurePath(name).parents}):
        if folder != '.':
            out.write(entry(folder, 0o040755, b''))
    for name, path in files.items():
        with open(path, 'rb') as file:
            out.write(entry(name, 0o100755, file.read()))
    out.write(entry('TRAILER!!!', 0, b''))
    return out.getvalue()


def run(kernel, init, program, arguments, command_line='', timeout=90,
        more=None):
    """Everything on the console, and the program's exit status (None: the
    guest did not come to its end); more files for the guest by their names
    there."""
    with tempfile.NamedTemporaryFile(suffix='.cpio') as archive:
        archive.write(initrd({'init': init, 'test': program, **(more or {})}))
        archive.flush()
        command = [QEMU, '-nodefaults', '-display', 'none', '-no-reboot',
                   '-accel', 'tcg', '-cpu', CPU, '-serial', 'stdio',
                   '-kernel', str(kernel), '-initrd', archive.name,
                   '-append', f'{COMMAND_LINE} {command_line}', *arguments]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=timeout)
            text = done.stdout
        except subprocess.TimeoutExpired as error:
            text = error.stdout or b''
    text = text.decode(errors='replace').replace('\r', '')
    ended = ENDED.search(text)
    return text, int(ended.group(1)) if ended else None


def tiers_and_dimm(sizes, speeds, plugged):
    """QEMU's arguments: nodes 0 and 1 with a CPU each, others near one of
    them, and node 3, whose memory of that many MiB is a DIMM. Speeds are
    (ns, MB/s) a node, as its CPUs see it.
    """
    out = ['-machine', 'q35,hmat=on',
           '-m', f'{sum(sizes)}M,slots=2,maxmem=4G',
           '-smp', '2,sockets=2,cores=1']
    for node, size in enumerate(sizes):
        out += ['-object', f'memory-backend-ram,id=m{node},size={size}M',
                '-numa', f'node,nodeid={node},memdev=m{node},'
                f'initiator={node % 2}']
    out += ['-numa', 'node,nodeid=3,initiator=1',
            '-numa', 'cpu,node-id=0,socket-id=0',
            '-numa', 'cpu,node-id=1,socket-id=1']
    for node, (latency, bandwidth) in enumerate(speeds):
        pair = f'hmat-lb,initiator={node % 2},target={node},hierarchy=memory'
        out += ['-numa', f'{pair},data-type=access-latency,latency={latency}',
                '-numa', f'{pair},data-type=access-bandwidth,'
                f'bandwidth={bandwidth}M']
    return out + ['-object', f'memory-backend-ram,id=d,size={plugged}M',
                  '-device', 'pc-dimm,memdev=d,node=3']
