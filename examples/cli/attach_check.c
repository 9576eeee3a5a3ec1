/* SPDX-License-Identifier: MIT */
/*
 * What has to be there before a process is tiered, said in one line with what
 * to do about it: two tiers, the process, the right to look and to move, and
 * bits that tell what was used.
 */
#include "attach.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

int tiering_open_machine(struct tiering *t)
{
	const struct input *input = &t->options->input;
	uint32_t nodes;
	int status = machine_open(&t->machine, input);

	if (status)
		return status;
	t->described = input->sysfs || input->machine || input->synthetic;
	tiermm_topology_nodes(t->machine.topology, TIERMM_NODES_MEMORY,
			      &t->memory);
	nodes = tiermm_nodeset_count(&t->memory);
	if (nodes < 2)
		return fail(STATUS_NO,
			    "one node with memory: nowhere to move to; boot "
			    "with numa=fake=2 and use --replace-distances, or "
			    "see what another machine would do with --dry-run "
			    "--synthetic LINE");
	if (tiermm_topology_tier_count(t->machine.topology) < 2)
		return fail(STATUS_NO,
			    "all %" PRIu32 " nodes are in one tier: nothing "
			    "is slower; try --ignore-kernel-tiers, or name a "
			    "slower one with --tier; see tiermm doctor",
			    nodes);
	return STATUS_DONE;
}

/* Its letter in /proc/PID/stat: Z and X are ends; 0: there is none. */
static char process_state(int32_t pid)
{
	char path[64], line[256], *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%" PRId32 "/stat", pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	name_end = strrchr(line, ')');
	return name_end && name_end[1] ? name_end[2] : 0;
}

/*
 * One that is on its way out has no memory any more before it has ended, and
 * every call about it fails in another way: so look more than once.
 */
int tiering_is_gone(const struct tiering *t, uint32_t tries)
{
	const struct timespec pause = { .tv_nsec = 20000000 };

	for (uint32_t i = 0; i < tries; i++) {
		char state = process_state(t->pid);

		if (!state || state == 'Z' || state == 'X')
			return 1;
		if (i + 1 < tries)
			nanosleep(&pause, NULL);
	}
	return 0;
}

int tiering_failed(const struct tiering *t, int err)
{
	if (tiering_is_gone(t, GONE_TRIES))
		err = -TIERMM_ENOENT;
	/* One that was started for this may be through before it is seen. */
	if (err == -TIERMM_ENOENT && t->child)
		return TIERING_ENDED;
	if (err == -TIERMM_ENOENT)
		return fail(STATUS_UNREADABLE, "no process %" PRId32, t->pid);
	if (err == -TIERMM_EACCES)
		return fail(STATUS_UNREADABLE,
			    "process %" PRId32 " may not be looked at: run "
			    "as the same user, or with CAP_SYS_PTRACE",
			    t->pid);
	return fail(STATUS_UNREADABLE, "process %" PRId32 ": %s", t->pid,
		    tiermm_strerror(err));
}

static int check_ranges(const struct tiering *t)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .pid = t->pid };
	uint64_t n;
	int err = tiermm_linux_ranges(&o, NULL, 0, &n);

	return err ? tiering_failed(t, err) : STATUS_DONE;
}

/* Where its pages are is the same right as moving them. */
static int check_moves(struct tiering *t)
{
	uint64_t page = 0;
	int32_t node;
	int err = t->real.locate ? t->real.locate(t->real.self, &page, 1, &node)
				 : -TIERMM_ENOTSUP;

	if (err && tiering_is_gone(t, GONE_TRIES))
		return tiering_failed(t, -TIERMM_ENOENT);
	if (err)
		return fail(STATUS_UNREADABLE,
			    "pages of process %" PRId32 " may not be moved: "
			    "run as the same user or with CAP_SYS_PTRACE, "
			    "outside a filter of move_pages",
			    t->pid);
	return STATUS_DONE;
}

static int open_backend(struct tiering *t)
{
	struct tiermm_linux_pages_options o = {
		.size = sizeof(o),
		.flags = TIERMM_LINUX_PAGES_TRUST_FROM,
		.pid = t->pid,
	};
	struct tiermm_memops table = { .size = 0 };
	int err = tiermm_linux_pages_create(&t->backend, &o, NULL);

	if (!err)
		err = tiermm_linux_pages_memops(t->backend, &table);
	/* Nothing is ever paged out or dropped. */
	if (!err)
		err = tiermm_memops_adopt(&t->real, &table,
					  TIERMM_CAN_MOVE | TIERMM_CAN_LOCATE |
						  TIERMM_CAN_HEADROOM,
					  NULL);
	return err ? tiering_failed(t, err) : STATUS_DONE;
}

static int open_heat(struct tiering *t)
{
	struct tiermm_linux_heat_options o = { .size = sizeof(o),
					       .pid = t->pid,
					       .source = t->options->source };
	int err = tiermm_linux_heat_create(&t->heat, &o, NULL);

	if (err == -TIERMM_ENOTSUP)
		return fail(STATUS_NO,
			    "this kernel does not tell what was used by "
			    "--heat %s: try --heat %s",
			    o.source == TIERMM_LINUX_HEAT_REFERENCED ? "uses"
								     : "writes",
			    o.source == TIERMM_LINUX_HEAT_REFERENCED
				    ? "writes"
				    : "uses (or a kernel with "
				      "CONFIG_MEM_SOFT_DIRTY)");
	return err ? tiering_failed(t, err) : STATUS_DONE;
}

int tiering_open_process(struct tiering *t)
{
	int status = check_ranges(t);

	if (!status)
		status = open_backend(t);
	if (!status)
		status = check_moves(t);
	return status ? status : open_heat(t);
}

/* What the kernel does by itself, and would undo what is done here. */
void tiering_warn(const struct tiering *t)
{
	struct tiermm_linux_finding found[TIERMM_LINUX_FINDINGS];
	uint64_t n = 0;

	if (t->described ||
	    tiermm_linux_probe(NULL, found, TIERMM_LINUX_FINDINGS, &n))
		return;
	for (uint64_t i = 0; i < n && i < TIERMM_LINUX_FINDINGS; i++)
		if (found[i].state == TIERMM_FINDING_CONFLICT &&
		    (found[i].what == TIERMM_LINUX_NUMA_BALANCING ||
		     found[i].what == TIERMM_LINUX_DEMOTION ||
		     found[i].what == TIERMM_LINUX_DAMON))
			fprintf(stderr, "tiermm: will fight: %s: %s; %s\n",
				found[i].name, found[i].reason,
				found[i].remedy);
}
