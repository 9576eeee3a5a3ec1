#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzz each target with libFuzzer and sanitizers, from the kept inputs.
#
#     tests/fuzz/run.sh [SECONDS]     seconds for each target; 20 if not said
#
# Builds below .build/fuzz. What is found stays in .build/fuzz/tests/fuzz:
# NAME.found holds inputs that reach new code, NAME.crash those that break a
# promise; the latter belong into tests/data/regressions, with a fix.
set -euo pipefail

SECONDS_EACH=${1:-20}
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=$ROOT/.build/fuzz
TARGETS=(log_file machine_file sim_import sim_trace sim_workload synthetic sysfs_tree)

cd "$ROOT"
cmake --preset fuzz >/dev/null
cmake --build "$BUILD" -t "${TARGETS[@]/#/fuzz_}"

failed=0
for target in "${TARGETS[@]}"; do
	found=$BUILD/tests/fuzz/fuzz_$target.found
	crash=$BUILD/tests/fuzz/fuzz_$target.crash
	mkdir -p "$found" "$crash"
	echo "fuzz_$target for $SECONDS_EACH s"
	"$BUILD/tests/fuzz/fuzz_$target" -max_total_time="$SECONDS_EACH" \
		-max_len=6000 -timeout=20 -print_final_stats=1 \
		-verbosity=0 -artifact_prefix="$crash/" "$found" \
		"tests/data/fuzz/$target" "tests/data/regressions/$target" ||
		failed=1
done
exit $failed
