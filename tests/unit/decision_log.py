# SPDX-License-Identifier: MIT
"""Decision logs as docs/log-files.md describes them, made by hand: tests of
what no engine writes."""
import json
import struct

STEP, FOLIO, ALLOWED, SAMPLE, ROOM, EVENT, TRY, FINAL = range(1, 9)
DEMOTE, BALANCE, SAMPLES, PROMOTE = range(1, 5)
EVERY_WORD = struct.pack('<H', 0xffff)
MOST = 65536 // 66


def checksum(data):
    """FNV-1a in 64 bits."""
    total = 0xcbf29ce484222325
    for byte in data:
        total = (total ^ byte) * 0x100000001b3 % 2**64
    return total


def record(number, kind, time=0, page=0, value=(0, 0), flags=0, start=-1,
           target=-1, reason=0, verdict=0, detail=0):
    return struct.pack('<QQQQQIIiiIHH', number, time, page, *value, kind, flags,
                       start, target, reason, verdict, detail)


def sealed(head):
    return head + struct.pack('<Q', checksum(head))


def chunk(kind, records, before, more=b''):
    """A chunk with the right checksums, and perhaps more than its records."""
    payload = b''.join(EVERY_WORD + each for each in records) + more
    return sealed(struct.pack('<4sIIIQQ', b'TMLC', kind, len(payload),
                              len(records), before,
                              checksum(payload))) + payload


def header(**head):
    about = json.dumps(head).encode()
    return sealed(struct.pack('<8sIIIIQ24x', b'TIERMMLG', 1, 64, len(about), 0,
                              checksum(about))) + about


def log(records, **head):
    """The bytes of a whole log."""
    out = [header(**head)]
    for at in range(0, len(records), MOST):
        out.append(chunk(1, records[at:at + MOST], at))
    return b''.join(out) + chunk(2, [], len(records))
