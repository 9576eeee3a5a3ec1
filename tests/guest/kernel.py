#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Get a Linux 6.12 kernel to boot guests with; print its path.

Debian's own package from bookworm-backports, checked by apt against Debian's
key, fetched once into a cache directory with a private set of apt's lists:
the system's sources stay as they are. Exit status 77 says why there is none.
"""
import fcntl
import lzma
import pathlib
import subprocess
import sys

SOURCE = ('deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] '
          'http://deb.debian.org/debian bookworm-backports main\n')
META = 'linux-image-cloud-amd64'


class Missing(Exception):
    """No kernel, and why."""


def run(*command, cwd=None):
    try:
        done = subprocess.run(command, cwd=cwd, text=True, timeout=300,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error
    if done.returncode:
        raise Missing(f'{command[0]}: {done.stdout.strip()[-300:]}')
    return done.stdout


def private_apt(cache):
    """Options that keep apt out of the system's directories."""
    (cache / 'lists' / 'partial').mkdir(parents=True, exist_ok=True)
    (cache / 'apt' / 'archives' / 'partial').mkdir(parents=True,
                                                   exist_ok=True)
    (cache / 'sources.list').write_text(SOURCE)
    options = {'Dir::Etc::sourcelist': cache / 'sources.list',
               'Dir::Etc::sourceparts': '-',
               'Dir::State::lists': cache / 'lists',
               'Dir::Cache': cache / 'apt',
               'APT::Sandbox::User': 'root'}
    return [word for name, value in options.items()
            for word in ('-o', f'{name}={value}')]


def fetch(cache):
    options = private_apt(cache)
    run('apt-get', *options, '-q', 'update')
    depends = run('apt-cache', *options, 'depends', META)
    names = [line.split()[1] for line in depends.splitlines()
             if line.strip().startswith('Depends: linux-image-6.12')]
    if not names:
        raise Missing(f'{META} of bookworm-backports is not Linux 6.12')
    run('apt-get', *options, '-q', 'download', names[0], cwd=cache)
    packages = sorted(cache.glob('linux-image-6.12*.deb'))
    run('sh', '-c', f'dpkg-deb --fsys-tarfile "{packages[-1]}" | '
        f'tar -x -C "{cache}" --wildcards ./boot "*/virtio_mem.ko.xz"')
    packages[-1].unlink()


def module(cache, image):
    """Path of virtio_mem.ko for a kernel image that was fetched here."""
    cache = pathlib.Path(cache).resolve()
    release = image.name.removeprefix('vmlinuz-')
    packed = next(cache.glob(f'**/{release}/**/virtio_mem.ko.xz'), None)
    if not packed:
        # A cache from before modules were kept.
        fetch(cache)
        packed = next(cache.glob(f'**/{release}/**/virtio_mem.ko.xz'), None)
    if not packed:
        raise Missing(f'no virtio_mem.ko for {release}')
    out = cache / f'virtio_mem-{release}.ko'
    if not out.exists():
        out.write_bytes(lzma.decompress(packed.read_bytes()))
    return out


def kernel(cache):
    """Path of the kernel image; Missing where it cannot be had."""
    cache = pathlib.Path(cache).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / 'lock', 'w', encoding='ascii') as lock:
        # Tests run side by side; one of them fetches.
        fcntl.flock(lock, fcntl.LOCK_EX)
        images = sorted(cache.glob('boot/vmlinuz-6.12*'))
        if not images:
            fetch(cache)
            images = sorted(cache.glob('boot/vmlinuz-6.12*'))
    if not images:
        raise Missing('the kernel package holds no image')
    return images[-1]


if __name__ == '__main__':
    try:
        print(kernel(sys.argv[1]))
    except Missing as missing:
        print(f'SKIP: no guest kernel: {missing}')
        sys.exit(77)
