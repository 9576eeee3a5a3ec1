#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Build libtiermm and run its tests. The last line totals every run:
#   N passed, N failed, N skipped
# A skip is no pass, and says why in the log. Exits 1 if anything failed.
set -euo pipefail

usage()
{
	cat <<-'END'
	usage: tests/run.sh [--all] [--no-install] [-h]
	  (nothing)     gcc: unit, property, examples, lint, abi
	  --all         also: release build, clang, sanitizers, freestanding,
	                model checking, guests, fuzzing (60 s), docs, coverage
	  --no-install  do not install missing packages
	Builds below .build/ in the source tree; docs/testing.md says more.
	END
}

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
LOGS=$ROOT/.build/logs
JOBS=${JOBS:-$(nproc)}
FUZZ_SECONDS=60

BASIC_PACKAGES=(build-essential cmake ninja-build pkg-config python3
	python3-cffi libcmocka-dev libjansson-dev libnuma-dev clang-format
	abigail-tools valgrind)
ALL_PACKAGES=(clang llvm libclang-rt-14-dev spin doxygen gcovr
	libhwloc-dev liburcu-dev libck-dev libglib2.0-dev qemu-system-x86
	gnuplot-nox libopenmpi-dev openmpi-bin redis-server)

passed=0 failed=0 skipped=0
all=no install=yes

while [ $# -gt 0 ]; do
	case $1 in
	--all) all=yes ;;
	--no-install) install=no ;;
	-h | --help) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done

# --- packages -------------------------------------------------------------

is_installed()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2> /dev/null)" = \
		installed ]
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

install_packages()
{
	local package missing=()
	for package in "$@"; do
		is_installed "$package" || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "Will install with apt-get: ${missing[*]}"
	as_root apt-get update -q > "$LOGS/apt.log" 2>&1 || return 1
	as_root apt-get install -q -y --no-install-recommends \
		"${missing[@]}" >> "$LOGS/apt.log" 2>&1
}

check_packages()
{
	local wanted=("${BASIC_PACKAGES[@]}")
	[ $all = no ] || wanted+=("${ALL_PACKAGES[@]}")
	if ! command -v dpkg-query > /dev/null; then
		echo "No dpkg here: install these yourself: ${wanted[*]}"
		return 0
	fi
	# Going on is better than stopping: what is missing shows as a skip
	# with its reason, or as a failure.
	install_packages "${wanted[@]}" ||
		echo "apt-get failed (see $LOGS/apt.log); going on without"
}

# --- counting -------------------------------------------------------------

count_junit()
{
	local said good bad skips
	said=$(python3 -B "$ROOT/tests/count.py" "$1")
	read -r good bad skips <<< "$said"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skips))
	tail -n +2 <<< "$said" | sed 's/^/   /'
	echo "   $good passed, $bad failed, $skips skipped"
	[ "$bad" -eq 0 ] || echo "   what they said: $2"
}

# One check that CTest does not count: check NAME COMMAND...
check()
{
	local name=$1 log=$LOGS/$1.log
	shift
	if "$@" > "$log" 2>&1; then
		passed=$((passed + 1))
		echo "   $name: passed"
		return
	fi
	failed=$((failed + 1))
	tail -n 40 "$log"
	echo "   $name: FAILED (all of it: $log)"
}

# --- stages ---------------------------------------------------------------

stage()
{
	printf '== %s [%d:%02d]\n' "$1" $((SECONDS / 60)) $((SECONDS % 60))
}

# configure_and_build PRESET CMAKE-ARGUMENTS...
configure_and_build()
{
	local preset=$1
	shift
	cd "$ROOT"
	cmake --preset "$preset" "$@" &&
		cmake --build --preset "$preset" -j "$JOBS"
}

# A build is no test, but one that fails must count.
build()
{
	local log=$LOGS/build-$1.log
	if configure_and_build "$@" > "$log" 2>&1; then
		grep -E '^-- (backend|bench|guest|example|skip)' "$log" || true
		return 0
	fi
	failed=$((failed + 1))
	grep -E -A3 'error:|CMake Error|undefined reference' "$log" |
		tail -n 40 || tail -n 40 "$log"
	echo "   build $1: FAILED (all of it: $log)"
	return 1
}

# run_tests PRESET NAME CTEST-ARGUMENTS...
run_tests()
{
	local preset=$1 log=$LOGS/test-$2.log junit=$LOGS/$2.xml
	shift 2
	rm -f "$junit"
	ctest --test-dir "$ROOT/.build/$preset" -j "$JOBS" --output-on-failure \
		--test-output-size-passed 100000 --output-junit "$junit" \
		"$@" > "$log" 2>&1 || true
	if [ ! -s "$junit" ]; then
		failed=$((failed + 1))
		tail -n 20 "$log"
		return
	fi
	count_junit "$junit" "$log"
}

# build_and_test PRESET CTEST-ARGUMENTS...
build_and_test()
{
	if build "$1"; then
		run_tests "$1" "$@"
	fi
}

basic_stages()
{
	stage "gcc, debug: unit, property, examples, lint, abi, kept fuzz inputs"
	build_and_test dev -LE 'guest|model|long|soak'
}

fuzz_stage()
{
	local targets
	build fuzz || return 0
	targets=$(ctest --test-dir "$ROOT/.build/fuzz" -N |
		sed -n 's/^Total Tests: //p')
	[ "$targets" -gt 0 ] || return 0
	# So long for each that all take FUZZ_SECONDS, JOBS at a time.
	if build fuzz -DTIERMM_FUZZ_SECONDS=$((FUZZ_SECONDS * JOBS / targets))
	then
		run_tests fuzz fuzz
	fi
}

make_docs()
{
	configure_and_build dev -DTIERMM_DOCS=ON &&
		cmake --build --preset dev -t docs
}

more_stages()
{
	local outside='^(unit|property|examples)$'
	stage "model checking"
	run_tests dev model -L '^model$'
	stage "guests"
	# A boot under emulation on a busy machine may fail by itself, once.
	run_tests dev guest -L '^guest$' --repeat until-pass:2
	stage "gcc, release: all random and all enumerated machines"
	TIERMM_TEST_DIVISOR=1 build_and_test release -LE 'guest|model|fuzz|soak'
	stage "clang"
	build_and_test clang -L "$outside"
	stage "address and undefined-behaviour sanitizers"
	build_and_test asan -L "$outside"
	stage "thread sanitizer"
	build_and_test tsan -L "$outside"
	stage "freestanding core"
	build_and_test freestanding
	stage "fuzzing for $FUZZ_SECONDS s"
	fuzz_stage
	stage "docs, warnings as errors"
	check docs make_docs
	stage "coverage of lib/"
	check coverage "$ROOT/tests/coverage.sh"
	grep -E '^(lines|branches):' "$LOGS/coverage.log" || true
}

# The long random tests do this part of their machines; one build does all.
export TIERMM_TEST_DIVISOR=${TIERMM_TEST_DIVISOR:-20}

mkdir -p "$LOGS"
[ $install = no ] || check_packages
basic_stages
[ $all = no ] || more_stages
stage "done"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
