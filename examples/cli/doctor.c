/* SPDX-License-Identifier: MIT */
/*
 * tiermm doctor: what works on this machine, what does not and why, and what
 * the kernel does by itself that would fight with the library.
 */
#include "cli.h"

#include <inttypes.h>
#include <string.h>

enum {
	OPTION_JSON = OPTION_OWN
};

static const struct option_line lines[] = {
	{ OPTION_JSON, "json", NULL, "one JSON document" },
};

struct request {
	struct input input;
	int json;
};

/* Findings of the probe, and those about the machine's own tables. */
enum {
	OWN_FINDINGS = 2,
	MOST_FINDINGS = 64
};

struct report {
	struct tiermm_linux_finding findings[MOST_FINDINGS];
	uint64_t n;
};

static int take(void *self, int code, const char *value)
{
	struct request *request = self;

	(void)code; /* there is one option, and it has no value */
	(void)value;
	request->json = 1;
	return STATUS_DONE;
}

static void add(struct report *report, uint32_t what, uint32_t state,
		const char *name, const char *reason, const char *remedy)
{
	struct tiermm_linux_finding *finding = &report->findings[report->n++];

	memset(finding, 0, sizeof(*finding));
	finding->what = what;
	finding->state = state;
	snprintf(finding->name, sizeof(finding->name), "%s", name);
	snprintf(finding->reason, sizeof(finding->reason), "%s", reason);
	snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
}

/* Distances that nobody named decide targets all the same. */
static void judge_distances(struct report *report,
			    const struct tiermm_topology *topology)
{
	uint32_t count = tiermm_topology_node_count(topology);
	uint32_t seen[TIERMM_SOURCE_CALLER + 1] = { 0 };
	struct tiermm_node a, b;
	uint32_t i, j, source;

	for (i = 0; i < count; i++) {
		tiermm_topology_node_at(topology, i, &a);
		for (j = 0; j < count; j++) {
			tiermm_topology_node_at(topology, j, &b);
			source = tiermm_topology_distance_source(topology, a.id,
								 b.id);
			if (source <= TIERMM_SOURCE_CALLER)
				seen[source]++;
		}
	}
	if (seen[TIERMM_SOURCE_REPLACED] > 0)
		add(report, UINT32_MAX, TIERMM_FINDING_MISSING, "distances",
		    "the table was bad and was replaced by 10 and 20", "");
	else if (seen[TIERMM_SOURCE_ASSUMED] > 0)
		add(report, UINT32_MAX, TIERMM_FINDING_MISSING, "distances",
		    "some are not told (nodes that are not online) and "
		    "assumed to be 20",
		    "");
	else if (seen[TIERMM_SOURCE_DEFAULT] > 0 && count > 1)
		add(report, UINT32_MAX, TIERMM_FINDING_MISSING, "distances",
		    "there is no table: 10 and 20 stand in", "");
	else
		add(report, UINT32_MAX, TIERMM_FINDING_WORKS, "distances",
		    "every distance is told", "");
}

/* One DRAM node out of step switches the reckoning of tiers off. */
static void judge_reference(struct report *report,
			    const struct tiermm_topology *topology)
{
	struct tiermm_reference reference = { .size = sizeof(reference) };
	char reason[128];

	tiermm_topology_reference(topology, &reference);
	if (reference.state == TIERMM_REFERENCE_SET) {
		snprintf(reason, sizeof(reason),
			 "tiers are reckoned against DRAM node %" PRId32,
			 reference.node);
		add(report, UINT32_MAX, TIERMM_FINDING_WORKS, "reference",
		    reason, "");
		return;
	}
	if (reference.state == TIERMM_REFERENCE_NONE)
		snprintf(reason, sizeof(reason),
			 "no DRAM node's speeds are told: tiers do not "
			 "come from speeds");
	else
		snprintf(reason, sizeof(reason),
			 "the speeds of DRAM node %" PRId32 " are missing or "
			 "off by more than 10 %%: none are used",
			 reference.bad_node);
	add(report, UINT32_MAX, TIERMM_FINDING_MISSING, "reference", reason,
	    "");
}

static int has_speeds(const struct tiermm_topology *topology)
{
	struct tiermm_node node;
	uint32_t i;

	for (i = 0; !tiermm_topology_node_at(topology, i, &node); i++)
		if (node.access.read_latency_ns > 0)
			return 1;
	return 0;
}

/* What the probe says of a machine, for one that stands in a text. */
static void judge_text(struct report *report,
		       const struct tiermm_topology *topology)
{
	uint32_t tiers = tiermm_topology_tier_count(topology);
	struct tiermm_nodeset memory;
	uint32_t nodes;
	char reason[64];

	tiermm_topology_nodes(topology, TIERMM_NODES_MEMORY, &memory);
	nodes = tiermm_nodeset_count(&memory);
	snprintf(reason, sizeof(reason), "nodes with memory: %" PRIu32, nodes);
	add(report, TIERMM_LINUX_NODES,
	    nodes > 1 ? TIERMM_FINDING_WORKS : TIERMM_FINDING_MISSING, "nodes",
	    reason, "");
	snprintf(reason, sizeof(reason), "tiers with memory: %" PRIu32, tiers);
	add(report, TIERMM_LINUX_TIERS,
	    tiers > 1 ? TIERMM_FINDING_WORKS : TIERMM_FINDING_MISSING, "tiers",
	    reason, "");
	if (has_speeds(topology))
		add(report, TIERMM_LINUX_SPEEDS, TIERMM_FINDING_WORKS, "speeds",
		    "the machine tells them", "");
	else
		add(report, TIERMM_LINUX_SPEEDS, TIERMM_FINDING_MISSING,
		    "speeds", "none are told", "");
}

static int probe(struct report *report, const struct input *input)
{
	struct tiermm_linux_options options = { .size = sizeof(options) };
	char place[4096];
	int err;

	options.root = machine_sysfs(input, place, sizeof(place));
	options.flags = machine_linux_flags(input);
	err = tiermm_linux_probe(&options, report->findings,
				 MOST_FINDINGS - OWN_FINDINGS, &report->n);
	if (err)
		return fail(STATUS_UNREADABLE, "probe: %s",
			    tiermm_strerror(err));
	if (report->n > MOST_FINDINGS - OWN_FINDINGS)
		report->n = MOST_FINDINGS - OWN_FINDINGS;
	return STATUS_DONE;
}

/* "No" is: something will fight with us, or there is nothing to tier. */
static int verdict(const struct report *report)
{
	uint64_t i;

	for (i = 0; i < report->n; i++) {
		const struct tiermm_linux_finding *finding =
			&report->findings[i];
		int decides = finding->what == TIERMM_LINUX_NODES ||
			      finding->what == TIERMM_LINUX_TIERS;

		if (finding->state == TIERMM_FINDING_CONFLICT)
			return STATUS_NO;
		if (decides && finding->state == TIERMM_FINDING_MISSING)
			return STATUS_NO;
	}
	return STATUS_DONE;
}

static const struct {
	const char *name;
	const char *text;
	unsigned int look;
} states[] = {
	[TIERMM_FINDING_UNKNOWN] = { "unknown", "?", LOOK_FAINT },
	[TIERMM_FINDING_WORKS] = { "works", "works", LOOK_GOOD },
	[TIERMM_FINDING_MISSING] = { "missing", "missing", LOOK_STRONG },
	[TIERMM_FINDING_CONFLICT] = { "conflict", "CONFLICT", LOOK_BAD },
};

static void show_text(const struct report *report)
{
	uint64_t i;

	for (i = 0; i < report->n; i++) {
		const struct tiermm_linux_finding *finding =
			&report->findings[i];

		printf("%s%-9s%s %-16s %s\n", look(states[finding->state].look),
		       states[finding->state].text, look(LOOK_PLAIN),
		       finding->name, finding->reason);
		if (finding->remedy[0] != '\0')
			printf("%27s%s\n", "-> ", finding->remedy);
	}
}

static void show_json(const struct report *report)
{
	uint64_t i;

	printf("{\"verdict\":\"%s\",\"findings\":[",
	       verdict(report) == STATUS_DONE ? "yes" : "no");
	for (i = 0; i < report->n; i++) {
		const struct tiermm_linux_finding *finding =
			&report->findings[i];

		printf("%s{\"name\":", i > 0 ? "," : "");
		print_json_string(finding->name);
		printf(",\"state\":\"%s\",\"reason\":",
		       states[finding->state].name);
		print_json_string(finding->reason);
		printf(",\"remedy\":");
		print_json_string(finding->remedy);
		putchar('}');
	}
	puts("]}");
}

static int examine(const struct machine *machine, const struct request *request)
{
	struct report report = { .n = 0 };
	int status = STATUS_DONE;

	if (machine->file)
		judge_text(&report, machine->topology);
	else
		status = probe(&report, &request->input);
	if (status)
		return status;
	judge_distances(&report, machine->topology);
	judge_reference(&report, machine->topology);
	if (request->json)
		show_json(&report);
	else
		show_text(&report);
	return verdict(&report);
}

static int run(int argc, char **argv)
{
	struct request request = { .json = 0 };
	struct machine machine;
	int status;

	status = options_parse(&doctor_command, &request.input, &request, argc,
			       argv);
	if (status)
		return status == OPTIONS_HELPED ? STATUS_DONE : status;
	status = machine_open(&machine, &request.input);
	if (status == STATUS_DONE)
		status = examine(&machine, &request);
	machine_close(&machine);
	return status;
}

const struct command doctor_command = {
	.name = "doctor",
	.summary = "What works on this machine, and what will get in the way.",
	.lines = lines,
	.n_lines = sizeof(lines) / sizeof(lines[0]),
	.take = take,
	.run = run,
};
