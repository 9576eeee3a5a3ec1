/* SPDX-License-Identifier: MIT */
/*
 * The file of a sweep: a head line, then a row a run. A row begins with what
 * was asked for, so that rows of another sweep are never taken for ours.
 */
#include "sim_sweep.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In quotes; a line stays a line. */
static void put_quoted(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
	putc('"', out);
}

static void put_head(const struct sweep *sweep, FILE *out)
{
	for (uint32_t i = 0; i < sweep->n_names; i++)
		fprintf(out, "%.*s,", (int)sweep->names[i].length,
			sweep->names[i].name);
	fputs("policy,machine,workload,options,error,top_bp", out);
	for (uint64_t i = 0; i < sim_sum_count(); i++)
		fprintf(out, ",%s", sim_sum_name(i));
	putc('\n', out);
}

/* What was asked for. */
static void put_question(const struct sweep *sweep, uint64_t job, FILE *out)
{
	const struct sim_request *request = sweep->jobs[job].request;
	const struct sim_variant *variant = sweep->jobs[job].variant;
	char text[2 * SIM_TEXT];

	for (uint32_t i = 0; i < sweep->n_names; i++) {
		put_quoted(out, sweep_value(sweep, job / sweep->n_policies, i));
		putc(',', out);
	}
	fprintf(out, "%s,", variant->name);
	put_quoted(out, sim_machine_text(request));
	putc(',', out);
	put_quoted(out, request->workload);
	putc(',', out);
	sim_request_text(request, variant, text, sizeof(text));
	put_quoted(out, text);
	putc(',', out);
}

static void put_answer(const struct sim_job *job, FILE *out)
{
	const struct sim_outcome *o = job->outcome;

	put_quoted(out, o->error);
	fprintf(out, ",%" PRIu64, sim_top_bp(job));
	for (uint64_t i = 0; i < sim_sum_count(); i++)
		fprintf(out, ",%" PRIu64, sim_sum_value(&o->sum, i));
	putc('\n', out);
}

/* A line as text: the head, a question, or a whole row. */
enum line {
	LINE_HEAD,
	LINE_QUESTION,
	LINE_ROW
};

static char *line_text(const struct sweep *sweep, enum line line, uint64_t job)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	if (line == LINE_HEAD)
		put_head(sweep, out);
	else
		put_question(sweep, job, out);
	if (line == LINE_ROW)
		put_answer(&sweep->jobs[job], out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* A machine that ran out of memory is an answer; other errors end the sweep. */
char *sweep_row(const struct sweep *sweep, uint64_t job)
{
	const struct sim_outcome *o = &sweep->outcomes[job];
	char *row;

	if (o->err && !o->in_machine) {
		fail(STATUS_UNREADABLE, "%s", o->error);
		return NULL;
	}
	row = line_text(sweep, LINE_ROW, job);
	if (!row)
		fail(STATUS_UNREADABLE, "out of memory");
	return row;
}

/* Each row is on its way before the next one: who stops us loses one. */
int sweep_write_row(struct sweep *sweep, const char *row)
{
	fputs(row, sweep->file);
	sweep->written++;
	if (fflush(sweep->file))
		return fail(STATUS_UNREADABLE, "a row could not be written");
	return STATUS_DONE;
}

/* Whether a line of the file is the one that would stand there. */
static int is_ours(const struct sweep *sweep, const char *line, uint64_t number)
{
	char *expected = NULL;
	int ours;

	if (number > sweep->n_jobs)
		return 0;
	if (number == 0)
		expected = line_text(sweep, LINE_HEAD, 0);
	else
		expected = line_text(sweep, LINE_QUESTION, number - 1);
	ours = expected && strncmp(line, expected, strlen(expected)) == 0;
	free(expected);
	return ours;
}

/* Lines that are there already; a last one without its end is cut off. */
static int keep_lines(struct sweep *sweep, const char *path)
{
	char *line = NULL;
	size_t room = 0;
	uint64_t number = 0;
	off_t end = 0;
	ssize_t n;
	int status = STATUS_DONE;

	while ((n = getline(&line, &room, sweep->file)) > 0 &&
	       line[n - 1] == '\n' && !status) {
		if (!is_ours(sweep, line, number))
			status = fail(STATUS_USAGE,
				      "%s:%" PRIu64 ": a row of another sweep; "
				      "expected a new file, or the one that "
				      "this sweep has begun",
				      path, number + 1);
		number++;
		end += n;
	}
	free(line);
	if (!status && (ftruncate(fileno(sweep->file), end) ||
			fseeko(sweep->file, end, SEEK_SET)))
		status = fail(STATUS_UNREADABLE, "%s cannot be written", path);
	sweep->written = number ? number - 1 : 0;
	return status ? status : (number ? STATUS_DONE : -1);
}

int sweep_open_file(struct sweep *sweep, const char *path)
{
	char *head;
	int status;

	if (!path)
		return fail(STATUS_USAGE, "--output FILE is missing");
	sweep->file = fopen(path, "a+");
	if (!sweep->file)
		return fail(STATUS_UNREADABLE, "%s cannot be written", path);
	rewind(sweep->file);
	status = keep_lines(sweep, path);
	if (status != -1)
		return status;
	head = line_text(sweep, LINE_HEAD, 0);
	if (head)
		fputs(head, sweep->file);
	free(head);
	return head && !fflush(sweep->file)
		       ? STATUS_DONE
		       : fail(STATUS_UNREADABLE, "%s cannot be written", path);
}

int sweep_close_file(struct sweep *sweep, int status)
{
	if (sweep->file && fclose(sweep->file) && !status)
		status = fail(STATUS_UNREADABLE, "a row could not be written");
	sweep->file = NULL;
	return status;
}
