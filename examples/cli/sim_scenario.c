/* SPDX-License-Identifier: MIT */
/* Scenario files: what they ask for, and published numbers beside ours. */
#include "sim.h"

#include <inttypes.h>
#include <string.h>

enum {
	TEXT_COLUMNS = 96
};

int sim_scenario_open(struct tiermm_file_scenario **out, const char *path)
{
	struct tiermm_file_error error = { .size = sizeof(error) };
	int err = tiermm_file_scenario_read(out, path, &error, NULL);

	if (!err)
		return STATUS_DONE;
	return fail(STATUS_UNREADABLE, "%s",
		    error.text[0] ? error.text : tiermm_strerror(err));
}

static int add_policies(const struct tiermm_file_scenario *s,
			struct sim_request *request)
{
	int status = STATUS_DONE;
	const char *name;

	for (uint64_t i = 0;
	     !status && (name = tiermm_file_scenario_policy(s, i)); i++)
		status = sim_add_variant(request, name, strlen(name));
	return status;
}

static int add_events(const struct tiermm_file_scenario *s,
		      struct sim_request *request)
{
	struct tiermm_file_event event = { .size = sizeof(event) };
	int status = STATUS_DONE;

	for (uint64_t i = 0;
	     !status && !tiermm_file_scenario_event(s, i, &event); i++)
		status = sim_add_event(request, &event);
	return status;
}

/* What it asks for; the command line comes after it, and has its way. */
int sim_scenario_apply(const struct tiermm_file_scenario *s,
		       struct sim_request *request)
{
	int status = add_policies(s, request);
	uint64_t value = 0;
	const char *name;

	for (uint64_t i = 0;
	     !status && (name = tiermm_file_scenario_option(s, i, &value)); i++)
		status = sim_take_named(request, name, value);
	if (!status)
		status = add_events(s, request);
	request->workload =
		tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_WORKLOAD);
	return status;
}

static double per_second(uint64_t n, const struct tiermm_sim_result *r)
{
	return r->time_ns ? (double)n * 1e9 / (double)r->time_ns : 0.0;
}

/* What a measure comes to in a run; 0: no such measure. */
static int measure(const char *name, const struct tiermm_sim_result *r,
		   double *out)
{
	if (strcmp(name, "rate") == 0)
		*out = per_second(r->accesses, r);
	else if (strcmp(name, "time") == 0)
		*out = (double)r->time_ns;
	else if (strcmp(name, "swap-reads") == 0)
		*out = (double)r->swapped_in;
	else if (strcmp(name, "interrupts") == 0)
		*out = (double)r->interrupts;
	else if (strcmp(name, "shootdowns") == 0)
		*out = (double)r->shootdowns;
	else if (strcmp(name, "promotion-rate") == 0)
		*out = per_second(r->promoted, r);
	else
		return 0;
	return 1;
}

static const struct sim_job *named(const struct sim_job *jobs, uint64_t n,
				   const char *name)
{
	for (uint64_t i = 0; i < n; i++)
		if (strcmp(jobs[i].variant->name, name) == 0)
			return &jobs[i];
	return NULL;
}

/* Our number for a published one, in percent; 0: it was not run. */
static int simulated(const struct tiermm_file_published *p,
		     const struct sim_job *jobs, uint64_t n, double *percent)
{
	const struct sim_job *policy = named(jobs, n, p->policy);
	const struct sim_job *against = named(jobs, n, p->against);
	double ours, theirs;

	if (!policy || !against ||
	    !measure(p->measure, &policy->outcome->sum, &ours) ||
	    !measure(p->measure, &against->outcome->sum, &theirs) ||
	    theirs == 0.0)
		return 0;
	*percent = (ours / theirs - 1.0) * 100.0;
	return 1;
}

/* Text in lines that fit. */
static void print_wrapped(const char *head, const char *text)
{
	size_t column = (size_t)printf("%s", head);

	while (*text) {
		size_t length = strcspn(text, " ");

		if (column + length >= TEXT_COLUMNS) {
			putchar('\n');
			column = 0;
		}
		column += (size_t)printf("%.*s ", (int)length, text);
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void sim_scenario_print(const struct tiermm_file_scenario *s,
			const struct sim_job *jobs, uint64_t n)
{
	struct tiermm_file_published p = { .size = sizeof(p) };
	const char *differs =
		tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_DIFFERS);

	if (!tiermm_file_scenario_published(s, 0, &p))
		printf("\n%-32s %-16s %-15s %9s %9s\n", "published about",
		       "policy", "against", "published", "simulated");
	for (uint64_t i = 0; !tiermm_file_scenario_published(s, i, &p); i++) {
		char ours[32] = "-";
		double percent;

		if (simulated(&p, jobs, n, &percent))
			snprintf(ours, sizeof(ours), "%+.1f %%", percent);
		printf("%-32s %-16s %-15s %+7.1f %% %9s\n", p.what, p.policy,
		       p.against, (double)p.change_bp / 100.0, ours);
	}
	for (uint64_t i = 0; i < n; i++) {
		const struct tiermm_sim_result *r = &jobs[i].outcome->sum;

		if (jobs[i].variant->defer)
			printf("%s: %" PRIu64 " old copies waited, %" PRIu64
			       " shoot-downs avoided, %" PRIu64 " done\n",
			       jobs[i].variant->name, r->deferred,
			       r->flushes_avoided, r->shootdowns);
	}
	if (differs)
		print_wrapped("Why they differ: ", differs);
}

void sim_scenario_print_json(const struct tiermm_file_scenario *s,
			     const struct sim_job *jobs, uint64_t n)
{
	struct tiermm_file_published p = { .size = sizeof(p) };

	printf(",\n\"scenario\":");
	print_json_string(
		tiermm_file_scenario_text(s, TIERMM_FILE_SCENARIO_NAME));
	printf(",\"published\":[");
	for (uint64_t i = 0; !tiermm_file_scenario_published(s, i, &p); i++) {
		double percent;

		printf("%s\n{\"what\":", i ? "," : "");
		print_json_string(p.what);
		printf(",\"measure\":");
		print_json_string(p.measure);
		printf(",\"policy\":");
		print_json_string(p.policy);
		printf(",\"against\":");
		print_json_string(p.against);
		printf(",\"published_percent\":%.2f",
		       (double)p.change_bp / 100.0);
		if (simulated(&p, jobs, n, &percent))
			printf(",\"simulated_percent\":%.2f", percent);
		putchar('}');
	}
	putchar(']');
}
