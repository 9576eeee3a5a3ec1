#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# compiler.tmt: GCC's compiler proper on one C file.
#
#     tests/data/traces/make_compiler.sh [TIERMM]
#
# Needs gcc and valgrind. A file of four functions that call the C library is
# written and preprocessed; cc1 then compiles it with -O1 under valgrind.
set -euo pipefail

tiermm=$(realpath "${1:-tiermm}" 2>/dev/null || command -v "${1:-tiermm}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

awk 'BEGIN {
	print "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>"
	for (i = 0; i < 4; i++)
		printf "int f%d(const char *s, int n)\n{\n\tint t = %d;\n" \
			"\tfor (int i = 0; i < n; i++)\n\t\tt = t * 31 + " \
			"s[i %% %d] / (1 + (n & %d));\n\tif (t & 1)\n" \
			"\t\tprintf(\"%%d %%s\\n\", t, s);\n\treturn t + " \
			"(int)strlen(s);\n}\n", i, i, i + 2, i
}' > work.c
gcc -E work.c > work.i

"$tiermm" trace record --output "$here/compiler.tmt" \
	--name "GCC's cc1, one C file" --merge 1048576 --at-most 64 \
	-- "$(gcc -print-prog-name=cc1)" -quiet -O1 work.i -o work.s
