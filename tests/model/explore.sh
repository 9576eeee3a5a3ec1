#!/bin/sh
# SPDX-License-Identifier: MIT
# Explore a SPIN model to the end (right), or one that something is left out
# of until SPIN has found what is wrong with it (wrong).
#
#     explore.sh MODEL DIRECTORY right|wrong [DEFINE...]
#
# Exit status: 0 as expected, 77 no SPIN, 1 anything else. Running out of
# depth or memory is no exploration to the end.
set -eu

model=$1
expected=$3
work=$2/$(basename "$model" .pml)
shift 3
defines=
for define in "$@"; do
	defines="$defines -D$define"
	work=$work.$define
done

if ! command -v spin >/dev/null; then
	echo "skipped: spin is not installed"
	exit 77
fi
rm -rf "$work"
mkdir -p "$work"
cd "$work"
# shellcheck disable=SC2086
spin -a $defines "$model"
${CC:-cc} -O2 -w -DSAFETY -DCOLLAPSE -DMEMLIM=3000 -o pan pan.c
./pan -n -m200000 >log 2>&1 || true
grep -E 'States=|errors:|states, stored|elapsed|assertion|invalid' log |
	tail -n 8

if grep -q -E 'max search depth too small|out of memory|VECTORSZ' log; then
	echo "not explored to the end"
	exit 1
fi
if [ "$expected" = right ]; then
	grep -q 'errors: 0' log || exit 1
	echo "explored to the end, no error"
else
	grep -q -E 'errors: [1-9]' log || exit 1
	grep -q 'assertion violated' log || exit 1
	echo "rejected, as it must be"
fi
rm -f pan pan.*
