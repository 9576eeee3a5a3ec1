#!/bin/sh
# SPDX-License-Identifier: MIT
# The comparison that abidiff.sh makes can fail: a field that changes type,
# an argument that changes type and a symbol that goes are found; a symbol
# that comes is allowed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if ! command -v abidiff > /dev/null; then
	echo "SKIP: abidiff is not installed (abigail-tools)"
	exit 77
fi
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/include"

# library FIELD-TYPE ARGUMENT-TYPE EXTRA: build libx.so from these.
library()
{
	cat > "$place/include/x.h" <<-END
	struct x { $1 field; unsigned long last; };
	int x_get(struct x *x, $2 argument);
	END
	{
		echo '#include "x.h"'
		echo "int x_get(struct x *x, $2 a) { return x->field && a; }"
		echo "$3"
	} > "$place/x.c"
	cc -g -shared -fPIC -I "$place/include" -o "$place/libx.so" "$place/x.c"
}

compare()
{
	cp "$here/abidiff.sh" "$place/abidiff.sh"
	sh "$place/abidiff.sh" "$place/libx.so" "$place/include" \
		> "$place/log" 2>&1
}

must_fail()
{
	if compare; then
		echo "not found: $1"
		exit 1
	fi
}

library int int 'int x_put(void) { return 1; }'
abidw --headers-dir "$place/include" --out-file "$place/libx.abi" \
	"$place/libx.so"
compare
library int int 'int x_put(void) { return 1; } int x_new(void) { return 1; }'
compare
library long int 'int x_put(void) { return 1; }'
must_fail "a field of another type"
library int long 'int x_put(void) { return 1; }'
must_fail "an argument of another type"
library int int ''
must_fail "a symbol that is gone"
