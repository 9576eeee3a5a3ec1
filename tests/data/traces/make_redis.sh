#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# redis.tmt: a Redis server under a skewed load of a cache's kind.
#
#     tests/data/traces/make_redis.sh [TIERMM]
#
# Needs redis-server, python3 and valgrind. The server runs under valgrind; a
# client fills in 4000 values of 1000 bytes, then reads nine of ten times and
# writes one, by Zipf's law with theta 0.99, 8000 times in pipelines of 16.
set -euo pipefail

tiermm=$(realpath "${1:-tiermm}" 2>/dev/null || command -v "${1:-tiermm}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > client.py <<'PYTHON'
import bisect, itertools, random, socket, time
KEYS, REQUESTS, DEPTH, BYTES = 4000, 8000, 16, 1000
draw = random.Random(1)
sums = list(itertools.accumulate((r + 1) ** -0.99 for r in range(KEYS)))
ranks = list(range(KEYS))
draw.shuffle(ranks)


def command(*words):
    return b'*%d\r\n' % len(words) + b''.join(
        b'$%d\r\n%b\r\n' % (len(word), word) for word in words)


def set_key(key):
    return command(b'SET', b'key:%06d' % key, bytes([65 + key % 26]) * BYTES)


def request():
    key = ranks[bisect.bisect(sums, draw.random() * sums[-1])]
    if draw.random() < 0.1:
        return set_key(key)
    return command(b'GET', b'key:%06d' % key)


def answers(stream, n):
    for _ in range(n):
        line = stream.readline()
        if line[:1] == b'$':
            stream.read(int(line[1:]) + 2)


server = socket.socket(socket.AF_UNIX)
for _ in range(600):
    try:
        server.connect('redis.sock')
        break
    except OSError:
        time.sleep(0.1)
stream = server.makefile('rb')
for first in range(0, KEYS, DEPTH):
    keys = range(first, min(first + DEPTH, KEYS))
    server.sendall(b''.join(map(set_key, keys)))
    answers(stream, len(keys))
for _ in range(REQUESTS // DEPTH):
    server.sendall(b''.join(request() for _ in range(DEPTH)))
    answers(stream, DEPTH)
server.sendall(command(b'SHUTDOWN', b'NOSAVE'))
PYTHON

python3 client.py &
"$tiermm" trace record --output "$here/redis.tmt" \
	--name "Redis, skewed reads and writes" --merge 1048576 --at-most 64 \
	-- redis-server --port 0 --unixsocket redis.sock --save '' \
	--appendonly no --activerehashing no --hz 1 > /dev/null
wait
