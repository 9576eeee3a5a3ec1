#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A first look: builds the `tiermm` command and shows machines with it, this
# one among them; then which policy suits a recorded program best.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
OUT=$ROOT/.build/demo
BUILD=$OUT
PACKAGES=(build-essential cmake ninja-build pkg-config libjansson-dev graphviz
	gnuplot-nox)
install=yes

usage()
{
	cat <<-'END'
	usage: examples/demo.sh [--no-install] [--build DIR] [-h]
	  --no-install  do not install missing packages
	  --build DIR   use the tiermm command that was built in DIR
	Writes below .build/demo/ only.
	END
}

while [ $# -gt 0 ]; do
	case $1 in
	--no-install) install=no ;;
	--build) BUILD=${2:?--build needs a directory} install=no; shift ;;
	-h | --help) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	shift
done

heading()
{
	printf '\n== %s\n\n' "$1"
}

# Runs a command after showing it, with the path of the program left out.
show()
{
	local word
	printf '$ tiermm'
	for word in "${@//$ROOT\//}"; do
		case $word in
		*' '*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$TIERMM" "$@"
	echo
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		env DEBIAN_FRONTEND=noninteractive "$@"
	else
		sudo env DEBIAN_FRONTEND=noninteractive "$@"
	fi
}

install_missing()
{
	local package missing=()
	command -v dpkg-query > /dev/null || return 0
	for package in "${PACKAGES[@]}"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" \
			2> /dev/null)" = installed ] || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "Will install with apt-get: ${missing[*]}"
	as_root apt-get update -qq
	as_root apt-get install -qq -y --no-install-recommends "${missing[@]}" \
		> "$OUT/apt.log" 2>&1 || { tail -n 20 "$OUT/apt.log"; exit 1; }
}

compile()
{
	cmake -S "$ROOT" -B "$BUILD" -G Ninja -DTIERMM_TESTS=OFF &&
		cmake --build "$BUILD" -t tiermm_command
}

build()
{
	local log=$OUT/build.log
	echo "Building below .build/demo ..."
	if ! compile > "$log" 2>&1; then
		tail -n 30 "$log"
		exit 1
	fi
}

# draw NAME ARGUMENTS...: the graph as a picture.
draw()
{
	local picture=$OUT/$1.svg
	shift
	if ! command -v dot > /dev/null; then
		echo "no picture: Graphviz is not here"
		return 0
	fi
	"$TIERMM" graph "$@" --dot | dot -Tsvg > "$picture"
	echo "drawn: ${picture#"$ROOT"/}"
}

mkdir -p "$OUT"
[ $install = no ] || install_missing
[ "$BUILD" != "$OUT" ] || build
TIERMM=$(cd "$BUILD" && pwd)/examples/cli/tiermm

heading "This machine"
show graph --draw
if [ "$("$TIERMM" graph --draw | wc -l)" -eq 1 ]; then
	printf 'One node with memory: nothing to tier here ("%s" says more).\n' \
		"tiermm doctor"
fi
draw this

heading "A machine with four tiers, captured from a running Linux 6.12"
captured=$OUT/captured
mkdir -p "$captured"
tar -xzf "$ROOT/tests/data/sysfs/chain4_hbm_first.tar.gz" -C "$captured"
show graph --sysfs "$captured" --draw
show graph --sysfs "$captured" --explain 0
draw captured --sysfs "$captured"

heading "Two sockets, four tiers, written down as a machine file"
machine=$ROOT/tests/data/machines/four_tiers.json
show graph --machine "$machine" --draw
draw four_tiers --machine "$machine"

heading "Redis, recorded, on a machine where a third of it fits into fast memory"
plot=()
if command -v gnuplot > /dev/null; then
	plot=(--plot "$OUT/redis.svg")
fi
cd "$ROOT"
show sim compare --synthetic 'dram:1x4M cxl:1x32M' "${plot[@]}" \
	trace:tests/data/traces/redis.tmt,threads=4
if [ ${#plot[@]} -gt 0 ]; then
	echo "drawn: .build/demo/redis.svg"
else
	echo "no picture: gnuplot is not here"
fi

printf '\nGo on: %s help, README.md, then tests/run.sh\n' "${TIERMM#"$ROOT"/}"
