#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tiermm sim sweep with one process and with two: seconds, and their ratio.

    bench_sweep.py --program build/examples/cli/tiermm [--rounds N]

Each is run in turns, and the quickest of each counts; both files have to be
the same. One JSON line, as the other benchmarks print it.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

WORDS = ('--vary', 'F=1,2,4,8', '--vary', 'TH=0.7,0.8,0.9,0.99', '--policy',
         'static,kernel,histogram+defer', '--synthetic',
         'dram:1x{F}M cxl:1x64M',
         'zipf:pages=8K,theta={TH},count=1M,threads=4')


def seconds(program, path, jobs):
    path.unlink(missing_ok=True)
    begin = time.monotonic()
    subprocess.run([program, 'sim', 'sweep', '--output', path, '--jobs',
                    str(jobs), *WORDS], check=True, capture_output=True)
    return time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--program', required=True)
    parser.add_argument('--rounds', type=int, default=5)
    words = parser.parse_args()
    best = {1: float('inf'), 2: float('inf')}
    with tempfile.TemporaryDirectory() as place:
        paths = {jobs: pathlib.Path(place) / f'{jobs}.csv' for jobs in best}
        for _ in range(words.rounds):
            for jobs in best:
                best[jobs] = min(best[jobs],
                                 seconds(words.program, paths[jobs], jobs))
        if paths[1].read_bytes() != paths[2].read_bytes():
            sys.exit('the files differ')
    print(json.dumps({'benchmark': 'sweep', 'cpus': os.cpu_count(),
                      'seconds_1': round(best[1], 3),
                      'seconds_2': round(best[2], 3),
                      'ratio': round(best[1] / best[2], 3), 'goal': 1.8}))


if __name__ == '__main__':
    main()
