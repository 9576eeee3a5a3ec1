#!/bin/sh
# SPDX-License-Identifier: MIT
# Record the ABI that the tests compare with, from a finished build:
#   tests/abi/record.sh BUILD-DIR
# Do it when a change to the interface is meant, and say so in docs/NEWS.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
build=${1:?usage: record.sh BUILD-DIR}

pairs=
for file in "$build"/lib/libtiermm.so "$build"/backends/*/libtiermm-*.so; do
	[ -e "$file" ] || continue
	name=$(basename "$file" .so)
	library=${name#lib}
	library=${library#tiermm-}
	pairs="$pairs $library=$file"
	abidw --headers-dir "$root/include" --drop-private-types \
		--drop-undefined-syms --no-show-locs --no-corpus-path \
		--no-comp-dir-path --no-elf-needed --type-id-style hash \
		"$file" | sed "s#path='$root/#path='#" > "$here/$name.abi"
	echo "$name.abi: $(wc -l < "$here/$name.abi") lines"
done
# Word splitting is wanted: one argument for each library.
# shellcheck disable=SC2086
python3 -B "$here/symbols.py" --record $pairs
python3 -B "$here/layout.py" --record
