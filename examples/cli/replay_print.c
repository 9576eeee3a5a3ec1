/* SPDX-License-Identifier: MIT */
/* Then and now, side by side: sums, and in what decisions differ most. */
#include "replay.h"

#include <inttypes.h>
#include <stdlib.h>

static int differs(const struct tiermm_replayed *d)
{
	return d->then_action != d->now_action || d->then_to != d->now_to;
}

static int is_row(const struct replay_row *row, const struct replay_row *other)
{
	return row->is_promotion == other->is_promotion &&
	       row->then_action == other->then_action &&
	       row->now_action == other->now_action &&
	       row->then_reason == other->then_reason &&
	       row->now_reason == other->now_reason;
}

void replay_count(struct replay *r, const struct tiermm_replayed *d)
{
	struct replay_row row = {
		.is_promotion = d->step == TIERMM_STEP_PROMOTE,
		.then_action = d->then_action,
		.now_action = d->now_action,
		.then_reason = d->then_reason,
		.now_reason = d->now_reason,
	};
	uint64_t i = 0;

	if (!differs(d))
		return;
	while (i < r->n_rows && !is_row(&r->rows[i], &row))
		i++;
	if (i == REPLAY_MOST_ROWS) {
		r->unlisted++;
		return;
	}
	if (i == r->n_rows)
		r->rows[r->n_rows++] = row;
	r->rows[i].decisions++;
	r->rows[i].pages += d->pages;
}

static int compare_rows(const void *a, const void *b)
{
	const struct replay_row *one = a, *two = b;

	if (one->pages != two->pages)
		return one->pages > two->pages ? -1 : 1;
	if (one->then_action != two->then_action)
		return one->then_action < two->then_action ? -1 : 1;
	if (one->now_action != two->now_action)
		return one->now_action < two->now_action ? -1 : 1;
	if (one->now_reason != two->now_reason)
		return one->now_reason < two->now_reason ? -1 : 1;
	return one->then_reason < two->then_reason ? -1 : 1;
}

static const char *action_name(uint32_t action)
{
	return action == TIERMM_VERDICT_NONE
		       ? "not_reached"
		       : tiermm_replay_action_name(action);
}

/* NULL where there is none. */
static const char *reason_name(const struct replay_row *row, uint32_t reason)
{
	if (!reason)
		return NULL;
	return row->is_promotion ? tiermm_promotion_reason_name(reason)
				 : tiermm_reclaim_reason_name(reason);
}

static uint64_t pages_then(const struct replay *r, uint32_t action)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++)
		sum += r->sums.pages[action][i];
	return sum;
}

static uint64_t pages_now(const struct replay *r, uint32_t action)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++)
		sum += r->sums.pages[i][action];
	return sum;
}

/* --- text -----------------------------------------------------------------*/

static void print_policy(const struct replay_policy *p)
{
	char text[POLICY_TEXT];

	policy_options_text(&p->options, text, sizeof(text));
	printf("%.*s%s%s", (int)p->length, p->name, text[0] ? " " : "", text);
}

static void print_share(const char *label, uint64_t part, uint64_t whole)
{
	printf("  %-22s %12" PRIu64, label, part);
	if (whole)
		printf("  %6.2f %%", 100.0 * (double)part / (double)whole);
	putchar('\n');
}

static void print_sums(const struct replay *r)
{
	const struct tiermm_replay_sums *s = &r->sums;

	printf("  %-22s %12" PRIu64 " in %" PRIu64 " steps\n", "decisions",
	       s->decisions, s->steps);
	print_share("as they were", s->same, s->decisions);
	print_share("to another node", s->elsewhere, s->decisions);
	print_share("otherwise", s->other, s->decisions);
	if (s->cut || s->lost || s->refused)
		printf("  %sNot on record: %" PRIu64 " records; passed over: "
		       "%" PRIu64 " steps; not taken: %" PRIu64 " inputs.%s\n",
		       look(LOOK_BAD), s->lost, s->cut, s->refused,
		       look(LOOK_PLAIN));
	if (r->unlisted)
		printf("  %sOnly in these sums: %" PRIu64 " decisions.%s\n",
		       look(LOOK_BAD), r->unlisted, look(LOOK_PLAIN));
}

static void print_actions(const struct replay *r)
{
	printf("\n%-24s %12s %12s %12s\n", "pages", "then", "now", "change");
	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++) {
		uint64_t then = pages_then(r, i), now = pages_now(r, i);

		if (then || now)
			printf("  %-22s %12" PRIu64 " %12" PRIu64 " %+12" PRId64
			       "\n",
			       action_name(i), then, now,
			       (int64_t)(now - then));
	}
}

static void print_side(const struct replay_row *row, uint32_t action,
		       uint32_t reason, int width)
{
	const char *why = reason_name(row, reason);
	char text[64];

	snprintf(text, sizeof(text), "%s%s%s", action_name(action),
		 why ? ": " : "", why ? why : "");
	printf("  %-*s", width, text);
}

static void print_rows(const struct replay *r)
{
	if (!r->n_rows)
		return;
	printf("\n%10s  %9s  %-26s  %s\n", "pages", "decisions", "then", "now");
	for (uint64_t i = 0; i < r->n_rows; i++) {
		const struct replay_row *row = &r->rows[i];

		printf("%10" PRIu64 "  %9" PRIu64, row->pages, row->decisions);
		print_side(row, row->then_action, row->then_reason, 26);
		print_side(row, row->now_action, row->now_reason, 0);
		putchar('\n');
	}
}

/* --- JSON -----------------------------------------------------------------*/

static void json_policy(const char *key, const struct replay_policy *p)
{
	uint32_t index = 0;
	const char *name;
	char value[32];
	int n = 0;

	printf(",\"%s\":{\"policy\":\"%.*s\",\"options\":{", key,
	       (int)p->length, p->name);
	while (policy_options_next(&p->options, &index, &name, value,
				   sizeof(value)))
		printf("%s\"%s\":\"%s\"", n++ ? "," : "", name, value);
	fputs("}}", stdout);
}

static void json_actions(const struct replay *r)
{
	int n = 0;

	fputs(",\"pages\":{", stdout);
	for (uint32_t i = 0; i < TIERMM_REPLAY_ACTIONS; i++) {
		uint64_t then = pages_then(r, i), now = pages_now(r, i);

		if (then || now)
			printf("%s\"%s\":{\"then\":%" PRIu64 ",\"now\":%" PRIu64
			       "}",
			       n++ ? "," : "", action_name(i), then, now);
	}
	putchar('}');
}

static void json_reason(const char *key, const char *reason)
{
	printf(",\"%s\":", key);
	if (reason)
		print_json_string(reason);
	else
		fputs("null", stdout);
}

static void json_rows(const struct replay *r)
{
	fputs(",\"differences\":[", stdout);
	for (uint64_t i = 0; i < r->n_rows; i++) {
		const struct replay_row *row = &r->rows[i];

		printf("%s\n{\"pages\":%" PRIu64 ",\"decisions\":%" PRIu64
		       ",\"then\":\"%s\",\"now\":\"%s\"",
		       i ? "," : "", row->pages, row->decisions,
		       action_name(row->then_action),
		       action_name(row->now_action));
		json_reason("then_reason", reason_name(row, row->then_reason));
		json_reason("now_reason", reason_name(row, row->now_reason));
		putchar('}');
	}
	putchar(']');
}

static void json_sums(const struct replay *r)
{
	const struct tiermm_replay_sums *s = &r->sums;

	printf(",\"records\":%" PRIu64 ",\"steps\":%" PRIu64
	       ",\"samples\":%" PRIu64 ",\"decisions\":%" PRIu64
	       ",\"same\":%" PRIu64 ",\"elsewhere\":%" PRIu64
	       ",\"other\":%" PRIu64,
	       r->log.read, s->steps, s->samples, s->decisions, s->same,
	       s->elsewhere, s->other);
	printf(",\"lost\":%" PRIu64 ",\"cut\":%" PRIu64 ",\"refused\":%" PRIu64
	       ",\"unlisted\":%" PRIu64,
	       s->lost, s->cut, s->refused, r->unlisted);
}

/* --- both -----------------------------------------------------------------*/

void replay_print_begin(struct replay *r)
{
	if (r->json) {
		fputs("{\"log\":", stdout);
		print_json_string(r->path);
		json_policy("then", &r->then);
		json_policy("now", &r->now);
		if (r->explain)
			fputs(",\"explained\":[", stdout);
		return;
	}
	printf("%s%s%s: then ", look(LOOK_STRONG), r->path, look(LOOK_PLAIN));
	print_policy(&r->then);
	fputs("; now ", stdout);
	print_policy(&r->now);
	putchar('\n');
}

void replay_explain(struct replay *r, const struct tiermm_replayed *item)
{
	char line[256];

	if (!differs(item))
		return;
	tiermm_replayed_text(item, line, sizeof(line), NULL);
	if (r->json) {
		printf("%s\n", r->n_explained++ ? "," : "");
		print_json_string(line);
		return;
	}
	printf("  %" PRIu64 ".%06" PRIu64 " s: %s\n",
	       item->time_ns / 1000000000, item->time_ns / 1000 % 1000000,
	       line);
}

void replay_print(struct replay *r)
{
	qsort(r->rows, r->n_rows, sizeof(r->rows[0]), compare_rows);
	if (r->json) {
		if (r->explain)
			putchar(']');
		json_sums(r);
		json_actions(r);
		json_rows(r);
		puts("}");
		return;
	}
	print_sums(r);
	print_actions(r);
	print_rows(r);
}
