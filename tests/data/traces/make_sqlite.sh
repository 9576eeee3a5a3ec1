#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# sqlite.tmt: SQLite on a mix of queries over a small shop's database.
#
#     tests/data/traces/make_sqlite.sh [TIERMM]
#
# Needs sqlite3 and valgrind. The database (about 5 MiB) is made first, and
# read through mmap, so that its pages are accessed and not copied. Then the
# queries run under valgrind: skewed look-ups by key, ranges by index, updates
# and a report that joins and groups.
set -euo pipefail

tiermm=$(realpath "${1:-tiermm}" 2>/dev/null || command -v "${1:-tiermm}")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

sqlite3 shop.db <<'SQL'
PRAGMA page_size = 4096;
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, town TEXT);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER,
	day INTEGER, cents INTEGER, note TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
INSERT INTO customer SELECT i, printf('customer %06d', i * 7919 % 6000),
	printf('town %03d', i * 31 % 200) FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
INSERT INTO purchase SELECT i, 1 + i * 7919 % 6000, i * 13 % 365,
	i * 104729 % 50000, printf('%.60c', 'x') FROM n;
CREATE INDEX purchase_customer ON purchase(customer);
CREATE INDEX purchase_day ON purchase(day);
SQL

# Keys are skewed: the cube of an even draw, by a fixed linear congruence.
awk 'BEGIN {
	print "PRAGMA mmap_size = 268435456;"
	print "PRAGMA journal_mode = MEMORY;"
	print "PRAGMA synchronous = OFF;"
	for (i = 0; i < 400; i++) {
		s = (s * 1103515245 + 12345) % 2147483648
		u = s / 2147483648
		k = 1 + int(6000 * u * u * u)
		if (i % 100 == 75)
			print "SELECT town, count(*), sum(cents) FROM " \
				"purchase JOIN customer ON customer.id = " \
				"purchase.customer WHERE day < " \
				int(20 + 20 * u) " GROUP BY town;"
		else if (i % 20 == 7)
			print "UPDATE purchase SET cents = cents + 1 WHERE " \
				"customer = " k ";"
		else if (i % 5 == 3)
			print "SELECT sum(cents) FROM purchase WHERE day = " \
				int(365 * u) ";"
		else
			print "SELECT name, (SELECT sum(cents) FROM " \
				"purchase WHERE customer = " k ") FROM " \
				"customer WHERE id = " k ";"
	}
}' > queries.sql

"$tiermm" trace record --output "$here/sqlite.tmt" \
	--name "SQLite, mix of queries" --merge 1048576 --at-most 64 \
	-- sqlite3 shop.db < queries.sql > /dev/null
