/* SPDX-License-Identifier: MIT */
/* Numbers and words of a line. */
#include "import.h"

#include <string.h>

static int digit_of(char c, unsigned int base)
{
	unsigned int digit = 16;

	if (c >= '0' && c <= '9')
		digit = (unsigned int)(c - '0');
	else if (c >= 'a' && c <= 'f')
		digit = (unsigned int)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		digit = (unsigned int)(c - 'A') + 10;
	return digit < base ? (int)digit : -1;
}

static int read_number(const char **text, unsigned int base, uint64_t *out)
{
	const char *at = *text;
	uint64_t value = 0;

	if (digit_of(*at, base) < 0)
		return 0;
	for (; digit_of(*at, base) >= 0; at++) {
		uint64_t digit = (uint64_t)digit_of(*at, base);

		if (value > (UINT64_MAX - digit) / base)
			return 0;
		value = value * base + digit;
	}
	*text = at;
	*out = value;
	return 1;
}

int tiermm__sim_read_hex(const char **text, uint64_t *out)
{
	const char *at = *text;
	uint64_t value = 0;
	int n = 0;

	for (; n < 16 && digit_of(at[n], 16) >= 0; n++)
		value = value << 4 | (uint64_t)digit_of(at[n], 16);
	if (!n || digit_of(at[n], 16) >= 0)
		return 0;
	*text = at + n;
	*out = value;
	return 1;
}

int tiermm__sim_read_decimal(const char **text, uint64_t *out)
{
	return read_number(text, 10, out);
}

int tiermm__sim_read_seconds(const char **text, uint64_t *out)
{
	const char *at = *text;
	uint64_t whole, part = 0;
	int places = 0;

	if (!read_number(&at, 10, &whole) || whole > UINT64_MAX / 2000000000)
		return 0;
	if (*at == '.') {
		at++;
		for (; digit_of(*at, 10) >= 0; at++)
			if (places < 9) {
				part = part * 10 + (uint64_t)(*at - '0');
				places++;
			}
	}
	for (; places < 9; places++)
		part *= 10;
	*text = at;
	*out = whole * 1000000000 + part;
	return 1;
}

int tiermm__sim_read_word(const char **text, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*text, word, n) != 0)
		return 0;
	*text += n;
	return 1;
}

void tiermm__sim_skip_blanks(const char **text)
{
	while (**text == ' ' || **text == '\t')
		(*text)++;
}
