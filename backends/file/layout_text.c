/* SPDX-License-Identifier: MIT */
/* A layout of one range a line: "0x1000-0x3fff 1", "last 0x3fff". */
#include "layout.h"

#include <string.h>

/* What is left of a line. */
struct line {
	const char *at;
	const char *end;
	const char *begin;
	uint32_t number;
};

static int complain(const struct tiermm__file_layout *f,
		    const struct line *line, const char *expected)
{
	int length = (int)(line->end - line->at);

	return tiermm__file_report(f->reader.error, -TIERMM_EPROTO,
				   line->number,
				   (uint32_t)(line->at - line->begin) + 1,
				   "%.96s:%u: \"%.*s\" is here, expected %s",
				   f->reader.name, (unsigned int)line->number,
				   length < 40 ? length : 40, line->at,
				   expected);
}

static void skip_blanks(struct line *line)
{
	while (line->at < line->end &&
	       (*line->at == ' ' || *line->at == '\t' || *line->at == '\r'))
		line->at++;
}

static int digit(char c, uint32_t base)
{
	int value = -1;

	if (c >= '0' && c <= '9')
		value = c - '0';
	else if (c >= 'a' && c <= 'f')
		value = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		value = c - 'A' + 10;
	return value < (int)base ? value : -1;
}

/* Decimal, or hexadecimal with 0x in front; 0 where there is no number. */
static int number(struct line *line, uint64_t most, uint64_t *out)
{
	const char *from = line->at;
	uint32_t base = 10;
	uint64_t value = 0;

	if (line->end - from > 2 && from[0] == '0' && from[1] == 'x') {
		base = 16;
		from += 2;
	}
	if (from == line->end || digit(*from, base) < 0)
		return 0;
	for (; from < line->end && digit(*from, base) >= 0; from++) {
		uint64_t d = (uint64_t)digit(*from, base);

		if (value > (most - d) / base)
			return 0;
		value = value * base + d;
	}
	line->at = from;
	*out = value;
	return 1;
}

static int read_last(struct tiermm__file_layout *f, struct line *line)
{
	uint64_t last;

	line->at += 4;
	skip_blanks(line);
	if (!number(line, TIERMM_LAYOUT_FRAMES - 1, &last))
		return complain(f, line, "a frame number");
	if (!f->options.last_frame)
		f->options.last_frame = last;
	skip_blanks(line);
	return line->at == line->end ? 0 : complain(f, line, "a line end");
}

static int read_range(struct tiermm__file_layout *f, struct line *line)
{
	struct tiermm_layout_range range = { .first = 0 };
	uint64_t node = 0;
	int err;

	if (!number(line, TIERMM_LAYOUT_FRAMES - 1, &range.first))
		return complain(f, line, "a frame number");
	if (line->at == line->end || *line->at != '-')
		return complain(f, line, "- and a frame number");
	line->at++;
	if (!number(line, TIERMM_LAYOUT_FRAMES - 1, &range.last))
		return complain(f, line, "a frame number");
	skip_blanks(line);
	if (!number(line, TIERMM_MAX_NODES - 1, &node))
		return complain(f, line, "a node, 0 to 1023");
	skip_blanks(line);
	if (line->at != line->end)
		return complain(f, line, "a line end");
	range.node = (int32_t)node;
	err = tiermm__file_layout_reserve(f, f->n + 1);
	if (!err)
		f->ranges[f->n++] = range;
	return err;
}

static int read_line(struct tiermm__file_layout *f, struct line *line)
{
	const char *remark =
		memchr(line->at, '#', (size_t)(line->end - line->at));

	if (remark)
		line->end = remark;
	while (line->end > line->at &&
	       (line->end[-1] == ' ' || line->end[-1] == '\t' ||
		line->end[-1] == '\r'))
		line->end--;
	skip_blanks(line);
	if (line->at == line->end)
		return 0;
	if (line->end - line->at > 4 && !memcmp(line->at, "last", 4))
		return read_last(f, line);
	return read_range(f, line);
}

int tiermm__file_layout_text(struct tiermm__file_layout *f)
{
	const char *at = f->reader.text, *end = at + f->reader.bytes;
	struct line line = { .number = 0 };

	while (at < end) {
		const char *next = memchr(at, '\n', (size_t)(end - at));
		int err;

		line.begin = line.at = at;
		line.end = next ? next : end;
		line.number++;
		at = next ? next + 1 : end;
		err = read_line(f, &line);
		if (err)
			return err;
	}
	return 0;
}
