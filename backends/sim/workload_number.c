/* SPDX-License-Identifier: MIT */
/* Numbers as a line has them: 10M, 4Ki, 12.5%, 0.99. */
#include "workload.h"

#include <string.h>

/* A text that is being taken apart. */
struct rest {
	const char *text;
	uint64_t n;
};

static int digit_of(const struct rest *r)
{
	if (!r->n || *r->text < '0' || *r->text > '9')
		return -1;
	return *r->text - '0';
}

static void step(struct rest *r)
{
	r->text++;
	r->n--;
}

/* Put the next digit behind a number; 0 where that does not fit. */
static int append(struct rest *r, uint64_t *value)
{
	uint64_t digit = (uint64_t)digit_of(r);

	if (*value > (UINT64_MAX - digit) / 10)
		return 0;
	*value = *value * 10 + digit;
	step(r);
	return 1;
}

static int whole(struct rest *r, uint64_t *out)
{
	uint64_t value = 0;

	if (digit_of(r) < 0)
		return 0;
	while (digit_of(r) >= 0)
		if (!append(r, &value))
			return 0;
	*out = value;
	return 1;
}

/* A number with up to `places` decimals, in units of the last place. */
static int decimal(struct rest *r, unsigned int places, uint64_t *out)
{
	uint64_t value;

	if (!whole(r, &value))
		return 0;
	if (r->n && *r->text == '.') {
		step(r);
		if (digit_of(r) < 0)
			return 0;
		for (; places && digit_of(r) >= 0; places--)
			if (!append(r, &value))
				return 0;
	}
	for (; places; places--) {
		if (value > UINT64_MAX / 10)
			return 0;
		value *= 10;
	}
	*out = value;
	return 1;
}

/* K, M, G and T are 1000 times each other, with an i 1024 times. */
static int scale(struct rest *r, uint64_t *value)
{
	static const char units[] = "KMGT";
	const char *at = r->n ? strchr(units, *r->text) : NULL;
	uint64_t by = 1000;

	if (!r->n)
		return 1;
	if (!at || *r->text == '\0')
		return 0;
	step(r);
	if (r->n && *r->text == 'i') {
		by = 1024;
		step(r);
	}
	for (int64_t i = at - units; i >= 0; i--) {
		if (*value > UINT64_MAX / by)
			return 0;
		*value *= by;
	}
	return 1;
}

int tiermm__sim_number(const char *text, uint64_t n, uint32_t form,
		       uint64_t *out)
{
	struct rest r = { text, n };
	uint64_t value;

	switch (form) {
	case FORM_COUNT:
		if (!whole(&r, &value) || !scale(&r, &value))
			return 0;
		break;
	case FORM_SHARE:
		if (!decimal(&r, 2, &value) || !r.n || *r.text != '%')
			return 0;
		step(&r);
		break;
	default:
		if (!decimal(&r, 9, &value))
			return 0;
	}
	if (r.n)
		return 0;
	*out = value;
	return 1;
}
