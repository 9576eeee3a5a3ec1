#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The long runs, label soak: ten minutes of random steps of the engine with
# random faults, under address and undefined-behaviour sanitizers; 10^9 reads
# beside deferred frees, optimised. An hour in all; tests/run.sh leaves them
# out. Installs nothing: run tests/run.sh --all first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

soak()
{
	cmake --preset "$1" > /dev/null
	cmake --build --preset "$1"
	ctest --test-dir ".build/$1" -L soak -R "$2" --output-on-failure
}

soak asan test_engine_random_long
soak release test_flush_stress_long
