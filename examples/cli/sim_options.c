/* SPDX-License-Identifier: MIT */
/* Options of tiermm sim: policies, scale, costs, what is printed. */
#include "decisions.h"
#include "sim.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum {
	OPTION_VARY = OPTION_OWN,
	OPTION_OUTPUT,
	OPTION_POLICY,
	OPTION_REPEAT,
	OPTION_SEED,
	OPTION_SAMPLE_PERIOD,
	OPTION_SCAN,
	OPTION_MIN,
	OPTION_COST,
	OPTION_OPTION,
	OPTION_EVENT,
	OPTION_JOBS,
	OPTION_CHECK,
	OPTION_SERIES,
	OPTION_PLOT,
	OPTION_LOG,
	OPTION_CSV,
	OPTION_JSON,
	OPTION_SCENARIO
};

/* Those of `sweep` are at the beginning, those of `compare` at the end. */
const struct option_line sim_lines[SIM_LINES] = {
	{ OPTION_VARY, "vary", "NAME=V,V,...",
	  "{NAME} in any other word is each of these in turn; a list\n"
	  "with ; in it is cut there instead" },
	{ OPTION_OUTPUT, "output", "FILE.csv",
	  "a row a run; rows that are there already are kept" },
	{ OPTION_POLICY, "policy", "NAME,...",
	  "none, static, demotion, kernel, histogram, latency, ideal;\n"
	  "NAME+defer: with deferred flushes; NAME:OPTION=VALUE:...:\n"
	  "with options of its own; LABEL=NAME...: called so" },
	{ OPTION_REPEAT, "repeat", "N",
	  "accesses that each one of the workload stands for; 100\n"
	  "unless said" },
	{ OPTION_SEED, "seed", "N", "what the machine draws from" },
	{ OPTION_SAMPLE_PERIOD, "sample-period", "N",
	  "accesses a counter sample; 1009 unless said" },
	{ OPTION_SCAN, "scan", "MS",
	  "time in which all slow pages are marked; 60000 unless said" },
	{ OPTION_MIN, "min", "PAGES", "min mark of each node" },
	{ OPTION_COST, "cost", "NAME=NS",
	  "fault, hint, move, shootdown, interrupt, swap_in, swap_out,\n"
	  "tlb_miss" },
	{ OPTION_OPTION, "option", "NAME=VALUE",
	  "of the policies: hot-threshold, adjust-period, guard,\n"
	  "guard-delay, cool, stale (ms), rate-limit, demotion-limit\n"
	  "(MiB/s), candidates, balance, strategy, penalty, headroom,\n"
	  "watermark-scale, backoff" },
	{ OPTION_EVENT, "event", "MS:WHAT:NODE:N",
	  "slow or cpu by N percent, remove or add N pages;\n"
	  "MS:layout:FILE: frames stand as the file says from then on" },
	{ OPTION_JOBS, "jobs", "N", "processes at once; all CPUs unless said" },
	{ OPTION_CHECK, "check", NULL,
	  "watch every access for stale translations: slower" },
	{ OPTION_JSON, "json", NULL, "one JSON document" },
	{ OPTION_SERIES, "series", "MS", "a point of the series each" },
	{ OPTION_PLOT, "plot", "FILE.svg", "draw it, with gnuplot" },
	{ OPTION_LOG, "log", "FILE",
	  "of one policy: its decisions on record, for tiermm replay" },
	{ OPTION_CSV, "csv", NULL, "one line a run, or a point with --series" },
	{ OPTION_SCENARIO, "scenario", "FILE",
	  "machine, workload, policies and options in a JSON file" },
};

int sim_names_machine(const struct input *input)
{
	return input->synthetic || input->machine || input->sysfs;
}

const char *sim_machine_text(const struct sim_request *request)
{
	const struct input *input = &request->input;

	if (request->machine_text)
		return request->machine_text;
	if (input->synthetic)
		return input->synthetic;
	if (input->machine)
		return input->machine;
	return input->sysfs ? input->sysfs : "this machine";
}

/* What --cost knows, and where it stands. */
static const struct {
	const char *name;
	size_t place;
} costs[] = {
	{ "fault", offsetof(struct tiermm_sim_costs, fault_ns) },
	{ "hint", offsetof(struct tiermm_sim_costs, hint_ns) },
	{ "move", offsetof(struct tiermm_sim_costs, move_ns) },
	{ "shootdown", offsetof(struct tiermm_sim_costs, shootdown_ns) },
	{ "interrupt", offsetof(struct tiermm_sim_costs, interrupt_ns) },
	{ "swap_in", offsetof(struct tiermm_sim_costs, swap_in_ns) },
	{ "swap_out", offsetof(struct tiermm_sim_costs, swap_out_ns) },
	{ "tlb_miss", offsetof(struct tiermm_sim_costs, tlb_miss_ns) },
};
enum {
	COSTS = sizeof(costs) / sizeof(costs[0])
};

static int take_cost(struct tiermm_sim_costs *out, const char *value)
{
	const char *equals = strchr(value, '=');
	uint64_t number;

	for (size_t i = 0; equals && i < COSTS; i++) {
		size_t length = strlen(costs[i].name);
		uint32_t ns;

		if ((size_t)(equals - value) != length ||
		    memcmp(value, costs[i].name, length) != 0 ||
		    !parse_number(equals + 1, UINT32_MAX, &number))
			continue;
		ns = (uint32_t)number;
		memcpy((char *)out + costs[i].place, &ns, sizeof(ns));
		return STATUS_DONE;
	}
	return fail(STATUS_USAGE,
		    "--cost '%s', expected NAME=NS, such as move=1000; see "
		    "--help for the names",
		    value);
}

__attribute__((format(printf, 3, 4))) static void
append(char *out, size_t cap, const char *format, ...)
{
	size_t used = strlen(out);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(out + used, cap - used, format, arguments);
	va_end(arguments);
}

/* "repeat=100 seed=0 move=500": what is not as it is unless said, and these. */
void sim_request_text(const struct sim_request *request,
		      const struct sim_variant *variant, char *out, size_t cap)
{
	const struct tiermm_sim_options *o = &request->options;
	struct policy_options options;
	char events[SIM_TEXT];
	char text[POLICY_TEXT];

	snprintf(out, cap, "repeat=%" PRIu64 " seed=%" PRIu64, o->repeat,
		 o->seed);
	if (o->sample_period)
		append(out, cap, " sample-period=%" PRIu32, o->sample_period);
	if (o->scan_ns)
		append(out, cap, " scan=%" PRIu64, o->scan_ns / 1000000);
	if (o->min_pages)
		append(out, cap, " min=%" PRIu64, o->min_pages);
	if (request->check)
		append(out, cap, " check");
	for (size_t i = 0; i < COSTS; i++) {
		uint32_t ns;

		memcpy(&ns, (const char *)&request->costs + costs[i].place,
		       sizeof(ns));
		if (ns)
			append(out, cap, " %s=%" PRIu32, costs[i].name, ns);
	}
	sim_variant_options(request, variant, &options);
	policy_options_text(&options, text, sizeof(text));
	if (text[0])
		append(out, cap, " %s", text);
	sim_event_text(request, events, sizeof(events));
	append(out, cap, "%s", events);
}

static int take_number(const char *name, const char *value, uint64_t most,
		       uint64_t scale, uint64_t *out)
{
	uint64_t number;

	if (!parse_number(value, most, &number) || number == 0)
		return fail(STATUS_USAGE,
			    "--%s '%s', expected a number from 1 to %" PRIu64,
			    name, value, most);
	*out = number * scale;
	return STATUS_DONE;
}

static int take_scale(struct sim_request *request, int code, const char *value)
{
	struct tiermm_sim_options *o = &request->options;
	const uint64_t most = UINT64_C(1000000000);
	uint64_t period = 0;
	int status;

	switch (code) {
	case OPTION_REPEAT:
		return take_number("repeat", value, 1000000, 1, &o->repeat);
	case OPTION_SERIES:
		return take_number("series", value, most, 1000000,
				   &o->series_ns);
	case OPTION_SCAN:
		return take_number("scan", value, most, 1000000, &o->scan_ns);
	case OPTION_MIN:
		return take_number("min", value, most, 1, &o->min_pages);
	case OPTION_JOBS:
		return take_number("jobs", value, SIM_MOST_PROCESSES, 1,
				   &request->jobs);
	default:
		status = take_number("sample-period", value, most, 1, &period);
		o->sample_period = (uint32_t)period;
		return status;
	}
}

int sim_take(void *self, int code, const char *value)
{
	struct sim_request *request = self;

	switch (code) {
	case OPTION_VARY:
		/* The sweep has replaced it wherever it stood. */
		return STATUS_DONE;
	case OPTION_OUTPUT:
		request->output = value;
		return STATUS_DONE;
	case OPTION_SCENARIO:
		request->scenario = value;
		return STATUS_DONE;
	case OPTION_POLICY:
		return sim_parse_variants(request, value);
	case OPTION_SEED:
		if (parse_number(value, UINT64_MAX / 10 - 1,
				 &request->options.seed))
			return STATUS_DONE;
		return fail(STATUS_USAGE, "--seed '%s', expected a number",
			    value);
	case OPTION_COST:
		return take_cost(&request->costs, value);
	case OPTION_OPTION:
		return policy_option_take(&request->policy, "--option", value,
					  strlen(value));
	case OPTION_EVENT:
		return sim_take_event(request, value);
	case OPTION_CHECK:
		request->check = 1;
		return STATUS_DONE;
	case OPTION_LOG:
		return decisions_take_path(&request->log, value);
	case OPTION_PLOT:
		request->plot = value;
		return STATUS_DONE;
	case OPTION_CSV:
		request->csv = 1;
		return STATUS_DONE;
	case OPTION_JSON:
		request->json = 1;
		return STATUS_DONE;
	default:
		return take_scale(request, code, value);
	}
}

int sim_take_named(struct sim_request *request, const char *name,
		   uint64_t value)
{
	const char cost[] = "cost.";
	char text[96];

	if (strncmp(name, cost, strlen(cost)) == 0) {
		snprintf(text, sizeof(text), "%.64s=%" PRIu64,
			 name + strlen(cost), value);
		return take_cost(&request->costs, text);
	}
	snprintf(text, sizeof(text), "%" PRIu64, value);
	for (size_t i = 0; i < SIM_LINES; i++)
		if (strcmp(sim_lines[i].name, name) == 0 &&
		    sim_lines[i].code >= OPTION_REPEAT &&
		    sim_lines[i].code <= OPTION_MIN)
			return sim_take(request, sim_lines[i].code, text);
	if (policy_option_is_known(name))
		return policy_option_set(&request->policy, name, value);
	return fail(STATUS_UNREADABLE,
		    "option '%s', expected repeat, seed, sample-period, scan, "
		    "min, cost.NAME, or one of a policy; see tiermm sim run "
		    "--help",
		    name);
}

void sim_request_begin(struct sim_request *request)
{
	memset(request, 0, sizeof(*request));
	request->options.size = sizeof(request->options);
	request->options.repeat = 100;
	request->costs.size = sizeof(request->costs);
}

int sim_request_check(struct sim_request *request)
{
	if (request->json && request->csv)
		return fail(STATUS_USAGE, "expected --json or --csv, not both");
	if (request->plot && sim_plot_check(request->plot))
		return STATUS_UNREADABLE;
	if (request->plot && !request->options.series_ns)
		request->options.series_ns = 1000000;
	request->options.max_points = SIM_MOST_POINTS - 1;
	if (!request->jobs) {
		long cpus = sysconf(_SC_NPROCESSORS_ONLN);

		request->jobs = cpus > 0 ? (uint64_t)cpus : 1;
	}
	if (request->log && request->n_variants != 1)
		return fail(STATUS_USAGE,
			    "--log goes with one policy, expected --policy "
			    "NAME");
	return sim_check_variants(request);
}
