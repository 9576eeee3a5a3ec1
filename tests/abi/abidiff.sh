#!/bin/sh
# SPDX-License-Identifier: MIT
# Compare a built library with its recorded ABI:
#   abidiff.sh LIBRARY.so INCLUDE-DIR
# Symbols may be added; nothing that was there may go, change type or layout.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library=$1 include=$2
baseline=$here/$(basename "$library" | sed 's/\.so.*//').abi

if ! command -v abidiff > /dev/null; then
	echo "SKIP: abidiff is not installed (abigail-tools)"
	exit 77
fi
if [ ! -e "$baseline" ]; then
	echo "no $baseline: run tests/abi/record.sh"
	exit 1
fi
exec abidiff --no-added-syms --drop-private-types --headers-dir2 "$include" \
	"$baseline" "$library"
