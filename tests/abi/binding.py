#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A foreign language can load the library from its headers alone.

Every function that tiermm.h declares is found in the shared library through
cffi, and one is called.

Options: --cc COMPILER, --shared FILE.
"""
import re
import sys

import abi
from abi import lint


def version():
    text = (lint.ROOT / 'CMakeLists.txt').read_text()
    major, minor, patch = map(int, re.search(
        r'VERSION (\d+)\.(\d+)\.(\d+)', text).groups())
    return (major << 16) + (minor << 8) + patch


def main():
    ffi = abi.parse(['tiermm/tiermm.h'], lint.option('--cc', 'cc'))
    library = ffi.dlopen(lint.option('--shared'))
    names = [f.name for h in lint.public_headers(lint.ROOT)
             if h.parent.name != 'backends' for f in lint.functions(h)]
    missing = [name for name in names if not hasattr(library, name)]
    print(f'{len(names)} functions, missing: {missing}')
    right = library.tiermm_abi_version() == version()
    return 0 if names and not missing and right else 1


if __name__ == '__main__':
    sys.exit(main())
