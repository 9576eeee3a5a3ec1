#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sort.tmt: sort of a text of 25000 lines.
#
#     tests/data/traces/make_sort.sh [TIERMM]
#
# Needs sort and valgrind.
set -euo pipefail

tiermm=$(realpath "${1:-tiermm}" 2>/dev/null || command -v "${1:-tiermm}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

awk 'BEGIN {
	for (i = 0; i < 25000; i++) {
		s = (s * 1103515245 + 12345) % 2147483648
		printf "%010d line %d of a text that is sorted\n", s, i
	}
}' > lines.txt

LC_ALL=C "$tiermm" trace record --output "$here/sort.tmt" \
	--name "sort, 25000 lines" --merge 1048576 --at-most 64 \
	-- sort --parallel=1 -S 64M -o sorted.txt lines.txt
