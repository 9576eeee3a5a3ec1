#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A long run: libFuzzer, then AFL++, each target for so many seconds in each.
#
#     tests/fuzz/long.sh [SECONDS]    3600 if not said
#
# AFL++ compiles the programs that replay kept inputs; it begins with the
# corpus that libFuzzer left, and writes to .build/afl/found.
set -euo pipefail

SECONDS_EACH=${1:-3600}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$ROOT/.build/afl
TARGETS=(layout_file log_file machine_file reclaim scenario_file sim_import sim_trace
	sim_workload synthetic sysfs_tree zones_file)

"$ROOT/tests/fuzz/run.sh" "$SECONDS_EACH"

cd "$ROOT"
CC=afl-clang-fast CXX=afl-clang-fast++ cmake -G Ninja -S . -B "$BUILD" \
	-DCMAKE_BUILD_TYPE=RelWithDebInfo -DTIERMM_EXAMPLES=OFF >/dev/null
cmake --build "$BUILD" -t "${TARGETS[@]/#/fuzz_}"

export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
export AFL_NO_UI=1 AFL_BENCH_UNTIL_CRASH=1
failed=0
for target in "${TARGETS[@]}"; do
	seeds=$BUILD/seeds/$target
	found=$BUILD/found/$target
	rm -rf "$seeds" "$found"
	mkdir -p "$seeds" "$found"
	cp "tests/data/fuzz/$target/"* "$seeds/"
	find "$ROOT/.build/fuzz/tests/fuzz/fuzz_$target.found" -type f \
		-size -6k -exec cp -t "$seeds" {} +
	echo "fuzz_$target under AFL++ for $SECONDS_EACH s"
	afl-fuzz -V "$SECONDS_EACH" -t 5000+ -i "$seeds" -o "$found" -- \
		"$BUILD/tests/fuzz/fuzz_$target" @@ >"$found/log" 2>&1 || failed=1
	crashes=$(find "$found" -path '*/crashes/id*' | wc -l)
	execs=$(awk '/^execs_done/ { print $3 }' "$found/default/fuzzer_stats")
	echo "fuzz_$target: $execs runs, $crashes crashes"
	[ "$crashes" = 0 ] || failed=1
done
exit $failed
