#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Line and branch coverage of lib/ by the unit and property tests. Fails
# below 95 % of the lines or 90 % of the branches.
set -euo pipefail
LINES_LEAST=95
BRANCHES_LEAST=90
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/.build/coverage
cd "$ROOT"

cmake --preset coverage > /dev/null
cmake --build --preset coverage -j "$(nproc)"
find "$BUILD" -name '*.gcda' -delete
ctest --test-dir "$BUILD" -L '^(unit|property)$' -j "$(nproc)" \
	--output-on-failure ||
	echo "some tests failed; what they covered counts all the same"

# What the compiler made and cannot be reached is no branch, nor is the trap
# behind a broken invariant.
gcovr --root "$ROOT" --filter lib/ --object-directory "$BUILD" \
	--exclude-unreachable-branches \
	--exclude-branches-by-pattern '.*\bTIERMM_ASSERT\(.*' \
	--json-summary "$BUILD/coverage.json" --txt "$BUILD/coverage.txt" \
	"$BUILD"
cat "$BUILD/coverage.txt"

python3 - "$BUILD/coverage.json" "$LINES_LEAST" "$BRANCHES_LEAST" <<'END'
import json
import sys
with open(sys.argv[1], encoding='utf-8') as file:
    summary = json.load(file)
enough = True
for kind, least in (('line', sys.argv[2]), ('branch', sys.argv[3])):
    percent = summary[f'{kind}_percent']
    plural = {'line': 'lines', 'branch': 'branches'}[kind]
    print(f'{plural}: {percent} % of {summary[f"{kind}_total"]}, '
          f'at least {least} %')
    enough = enough and percent >= float(least)
sys.exit(0 if enough else 1)
END
