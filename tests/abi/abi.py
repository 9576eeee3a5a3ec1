# SPDX-License-Identifier: MIT
"""What the ABI tests share: the public headers as a C parser sees them."""
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'lint'))
import lint  # noqa: E402  (found through the line above)

INCLUDE = lint.ROOT / 'include'


def preprocessed(headers, cc):
    """The headers' own declarations, without attributes or system types."""
    with tempfile.TemporaryDirectory() as place:
        empty = pathlib.Path(place)
        for name in ('stdint.h', 'stddef.h'):
            (empty / name).write_text('')
        text = ''.join(f'#include <{name}>\n' for name in headers)
        (empty / 'all.h').write_text(text)
        code = lint.run(cc, '-E', '-P', '-x', 'c', '-std=c99', '-nostdinc',
                        '-D__attribute__(x)=', f'-I{INCLUDE}', f'-I{empty}',
                        empty / 'all.h')
    return re.sub(r'static inline[^{;]*\{.*?\n\}', '', code, flags=re.S)


def backend_headers():
    return sorted(f'tiermm/backends/{path.name}'
                  for path in (INCLUDE / 'tiermm' / 'backends').glob('*.h'))


def all_headers():
    return ['tiermm/tiermm.h', *backend_headers()]


def parse(headers, cc):
    """A cffi object that knows the headers' types and functions."""
    try:
        import cffi
    except ImportError:
        lint.skip('python3-cffi is not installed')
    ffi = cffi.FFI()
    ffi.cdef(preprocessed(headers, cc))
    return ffi
